"""Verified firms: the list, a firm with its people, verification codes, change of administrator."""

import secrets
from dataclasses import dataclass
from datetime import date

from aiohttp import web

from bot.console.acts import act
from bot.console.context import HOME, ConsoleRequest, see
from bot.console.policy.details import TAPS
from bot.services.firms import development_zones as development_zone_service
from bot.services.firms import merges as merge_service
from bot.services.firms import revocation, verification
from bot.services.firms.licence_reviews import LONGEST_REASON
from bot.services.firms.own_awards import RECEIVED
from bot.services.people import login as login_service
from bot.web.page_request import existing
from config.areas import Areas
from config.calendar import shanghai_day
from config.errors import InputError
from config.policy.facts import UNSURE
from config.policy.model import Policy
from storage.engine.page import last_page
from storage.engine.transactions import Tx
from storage.firms import (
    development_zones,
    firms,
    offerings,
    verification_marks,
    verification_revocations,
    verifications,
)
from storage.firms import merges as stored_merges
from storage.firms.development_zones import DevelopmentZone
from storage.firms.firms import Firm, FirmStanding
from storage.firms.merges import Merge
from storage.firms.offerings import OfferingText
from storage.firms.verification_marks import FirmMarks
from storage.firms.verification_revocations import VerificationRevocation
from storage.firms.verifications import Proof, ProvenFirm, VerifiedFirmQuery
from storage.people import people
from storage.policy import published_details
from storage.policy.published_details import Detail
from storage.reminders import dismissals
from storage.reminders.dismissals import Dismissal
from storage.roster import roster
from storage.roster.roster import Listed

_LONGEST_WORDS = 60
FIRM = "/firms/{id}"


@dataclass(frozen=True, slots=True)
class FirmPage:
    """A firm as its page shows it: `people` by id with the name each left."""

    firm: Firm
    marks: FirmMarks
    area: str | None
    proof: Proof | None
    entry: Listed | None
    standing: FirmStanding
    awards: dict[str, bool]
    applied: list[tuple[Detail, Dismissal]]
    people: dict[int, str | None]
    administrator: int | None
    doubles: list[Firm]
    merges: list[tuple[Merge, str]]
    taken_back: list[VerificationRevocation]
    live_bids: int
    zones: list[str]
    zone: DevelopmentZone | None
    offered: dict[str, OfferingText]
    today: date


async def listed(visit: ConsoleRequest) -> web.StreamResponse:
    """Show one page of verified firms."""
    found, total, wanted = await visit.desk.database.read(_page, visit)
    last = last_page(total, verifications.PAGE)
    return visit.page("firms.html", firms=found, total=total, wanted=wanted, last=last)


async def show(visit: ConsoleRequest) -> web.StreamResponse:
    """Show a firm: verification, roster row, people, possible actions."""
    shown = await visit.desk.database.read(_shown, visit.number, visit.desk.areas, visit.desk.policy)
    return visit.page("firm.html", shown=shown, titles=visit.desk.titles, taps=TAPS)


async def issue_code(visit: ConsoleRequest) -> web.StreamResponse:
    """Issue a code for this firm and show it once."""
    firm_id = visit.number
    name = (await visit.desk.database.read(firms.get, firm_id)).name
    return await _given(visit, name, f"{HOME}/firms/{firm_id}", firm_id=firm_id)


async def issue_code_for_entry(visit: ConsoleRequest) -> web.StreamResponse:
    """Issue a code for whoever registered this roster entry and show it once."""
    entry_id = visit.number
    name = (await visit.desk.database.read(roster.get, entry_id)).name
    return await _given(visit, name, f"{HOME}/roster/{entry_id}", roster_id=entry_id)


# Make another of the firm's people its administrator.
transfer = act(verification.transfer, FIRM, lambda visit: (visit.id_of("person"),))
# Set the firm's development zone, or none.
set_zone = act(development_zone_service.enter, FIRM, lambda visit: (visit.text("zone"), visit.desk.areas))


async def take_back(visit: ConsoleRequest) -> web.StreamResponse:
    """Revoke a wrong verification with a reason the firm reads."""
    reason = visit.text("reason", LONGEST_REASON)
    if not visit.ticked("sure"):
        raise InputError("form_empty").at("sure")
    await visit.carry_out(revocation.take_back, reason, visit.desk.texts)
    see(f"{HOME}/firms/{visit.number}")


