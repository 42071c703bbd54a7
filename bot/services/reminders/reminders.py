"""Reminders: planned from current deadlines, put in the outbox, corrected when a deadline changes, dismissed
by a tap.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from bot.services.policy.published_for_firm import PublishedDetailsCache
from bot.services.policy.written_dates import written_last
from bot.services.reminders.deadlines import HANDLERS, Deadlines
from config.calendar import shanghai_day
from config.errors import ConflictError
from config.reminder_kinds import ReminderKind, Tap
from config.topics import NoticeTopic
from notifications import plans
from notifications.plans import Deadline, Reminder, Rules
from notifications.quiet_hours import allowed_at
from storage.audit import audit
from storage.engine.transactions import Tx
from storage.notices import outbox, preferences
from storage.notices.outbox import PlannedNotice
from storage.people import people
from storage.policy import published_details
from storage.reminders import audience, dismissals, planner_state, reminders
from storage.reminders.reminders import DeadlineState, DueReminder, ReminderText, StaleReminder

TOPIC = NoticeTopic.REMINDER
# Something published during a run has an earlier timestamp than the run: each run looks back this far again.
OVERLAP = timedelta(minutes=2)
AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class ChangedDeadline:
    """A deadline people were told of that has changed. `now_is` None: it was cancelled."""

    stood: DeadlineState
    now_is: Deadline | None
    silent: bool


@dataclass(frozen=True, slots=True)
class Look:
    """Work for one run: reminders due in (since, upto], and changed deadlines."""

    since: datetime
    upto: datetime
    due: list[Reminder]
    changes: list[ChangedDeadline]


def find_due(tx: Tx, board: PublishedDetailsCache, rules: Rules) -> Look | None:
    """Return what is to be planned now; None while the planner is stopped. Read-only."""
    state = planner_state.state(tx)
    if state is None or state.stopped is not None:
        return None
    standing = Deadlines(tx, board.current(tx), rules)
    lasting = standing.lasting()
    changes = _changes(tx, lasting)
    unwanted = preferences.otherwise(tx, TOPIC)
    every = [*lasting, *standing.passing(state.upto, tx.now)]
    # A changed deadline is corrected before any new reminder of it.
    found = list(plans.due(every, standing.concerned, unwanted, state.upto, tx.now, rules))
    # Runs overlap: most of what is due was saved by the previous one.
    kept = reminders.existing_keys(tx, [_key(one) for one in found])
    return Look(state.upto, tx.now, [one for one in found if _key(one) not in kept], changes)


def _key(one: Reminder) -> str:
    return f"{one.key}:{one.person_id}"


def save_due(tx: Tx, due: Sequence[Reminder]) -> int:
    """Save these few reminders, each once, unless the firm dismissed them or the person left; return how many are new.

    Whoever gets a correction of a deadline gets no separate reminder of it.
    """
    ended = dismissals.of_firms(tx, {one.firm_id for one in due if one.firm_id is not None})
    corrected = reminders.corrected(tx, {one.chain for one in due if one.first})
    here = preferences.wanting(tx, TOPIC, audience.still_here(tx, {one.person_id for one in due}))
    rows = [
        {
            "key": _key(one),
            "chain": one.chain,
            "firm_id": one.firm_id,
            "person_id": one.person_id,
            "days": one.days,
            "moment": one.moment,
            "due": one.due,
            "tell_at": one.tell_at,
            "late": one.late,
            "urgent": one.urgent,
            "state": reminders.MISSED if one.missed else reminders.NEW,
            "told": ReminderText(one.text, one.line, one.name, one.hint),
        }
        for one in due
        if here.get(one.person_id, "off") != "off"
        and (one.firm_id, one.chain) not in ended
        and not (one.first and (one.person_id, one.chain) in corrected)
    ]
    new = reminders.add(tx, rows)
    if new:
        audit.record(tx, "plan_reminders", "reminders", {"count": str(new)})
    return new


def waiting(tx: Tx, rules: Rules) -> list[int]:
    """Return who is to be notified now."""
    return reminders.people_waiting(tx, quiet=is_quiet(tx, rules))


def is_quiet(tx: Tx, rules: Rules) -> bool:
    """Tell whether it is quiet hours now."""
    return allowed_at(tx.now, rules.hours) > tx.now


def notify_due(tx: Tx, person_ids: Sequence[int], rules: Rules) -> int:
    """Put these people's reminders in the outbox: urgent ones alone, a person's others as one.

    Returns how many messages that makes.
    """
    waiting = reminders.waiting(tx, person_ids, quiet=is_quiet(tx, rules))
    # Only the newest message on a subject: what an outage held back is superseded by what is due now.
    newest = {(one.person_id, one.chain): one for one in sorted(waiting, key=lambda one: one.moment)}
    useful = {one.id for one in newest.values() if one.due > tx.now}
    reminders.miss(tx, [one.id for one in waiting if one.id not in useful])
    messages: list[PlannedNotice] = []
    told_in: dict[int, str] = {}
    for _, group in groupby((one for one in waiting if one.id in useful), lambda one: one.person_id):
        for message, several in _messages_of(list(group), rules):
            messages.append(message)
            told_in |= dict.fromkeys([one.id for one in several], message.key)
    reminders.mark_notified(tx, told_in)
    return outbox.plan_many(tx, messages)


def _messages_of(waiting: list[DueReminder], rules: Rules) -> Iterator[tuple[PlannedNotice, list[DueReminder]]]:
    """Yield one person's messages, each with its reminders."""
    alone = [one for one in waiting if one.urgent]
    others = [one for one in waiting if not one.urgent]
    gathered = [[one] for one in alone] + ([others] if others else [])
    for several in gathered:
        first = several[0]
        text, name, hint = first.told.text, first.told.name, first.told.hint
        key = first.key.rpartition(":")[0]
        if len(several) > 1:
            key, hint = f"digest:{first.id}", rules.texts("reminders.hint_digest")
            text = plans.digest([one.told.line for one in several], rules.texts)
            name = rules.texts("reminders.name_digest", count=len(several))
        card = plans.card(name, first.due, hint) if hint else None
        last = max(one.due for one in several)
        for_firms = {one.firm_id for one in several}
        firm_id = for_firms.pop() if len(for_firms) == 1 else None
        notice = PlannedNotice(
            key=key, person_id=first.person_id, topic=TOPIC, text=text, card=card, firm_id=firm_id, expires=last
        )
        yield notice, several


