"""Dates concerning one person, for a calendar: their firm's deadlines and own reminders."""

from datetime import datetime

from bot.services.policy.published_for_firm import Published
from bot.services.reminders.deadlines import Standing
from notifications.calendar_file import Entry
from notifications.plans import Rules
from storage.audit import audit
from storage.engine.transactions import Tx
from storage.people import people
from storage.reminders import dismissals, personal


def of_person(tx: Tx, person_id: int, published: Published, rules: Rules, until: datetime) -> list[Entry]:
    """Return everything that ends before this moment and that the firm has not dismissed, nearest first."""
    firm_id = people.firm_of(tx, person_id)
    found: list[Entry] = []
    if firm_id is not None:
        over = {end.chain for end in dismissals.of_firm(tx, firm_id)}
        for deadline, _ in Standing(tx, published, rules, firm_id).coming(until):
            if deadline.chain not in over:
                uid = deadline.chain.replace(":", "-")
                found.append(Entry(uid, deadline.due, deadline.what, deadline.basis))
    for mark in personal.of_person(tx, person_id):
        found.append(Entry(f"own-{mark.id}", mark.at, mark.text))
    return sorted(found, key=lambda entry: (entry.due, entry.uid))


def record_taken(tx: Tx, person_id: int) -> None:
    """Audit that this person exported their dates."""
    audit.record(tx, "take_dates", f"person:{person_id}")