async def merge(visit: ConsoleRequest) -> web.StreamResponse:
    """Merge another registration into this firm; the viewer's roles must cover both."""
    firm_id, gone_id = visit.number, visit.id_of("gone")
    place = await visit.desk.database.read(verifications.place_of, gone_id)
    if place is None or not any(role.covers(place) for role in visit.me.admitted):
        raise web.HTTPNotFound
    desk = visit.desk
    await desk.database.write(merge_service.merge, desk.texts, firm_id, gone_id)
    see(f"{HOME}/firms/{firm_id}")


async def undo_merge(visit: ConsoleRequest) -> web.StreamResponse:
    """Undo a merge."""
    desk, merge_id = visit.desk, visit.number
    found = existing(await desk.database.read(stored_merges.get, merge_id))
    await desk.database.write(merge_service.undo, desk.texts, found)
    see(f"{HOME}/firms/{found.kept_id}")


async def _given(visit: ConsoleRequest, name: str, back: str, **whose: int) -> web.StreamResponse:
    code, days = login_service.code_of(secrets.randbits(40)), visit.desk.proving.code_days
    await visit.desk.database.write(verification.issue_code, code, days, **whose)
    return visit.page("proof_code.html", code=f"{code[:4]}-{code[4:]}", days=days, name=name, back=back)


def _page(tx: Tx, visit: ConsoleRequest) -> tuple[list[ProvenFirm], int, VerifiedFirmQuery]:
    asked = visit.request.query
    wanted = VerifiedFirmQuery(
        shanghai_day(tx.now),
        visit.me.areas(),
        asked.get("q", "").strip()[:_LONGEST_WORDS],
        asked.get("vacant") == "1",
        visit.page_number,
    )
    found, total = verifications.listed(tx, wanted)
    return found, total, wanted


def _applied(tx: Tx, firm_id: int) -> list[tuple[Detail, Dismissal]]:
    """Return what the firm said of its application windows, newest first, each with the window."""
    said = [one for one in dismissals.of_firm(tx, firm_id) if one.chain.startswith("window:")]
    details = [published_details.get(tx, int(one.chain.split(":")[1])) for one in said]
    return [(detail, one) for detail, one in zip(details, said, strict=True) if detail is not None]


def _awards(standing: FirmStanding, policy: Policy) -> dict[str, bool]:
    """Return which one-time awards the firm said it did, or did not, receive."""
    known = standing.facts.get(RECEIVED)
    said = [] if known is None else known.value
    once = [item.code for item in policy.items.values() if item.one_time]
    return {code: code in said for code in once if known is not None and UNSURE + code not in said}


def _shown(tx: Tx, firm_id: int, areas: Areas, policy: Policy) -> FirmPage:
    standing = firms.standing(tx, firm_id)
    firm, today = firms.get(tx, firm_id), shanghai_day(tx.now)
    place = verifications.place_of(tx, firm_id)
    names = {person_id: people.contact(tx, person_id) for person_id in people.of_firm(tx, firm_id)}
    return FirmPage(
        firm,
        verification_marks.of(tx, [firm_id])[firm_id],
        None if place is None else place.area,
        verifications.of_firm(tx, firm_id),
        None
        if firm.roster_id is None or roster.place_of(tx, firm.roster_id) is None
        else roster.get(tx, firm.roster_id),
        standing,
        _awards(standing, policy),
        _applied(tx, firm_id),
        {person_id: None if contact is None else contact.name for person_id, contact in names.items()},
        verifications.administrator(tx, firm_id, today),
        stored_merges.doubles(tx, firm),
        [
            (one, firms.get(tx, one.gone_id).name)
            for one in stored_merges.of_firm(tx, firm_id)
            if one.kept_id == firm_id
        ],
        verification_revocations.of_firm(tx, firm_id),
        len(revocation.live_bids(tx, firm_id)),
        development_zone_service.choices(tx, areas, firm_id),
        development_zones.of(tx, firm_id),
        offerings.of(tx, firm_id),
        today,
    )
