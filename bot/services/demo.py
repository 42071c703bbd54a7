"""Demo data of `make run`, entered once."""

from collections.abc import Mapping
from datetime import timedelta

from config.calendar import midnight, shanghai_day
from config.challenges import Sealing
from config.demo_cast import Cast, CastChallenge, CastEvent, CastKey, CastWindow, DemoCards
from config.reminder_kinds import EventKind
from storage.audit import audit
from storage.challenges import bid_sealing, bids, challenges
from storage.challenges.challenges import Stage
from storage.engine import change_counters
from storage.engine.transactions import Actor, Tx
from storage.events import events
from storage.events.events import EventState, MatchmakingEvent
from storage.firms import firms
from storage.notices import card_templates
from storage.notices.card_templates import CardTemplate
from storage.people import people, roles
from storage.policy import published_details
from storage.policy.application_windows import ApplicationWindow, WindowStep
from storage.policy.detail_content import DetailContent, SourceDocument
from storage.roster import roster
from storage.tickets import contacts
from storage.tickets.contacts import CITY, AgencyContact

SEEDER = Actor("demo", "cli")


def seed(tx: Tx, cast: Cast | None = None, *, published: bool = False) -> bool:
    """Load the demo data if the roster was never touched; return whether it did.

    `published`: include what officials would have entered by then, an application window and a telephone.
    """
    if change_counters.current(tx, roster.VERSION):
        return False
    cast = cast or Cast.load()
    for firm in cast.firms:
        titles = [roster.RosterTitle(one.title, one.batch, one.first, one.since, one.until) for one in firm.titles]
        entry_id = roster.add(tx, name=firm.name, credit_code=firm.credit_code, district=firm.district, titles=titles)
        audit.record(tx, "seed", f"roster:{entry_id}")
    for soe in cast.soes:
        firm_id = firms.add(tx, name=soe.name, credit_code=soe.credit_code, kind="soe")
        firms.save_facts(tx, firm_id, {"district": soe.district}, "roster")
        audit.record(tx, "seed", f"firm:{firm_id}")
    for event in cast.events:
        _announce(tx, event)
    if published:
        _publish(tx, cast)
    for challenge in cast.challenges:
        _post(tx, challenge, cast.key)
    return True


def _announce(tx: Tx, told: CastEvent) -> None:
    begins = midnight(shanghai_day(tx.now) + timedelta(days=told.days)) + timedelta(hours=14)
    event = MatchmakingEvent(
        EventKind.NINGGONG,
        told.title,
        told.theme,
        told.place,
        None,
        begins,
        begins + timedelta(hours=2),
        tx.now,
        begins - timedelta(days=2),
        told.seats,
        2,
        told.desks,
        tuple(begins + timedelta(minutes=20 * number) for number in range(6)),
    )
    event_id = events.add(tx, event)
    for table in told.tables:
        events.add_table(tx, event_id, firm_id=None, buyer=table.buyer, need=table.need, at_once=1)
    events.move(tx, event_id, EventState.DRAFT, EventState.PUBLISHED)
    audit.record(tx, "seed", f"event:{event_id}")


def _publish(tx: Tx, cast: Cast) -> None:
    for window in cast.windows:
        _open(tx, window)
    for entered in cast.contacts:
        contact = AgencyContact(entered.about, CITY, **{str(what): said for what, said in entered.says.items()})
        audit.record(tx, "seed", f"contact:{contacts.add(tx, contact, shanghai_day(tx.now), None)}")


def _open(tx: Tx, told: CastWindow) -> None:
    closes = midnight(shanghai_day(tx.now) + timedelta(days=told.days)) + timedelta(hours=17)
    checked = midnight(shanghai_day(closes) + timedelta(days=4))
    steps = (
        WindowStep("firm", "提交", tx.now, closes, where="online"),
        WindowStep("district", "审核", None, checked),
    )
    source = SourceDocument(told.title, told.issuer, shanghai_day(tx.now))
    # Entered and approved by nobody: the demo's people are created later.
    detail_id = published_details.add(tx, DetailContent(None, source, ApplicationWindow(told.items, steps)), 0)
    published_details.set_state(tx, detail_id, "waiting", 0)
    published_details.set_state(tx, detail_id, "published", 0)
    audit.record(tx, "seed", f"detail:{detail_id}")


def _post(tx: Tx, told: CastChallenge, key: CastKey) -> None:
    firm_id = firms.find_soe(tx, told.soe)
    if firm_id is None:
        raise KeyError(told.soe)
    deadline = midnight(shanghai_day(tx.now) + timedelta(days=told.days)) + timedelta(hours=17)
    values = {
        "title": told.title,
        "fields": dict(told.fields),
        "named": True,
        "deadline": deadline,
        "sealing": Sealing.ALL,
        "least": told.least,
    }
    challenge_id = challenges.add(
        tx, firm_id=firm_id, person_id=0, label=challenges.MUNICIPAL, contact=told.contact, values=values
    )
    challenges.put(tx, challenge_id, {"stage": Stage.PUBLISHED.value, "published": tx.now})
    made = bid_sealing.make_key(challenge_id, key.first, key.second)
    bids.save_key(tx, challenge_id, made, key.openers)
    audit.record(tx, "seed", f"challenge:{challenge_id}")


def show_cards(tx: Tx) -> None:
    """Register the simulator's templates as cards if none is registered yet."""
    if card_templates.every(tx):
        return
    for one in DemoCards.load().cards:
        card_templates.put(tx, CardTemplate(one.purpose, one.use, one.template_id, one.fields))
        audit.record(tx, "seed", f"card:{one.purpose}:{one.use}")


def seat(tx: Tx, openid_by_phone: Mapping[str, str], cast: Cast) -> None:
    """Give the people with these phones their demo roles, once. Called only by the demo, on loopback."""
    for member in cast.staff:
        person_id = people.meet(tx, openid_by_phone[member.phone]).id
        today = shanghai_day(tx.now)
        if roles.held_on(tx, person_id, today):
            continue
        firm_id = firms.find_soe(tx, member.soe) if member.soe is not None else None
        for kind in member.kinds:
            grant = roles.RoleGrant(
                roles.RoleKind(kind),
                member.name,
                today,
                firm_id=firm_id,
                agency=member.agency,
                area=member.area,
            )
            role_id = roles.add(tx, person_id, grant)
            audit.record(tx, "seed", f"role:{role_id}")