def advance(tx: Tx, done: Look) -> None:
    """Record that everything this run found is saved."""
    planner_state.advance(tx, done.since, max(done.since, done.upto - OVERLAP))


def replace(tx: Tx, change: ChangedDeadline, after: int, rules: Rules) -> int:
    """Withdraw or correct a batch of a changed deadline's reminders; return the last id, 0 if none is left.

    Unsent ones are withdrawn; whoever got one is told the old and the new moment, once.
    """
    found = reminders.to_replace(tx, change.stood, after, AT_ONCE)
    for one in found:
        if one.told_in is not None:
            _take_back(tx, one, change, rules)
    reminders.replace(tx, [one.id for one in found])
    return found[-1].id if found else 0


def _take_back(tx: Tx, one: StaleReminder, change: ChangedDeadline, rules: Rules) -> None:
    if outbox.take_back(tx, key=one.told_in or "", person_id=one.person_id):
        if (one.told_in or "").startswith("digest:"):
            reminders.requeue(tx, one.told_in or "", one.person_id, change.stood.chain)
        return
    if change.silent:
        return
    old = written_last(change.stood.due)
    if change.now_is is None:
        text = rules.texts("reminders.called_off", line=one.line, old=old)
        key = f"correction:{change.stood.chain}:{change.stood.due.timestamp():.0f}"
    else:
        new = change.now_is
        text = rules.texts("reminders.corrected", old=old, new=written_last(new.due), what=new.what, basis=new.basis)
        key = f"correction:{change.stood.chain}:{change.stood.due.timestamp():.0f}:{new.due.timestamp():.0f}"
    quiet_until = allowed_at(tx.now, rules.hours)
    outbox.plan(tx, key=key, person_id=one.person_id, topic=TOPIC, text=text, not_before=quiet_until)


def _changes(tx: Tx, lasting: Iterable[Deadline]) -> list[ChangedDeadline]:
    now_are = {deadline.chain: deadline for deadline in lasting}
    found = []
    for stood in reminders.notified_deadlines(tx):
        handler = HANDLERS[ReminderKind(stood.chain.partition(":")[0])]
        now_is = now_are.get(stood.chain)
        if handler.lasting is None or (now_is is not None and now_is.due == stood.due):
            continue
        if not reminders.is_current(tx, stood):
            continue
        found.append(ChangedDeadline(stood, now_is, not handler.corrected))
    return [one for one in found if not (one.now_is is None and _is_being_edited(tx, one.stood.chain))]


def _is_being_edited(tx: Tx, chain: str) -> bool:
    """Tell whether a window is unpublished only because its new text awaits approval."""
    kind, *ids = chain.split(":")
    detail = published_details.get(tx, int(ids[0])) if kind == ReminderKind.WINDOW else None
    return detail is not None and detail.state in ("draft", "waiting")


def end(tx: Tx, person: people.KnownPerson, chain: str, what: Tap) -> bool:
    """Dismiss the deadline as done, unwanted or paid: nobody in the firm is reminded of it any more.

    False if neither the firm nor this person was ever reminded of it.
    """
    firm_id = reminders.reminded_for(tx, chain, person.firm_id, person.id)
    if firm_id is None:
        return False
    dismissals.put(tx, firm_id, chain, what, person.id)
    _quiet(tx, firm_id, chain)
    audit.record(tx, "end_reminder", f"firm:{firm_id}", {"chain": chain, "what": what})
    return True


def take_back_end(tx: Tx, person: people.KnownPerson, chain: str) -> bool:
    """Undo a dismissal: reminders resume from the next moment on. False if there was none."""
    firm_id = reminders.reminded_for(tx, chain, person.firm_id, person.id)
    if firm_id is None or not dismissals.take_back(tx, firm_id, chain):
        return False
    audit.record(tx, "take_back_end", f"firm:{firm_id}", {"chain": chain, "what": ""})
    return True


def silence(tx: Tx, person_id: int) -> None:
    """Cancel everything planned and unsent for this person."""
    for key in reminders.end(tx, {"person_id": person_id}):
        outbox.take_back(tx, key=key, person_id=person_id)


def _quiet(tx: Tx, firm_id: int, chain: str) -> None:
    keys = reminders.end(tx, {"firm_id": firm_id, "chain": chain})
    for person_id in audience.speaking_for(tx, (firm_id,), shanghai_day(tx.now)).get(firm_id, ()):
        for key in keys:
            if outbox.take_back(tx, key=key, person_id=person_id) and key.startswith("digest:"):
                reminders.requeue(tx, key, person_id, chain)


def resume(tx: Tx) -> None:
    """Resume the planner after an operator checked the clock. Raises ConflictError if it is not stopped."""
    if not planner_state.resume(tx):
        raise ConflictError("planner_runs")
    audit.record(tx, "resume_planner", "reminders")
