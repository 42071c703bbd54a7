"""Dates concerning one person, for a calendar: their firm's deadlines and own reminders."""

from datetime import datetime

from bot.services.policy.published_for_firm import PublishedForFirm
from bot.services.reminders.deadlines import Deadlines
from notifications.calendar_file import CalendarEntry
from notifications.plans import Rules
from storage.audit import audit
from storage.engine.transactions import Tx
from storage.people import people
from storage.reminders import dismissals, personal


def of_person(
    tx: Tx, person_id: int, published: PublishedForFirm, rules: Rules, until: datetime
) -> list[CalendarEntry]:
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


def record_export(tx: Tx, person_id: int) -> None:
    """Audit that this person exported their dates."""
    audit.record(tx, "take_dates", f"person:{person_id}")
