"""Reminders are planned from what stands, handed to the outbox, corrected when a deadline changes, ended by a tap."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from bot.services.policy.published_cache import Board
from bot.services.policy.written_dates import written_last
from bot.services.reminders.deadlines import HANDLERS, Standing
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
from storage.notices.outbox import Planned
from storage.people import people
from storage.policy import published_details
from storage.reminders import audience, dismissals, planner_state, reminders
from storage.reminders.reminders import Stood, Told, ToReplace, Waiting

TOPIC = NoticeTopic.REMINDER
# What was published while a look was under way has an earlier moment than that look's: each looks back so far again.
OVERLAP = timedelta(minutes=2)
AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Change:
    """A deadline that people know and that stands otherwise now. `now_is` None: it is called off."""

    stood: Stood
    now_is: Deadline | None
    silent: bool


@dataclass(frozen=True, slots=True)
class Look:
    """What is to be done: reminders due in (since, upto], and deadlines that changed."""

    since: datetime
    upto: datetime
    due: list[Reminder]
    changes: list[Change]


def look(tx: Tx, board: Board, rules: Rules) -> Look | None:
    """What stands to be planned at this moment; None where the planner stands still. Reads only."""
    state = planner_state.state(tx)
    if state is None or state.stopped is not None:
        return None
    standing = Standing(tx, board.current(tx), rules)
    lasting = standing.lasting()
    changes = _changes(tx, lasting)
    unwanted = preferences.otherwise(tx, TOPIC)
    every = [*lasting, *standing.passing(state.upto, tx.now)]
    # A changed deadline is corrected before it is reminded of anew.
    found = list(plans.due(every, standing.concerned, unwanted, state.upto, tx.now, rules))
    # Looks overlap: most of what is due was kept by the one before.
    kept = reminders.kept(tx, [_key(one) for one in found])
    return Look(state.upto, tx.now, [one for one in found if _key(one) not in kept], changes)


def _key(one: Reminder) -> str:
    return f"{one.key}:{one.person_id}"


def keep(tx: Tx, due: Sequence[Reminder]) -> int:
    """Keep these few reminders, each once, except where its firm has ended them or its person has left; how many new.

    Whoever is told that a deadline has changed is not told besides that there is one.
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
            "told": Told(one.text, one.line, one.name, one.hint),
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
    """Who is to be told something now."""
    return reminders.people_waiting(tx, quiet=is_quiet(tx, rules))


def is_quiet(tx: Tx, rules: Rules) -> bool:
    """Whether nobody may be disturbed now."""
    return allowed_at(tx.now, rules.hours) > tx.now


def tell(tx: Tx, person_ids: Sequence[int], rules: Rules) -> int:
    """Hand to the outbox what these persons are to be told now: urgent ones alone, the others of a person as one.

    Returns how many messages that makes.
    """
    waiting = reminders.waiting(tx, person_ids, quiet=is_quiet(tx, rules))
    # Of one thing the last word alone: what an outage kept back is overtaken by what is due now.
    newest = {(one.person_id, one.chain): one for one in sorted(waiting, key=lambda one: one.moment)}
    useful = {one.id for one in newest.values() if one.due > tx.now}
    reminders.miss(tx, [one.id for one in waiting if one.id not in useful])
    messages: list[Planned] = []
    told_in: dict[int, str] = {}
    for _, group in groupby((one for one in waiting if one.id in useful), lambda one: one.person_id):
        for message, several in _messages_of(list(group), rules):
            messages.append(message)
            told_in |= dict.fromkeys([one.id for one in several], message.key)
    reminders.mark_told(tx, told_in)
    return outbox.plan_many(tx, messages)


def _messages_of(waiting: list[Waiting], rules: Rules) -> Iterator[tuple[Planned, list[Waiting]]]:
    """One person's messages, and what each of them says."""
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
        notice = Planned(
            key=key, person_id=first.person_id, topic=TOPIC, text=text, card=card, firm_id=firm_id, expires=last
        )
        yield notice, several


