"""Broadcasts by the platform's mass messages: recipients are grouped into calls of 2 to 10,000, each with its own id.

The id is stored before the call: the platform accepts an id once, so an uncertain call is retried under the same id.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.services.broadcasts.sending import is_sending, left_out, plan_for
from bot.services.broadcasts.wording import full_text
from config.calendar import SHANGHAI
from config.limits import BroadcastLimits
from config.texts import Texts
from storage.broadcasts import broadcasts, mass_sends, recipients
from storage.broadcasts.mass_sends import ClaimedMassCall
from storage.broadcasts.recipients import Lot
from storage.engine.transactions import Tx


def sort(tx: Tx, broadcast_id: int, rules: BroadcastLimits) -> int:
    """Assign the next batch of people to calls; return how many were decided, 0 if none is left.

    Also skips people who reached the platform's monthly mass-message limit.
    """
    if is_sending(tx, broadcast_id) is None:
        return 0
    persons = recipients.undecided(tx, broadcast_id, rules.portion)
    unwanted, capped = left_out(tx, persons, rules)
    monthly = full_this_month(tx, persons, rules) - unwanted - capped
    rest = [person for person in persons if person not in unwanted | capped | monthly]
    for lot, some in ((Lot.UNWANTED, unwanted), (Lot.CAPPED, capped), (Lot.MONTHLY, monthly)):
        recipients.decide(tx, broadcast_id, some, lot)
    while rest:
        call_id, room = mass_sends.room(tx, broadcast_id, rules.mass_most)
        _put(tx, broadcast_id, rest[:room], call_id)
        rest = rest[room:]
    return len(persons)


def full_this_month(tx: Tx, persons: Sequence[int], rules: BroadcastLimits) -> set[int]:
    """Return which of these people reached this calendar month's (Asia/Shanghai) mass-message limit."""
    times = recipients.sent_since(tx, persons, _month(tx.now), mass_only=True)
    return {person for person, count in times.items() if count >= rules.mass_a_month}


def seal(tx: Tx, broadcast_id: int, rules: BroadcastLimits, texts: Texts) -> None:
    """Fix the calls and their ids once everybody is assigned. A single recipient is sent through the outbox instead."""
    found = is_sending(tx, broadcast_id)
    calls = mass_sends.opened(tx, broadcast_id)
    if found is None or not calls or recipients.undecided(tx, broadcast_id, 1):
        return
    last, count = calls[-1]
    if count < rules.mass_fewest and len(calls) > 1:
        before = calls[-2][0]
        moved = mass_sends.members(tx, before, rules.mass_fewest - count)
        mass_sends.fill(tx, before, -len(moved))
        _put(tx, broadcast_id, moved, last)
    elif count < rules.mass_fewest:
        by_outbox(tx, last, broadcast_id, rules, texts)
        return
    for call_id, _ in calls:
        mass_sends.make_ready(tx, call_id, f"b{broadcast_id}-{call_id}-{found.digest[:8]}")


def by_outbox(tx: Tx, call_id: int, broadcast_id: int, rules: BroadcastLimits, texts: Texts) -> None:
    """Send through the outbox: too few recipients are left in this call for the platform."""
    found = is_sending(tx, broadcast_id)
    if found is None:
        return
    plan_for(tx, found, mass_sends.members(tx, call_id, rules.mass_fewest), rules, texts)
    mass_sends.drop(tx, call_id)


def letter(tx: Tx, claimed: ClaimedMassCall, texts: Texts) -> tuple[list[str], str]:
    """Return (openids, text) of this call."""
    found = broadcasts.get(tx, claimed.broadcast_id)
    text = "" if found is None else full_text(found.content, texts)
    return mass_sends.openids(tx, claimed.id), text


def finished(tx: Tx, msg_id: int, status: str, counts: Mapping[str, int]) -> None:
    """Record the platform's report on a job; it may come twice, late, or before its answer to the call."""
    mass_sends.report(tx, msg_id, status, counts)


def _put(tx: Tx, broadcast_id: int, persons: Sequence[int], call_id: int) -> None:
    recipients.decide(tx, broadcast_id, persons, Lot.SUBMITTED, call_id)
    mass_sends.fill(tx, call_id, len(persons))


def _month(now: datetime) -> datetime:
    return now.astimezone(SHANGHAI).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
