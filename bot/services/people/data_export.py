"""A person's own data: shown, or exported as a file."""

from datetime import datetime
from typing import Any

from bot.services.policy.published_for_firm import PublishedForFirm
from bot.services.reminders.deadlines import Deadlines
from config.calendar import shanghai_day
from notifications.calendar_file import CalendarEntry
from notifications.plans import Rules
from storage.audit import audit
from storage.challenges import bid_drafts
from storage.chat import dialog_states, receipts, skipped_questions
from storage.engine.transactions import Tx
from storage.events import signups
from storage.firms import development_zones, firms, join_requests, licence_reviews, offerings
from storage.notices import channel_codes, contact_channels, outbox, preferences, subscription_grants
from storage.people import people, roles
from storage.policy import unanswered_questions
from storage.reminders import dismissals, personal
from storage.tickets import tickets

MOST_TICKETS = 1000


def everything(tx: Tx, person_id: int) -> dict[str, Any]:
    """Return person, contact, consent, firm with each fact's source and date, roles, notices, current dialog."""
    openid = people.openid(tx, person_id)
    person = people.by_id(tx, person_id)
    met, agreed = people.since(tx, person_id)
    contact = people.contact(tx, person_id)
    running = dialog_states.load(tx, openid)
    return {
        "made": tx.now.isoformat(),
        "person": {
            "openid": openid,
            "met": met.isoformat(),
            "contact": None if contact is None else {"name": contact.name, "phone": contact.phone},
            "privacy_version": person.privacy_version,
            "privacy_agreed": None if agreed is None else agreed.isoformat(),
        },
        "firm": None if person.firm_id is None else _firm(tx, person.firm_id),
        "roles": [_role(role) for role in roles.held_on(tx, person_id, shanghai_day(tx.now))],
        "notices": [
            {"text": notice.text, "planned": notice.planned.isoformat()} for notice in outbox.all_of(tx, person_id)
        ],
        "tickets": [_ticket(tx, ticket) for ticket in tickets.of_person(tx, person_id, MOST_TICKETS)],
        "other_ways": contact_channels.confirmed(tx, person_id),
        "other_ways_unconfirmed": [
            {"channel": one.channel, "address": one.address, "asked": one.asked.isoformat()}
            for one in channel_codes.waiting(tx, person_id, channel_codes.KEPT)
        ],
        "notices_allowed": subscription_grants.counts(tx, person_id),
        "preferences": dict(preferences.of_person(tx, person_id)),
        "marks": [{"at": mark.at.isoformat(), "text": mark.text} for mark in personal.of_person(tx, person_id)],
        "questions": [
            {"text": asked.text, "day": asked.day.isoformat()}
            for asked in unanswered_questions.of_person(tx, person_id)
        ],
        "receipts": [_receipt(receipt) for receipt in receipts.of_person(tx, person_id)],
        "left_open": [
            {"question": question, "at": at.isoformat()} for question, at in skipped_questions.of_person(tx, person_id)
        ],
        "joining": [
            {"credit_code": one.credit_code, "as": one.kind, "name": one.name, "state": one.state}
            | {"asked": one.at.isoformat()}
            for one in join_requests.of_person(tx, person_id)
        ],
        "licences": [_licence(request) for request in licence_reviews.of_person(tx, person_id)],
        # Their content is readable only in the browser where they were written.
        "bid_drafts": [
            {"challenge": one.title, "changed": one.changed.isoformat()} for one in bid_drafts.of_person(tx, person_id)
        ],
        "signups": [
            {"event": place.event_id, "firm": place.firm, "state": place.state.value, "tables": list(place.wanted)}
            for place in signups.by_person(tx, person_id)
        ],
        "conversation": None if running is None else {"journey": running.journey, "data": dict(running.data)},
    }


def take_along(tx: Tx, person_id: int) -> dict[str, Any]:
    """Return the same data for a file; the export is audited."""
    told = everything(tx, person_id)
    audit.record(tx, "export_own_data", f"person:{person_id}")
    return told


def _firm(tx: Tx, firm_id: int) -> dict[str, Any]:
    firm, zone = firms.get(tx, firm_id), development_zones.of(tx, firm_id)
    return {
        "name": firm.name,
        "credit_code": firm.credit_code,
        "code_doubtful": firm.code_doubtful,
        "registered": firm.registered.isoformat(),
        "facts": [
            {"fact": name, "value": known.value, "source": known.source, "learned": known.learned.isoformat()}
            for name, known in firms.facts(tx, firm_id).items()
        ],
        "zone": None if zone is None else {"zone": zone.name, "source": zone.source},
        "offers": [
            {"field": name, "text": stated.text, "source": stated.source, "learned": stated.learned.isoformat()}
            for name, stated in offerings.of(tx, firm_id).items()
        ],
    }


def _receipt(receipt: receipts.Receipt) -> dict[str, Any]:
    return {
        "code": receipt.code,
        "firm": receipt.firm,
        "made": receipt.made.isoformat(),
        "facts": {name: {"value": value, "source": source} for name, (value, source) in receipt.facts.items()},
        "policy_digest": receipt.digest,
        "verdicts": dict(receipt.verdicts),
    }


def _licence(request: licence_reviews.LicenceReview) -> dict[str, Any]:
    """Return the verification request's status; the picture was the person's own and is kept only for the decision."""
    decided = None if request.decided is None else request.decided.isoformat()
    return {
        "asked": request.asked.isoformat(),
        "state": request.state.value,
        "decided": decided,
        "reason": request.reason,
    }


def _ticket(tx: Tx, ticket: tickets.Ticket) -> dict[str, Any]:
    lines = [
        {"kind": line.kind.value, "text": line.text, "at": line.at.isoformat()} for line in tickets.lines(tx, ticket.id)
    ]
    return {"number": ticket.id, "state": ticket.state.value, "opened": ticket.opened.isoformat(), "lines": lines}


def _role(role: roles.Role) -> dict[str, Any]:
    return {"kind": role.kind.value, "name": role.name, "agency": role.agency, "area": role.area}


def dates(tx: Tx, person_id: int, published: PublishedForFirm, rules: Rules, until: datetime) -> list[CalendarEntry]:
    """Return everything that ends before this moment and that the firm has not dismissed, nearest first."""
    firm_id = people.firm_of(tx, person_id)
    found: list[CalendarEntry] = []
    if firm_id is not None:
        over = {end.chain for end in dismissals.of_firm(tx, firm_id)}
        for deadline, _ in Deadlines(tx, published, rules, firm_id).coming(until):
            if deadline.chain not in over:
                uid = deadline.chain.replace(":", "-")
                found.append(CalendarEntry(uid, deadline.due, deadline.what, deadline.basis))
    for mark in personal.of_person(tx, person_id):
        found.append(CalendarEntry(f"own-{mark.id}", mark.at, mark.text))
    return sorted(found, key=lambda entry: (entry.due, entry.uid))


def take_dates(
    tx: Tx, person_id: int, published: PublishedForFirm, rules: Rules, until: datetime
) -> list[CalendarEntry]:
    """Return the same for a file that the person takes, which is audited."""
    audit.record(tx, "take_dates", f"person:{person_id}")
    return dates(tx, person_id, published, rules, until)