def advance(tx: Tx, done: Look) -> None:
    """Everything that this look found is kept."""
    planner_state.advance(tx, done.since, max(done.since, done.upto - OVERLAP))


def replace(tx: Tx, change: Change, after: int, rules: Rules) -> int:
    """Take back or correct some of the reminders of a deadline that changed; returns the last id, 0 where none is left.

    What was not sent is taken back; whoever was told reads the old and the new moment, once.
    """
    found = reminders.to_replace(tx, change.stood, after, AT_ONCE)
    for one in found:
        if one.told_in is not None:
            _take_back(tx, one, change, rules)
    reminders.replace(tx, [one.id for one in found])
    return found[-1].id if found else 0


def _take_back(tx: Tx, one: ToReplace, change: Change, rules: Rules) -> None:
    if outbox.take_back(tx, key=one.told_in or "", person_id=one.person_id):
        if (one.told_in or "").startswith("digest:"):
            reminders.tell_again(tx, one.told_in or "", one.person_id, change.stood.chain)
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


def _changes(tx: Tx, lasting: Iterable[Deadline]) -> list[Change]:
    now_are = {deadline.chain: deadline for deadline in lasting}
    found = []
    for stood in reminders.stood(tx):
        handler = HANDLERS[ReminderKind(stood.chain.partition(":")[0])]
        now_is = now_are.get(stood.chain)
        if handler.lasting is None or (now_is is not None and now_is.due == stood.due):
            continue
        if not reminders.stands(tx, stood):
            continue
        found.append(Change(stood, now_is, not handler.corrected))
    return [one for one in found if not (one.now_is is None and _is_being_edited(tx, one.stood.chain))]


def _is_being_edited(tx: Tx, chain: str) -> bool:
    """Whether a window is off the board only because its new words wait for their approval."""
    kind, *ids = chain.split(":")
    detail = published_details.get(tx, int(ids[0])) if kind == ReminderKind.WINDOW else None
    return detail is not None and detail.state in ("draft", "waiting")


def end(tx: Tx, person: people.Known, chain: str, what: Tap) -> bool:
    """The firm says that this is done, not wanted or paid: nobody of it is reminded of it any more.

    False where neither the firm nor this person was ever reminded of it.
    """
    firm_id = reminders.reminded_for(tx, chain, person.firm_id, person.id)
    if firm_id is None:
        return False
    dismissals.put(tx, firm_id, chain, what, person.id)
    _quiet(tx, firm_id, chain)
    audit.record(tx, "end_reminder", f"firm:{firm_id}", {"chain": chain, "what": what})
    return True


def take_back_end(tx: Tx, person: people.Known, chain: str) -> bool:
    """The firm did not mean it: it is reminded again from the next moment on. False where it had said nothing."""
    firm_id = reminders.reminded_for(tx, chain, person.firm_id, person.id)
    if firm_id is None or not dismissals.take_back(tx, firm_id, chain):
        return False
    audit.record(tx, "take_back_end", f"firm:{firm_id}", {"chain": chain, "what": ""})
    return True


def silence(tx: Tx, person_id: int) -> None:
    """This person is told no more of what is planned: nothing that was not sent goes out."""
    for key in reminders.end(tx, {"person_id": person_id}):
        outbox.take_back(tx, key=key, person_id=person_id)


def _quiet(tx: Tx, firm_id: int, chain: str) -> None:
    keys = reminders.end(tx, {"firm_id": firm_id, "chain": chain})
    for person_id in audience.speaking_for(tx, (firm_id,), shanghai_day(tx.now)).get(firm_id, ()):
        for key in keys:
            if outbox.take_back(tx, key=key, person_id=person_id) and key.startswith("digest:"):
                reminders.tell_again(tx, key, person_id, chain)


def resume(tx: Tx, person_id: int) -> None:
    """Somebody has looked at the clock: planning goes on. Raises ConflictError where it does not stand still."""
    if not planner_state.resume(tx):
        raise ConflictError("planner_runs")
    audit.record(tx, "resume_planner", "reminders")
