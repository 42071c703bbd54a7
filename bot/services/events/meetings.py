"""洽谈日程: meetings planned from both sides' wishes, announced once, replanned for no-shows, and followed up."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.services.events.events import notify_firm, when
from config.errors import ConflictError, InputError
from config.texts import Texts
from matchmaking.pairing import PairingInput, PairingSide, Schedule
from matchmaking.ranking.ranking import Demand, Document, RankingIndex
from storage.audit import audit
from storage.engine.transactions import Tx
from storage.events import events, meetings
from storage.events import signups as stored_signups
from storage.events.events import BuyerTable, EventState, MatchmakingEvent
from storage.events.meetings import MeetingOutcome
from storage.events.signups import SignupState
from storage.people import people

# Limit for an event's own firms; nobody sits through more.
MOST_MEETINGS = 6
# 0, 30 and 90 days after the event its firms are asked about each meeting's outcome.
FOLLOW_UPS = (0, 30, 90)
# A tick late by days still asks: the key is per meeting and stage.
ASKED_WITHIN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Gathering:
    """Input of the schedule, read in one transaction: heavy planning runs between two of them."""

    event: MatchmakingEvent
    tables: tuple[BuyerTable, ...]
    signups: tuple[stored_signups.Signup, ...]
    told: tuple[tuple[str, str, str], ...]
    closed: frozenset[str]


def pairing_input(tx: Tx, event_id: int) -> Gathering:
    """Return everything needed to plan one event. Raises ConflictError for an unpublished event."""
    event = events.get(tx, event_id)
    if event is None or event.state is not EventState.PUBLISHED:
        raise ConflictError("event_over")
    told = tuple((str(one.slot), str(one.table_id), str(one.firm_id)) for one in meetings.of_event(tx, event_id))
    closed = frozenset(str(number) for number, slot in enumerate(event.slots) if slot <= tx.now)
    seated = [one for one in stored_signups.of_event(tx, event_id) if one.state is SignupState.IN]
    return Gathering(event, tuple(events.tables(tx, event_id)), tuple(seated), told, closed)


def plan_of(gathering: Gathering, offers: Mapping[int, Mapping[str, str]]) -> PairingInput:
    """Return the plan for `pair` to solve: firms' wishes, and how their offers fit each table's need. Pure.

    `offers`: each firm's fields (name, products, …) by firm id.
    """
    documents = [Document(str(one.firm_id), offers.get(one.firm_id, {"name": one.firm})) for one in gathering.signups]
    matcher = RankingIndex(documents)
    scores: dict[tuple[str, str], float] = {}
    for table in gathering.tables:
        ranked = matcher.rank(Demand(table.need), len(documents), reasons=False)
        best = max((match.score for match in ranked), default=0.0)
        for match in ranked:
            if match.score > 0:
                scores[match.id, str(table.id)] = match.score / best
    known = {table.id for table in gathering.tables}
    firms = [
        PairingSide(
            str(one.firm_id),
            wants=_falling([str(table) for table in one.wanted if table in known]),
            refuses=_refused(one, gathering.tables),
            most=min(MOST_MEETINGS, max(2, len(one.wanted))),
        )
        for one in gathering.signups
    ]
    tables = [PairingSide(str(table.id), at_once=table.at_once) for table in gathering.tables]
    slots = [str(number) for number in range(len(gathering.event.slots))]
    absent = frozenset(str(one.firm_id) for one in gathering.signups if one.absent)
    return PairingInput(slots, tables, firms, scores, gathering.told, absent, gathering.closed)


def save(tx: Tx, event_id: int, schedule: Schedule, made_for: Gathering, texts: Texts) -> int:
    """Save the new meetings and notify each firm of its own; announced ones stay. Returns how many are new.

    Raises ConflictError if somebody signed up, cancelled or was marked absent during planning.
    """
    now = pairing_input(tx, event_id)
    if (now.signups, now.told) != (made_for.signups, made_for.told):
        raise ConflictError("event_changed")
    fresh = [meeting for meeting in schedule.meetings if not meeting.told]
    rows = [(int(one.table), int(one.firm), int(one.slot), one.value) for one in fresh]
    meetings.add(tx, event_id, rows)
    tables = {table.id: table for table in now.tables}
    lines: dict[int, list[str]] = {}
    for table_id, firm_id, slot, _ in sorted(rows, key=lambda row: row[2]):
        table = tables[table_id]
        time = when(now.event.slots[slot])
        line = texts("events.meeting_line", time=time, letter=table.letter, buyer=table.buyer)
        lines.setdefault(firm_id, []).append(line)
    for firm_id, mine in lines.items():
        text = texts("events.scheduled", title=now.event.title, place=now.event.place, meetings="；".join(mine))
        notify_firm(tx, firm_id, f"event:{event_id}:scheduled:{tx.now.isoformat()}", text)
    audit.record(tx, "schedule_event", f"event:{event_id}")
    return len(rows)


def mark_absent(tx: Tx, event_id: int, firm_id: int) -> int:
    """Mark a firm absent and free its meetings for the next planning. Returns how many."""
    if stored_signups.find(tx, event_id, firm_id) is None:
        raise ConflictError("event_not_signed_up")
    stored_signups.set_absent(tx, event_id, firm_id, True)
    dropped = meetings.drop_of_firm(tx, event_id, firm_id)
    audit.record(tx, "mark_absent", f"event:{event_id}")
    return dropped


def require_meeting(tx: Tx, person: people.KnownPerson, meeting_id: int) -> int:
    """Return the person's firm id if this meeting is one of its own. Raises InputError, ConflictError."""
    if person.firm_id is None:
        raise InputError("not_registered")
    if all(one.id != meeting_id for one in meetings.of_firm(tx, person.firm_id)):
        raise ConflictError("event_no_such_meeting")
    return person.firm_id


def save_outcome(
    tx: Tx, person: people.KnownPerson, meeting_id: int, outcome: MeetingOutcome, amount: int | None
) -> None:
    """Save the meeting outcome that the person's firm reports. `amount` in yuan, only with a signed order."""
    firm_id = require_meeting(tx, person, meeting_id)
    kept = amount if outcome is MeetingOutcome.SIGNED else None
    if not meetings.save_outcome(tx, meeting_id, firm_id, outcome, kept):
        raise ConflictError("event_no_such_meeting")
    audit.record(tx, "settle_meeting", f"meeting:{meeting_id}", {"outcome": outcome.value, "amount": str(kept or "")})


def plan_follow_ups(tx: Tx, texts: Texts) -> int:
    """Plan the due follow-ups, safe on any number of nodes at once. Returns how many meetings were due.

    A firm that has signed is not asked again.
    """
    due = 0
    for days in FOLLOW_UPS:
        until = tx.now - timedelta(days=days)
        for event in events.ended_between(tx, until - ASKED_WITHIN, until):
            for one in meetings.of_event(tx, event.id):
                if one.outcome is MeetingOutcome.SIGNED:
                    continue
                text = texts("events.follow_up", title=event.title, buyer=one.buyer, number=one.id)
                notify_firm(tx, one.firm_id, f"meeting:{one.id}:after:{days}", text)
                due += 1
    return due


def packed(plan: PairingInput, schedule: Schedule) -> Schedule:
    """Return the same meetings with the fullest slots first, so that nobody waits through empty ones.

    Only if nothing was announced and no slot is over: then slots are interchangeable.
    """
    if plan.told or plan.closed:
        return schedule
    load = Counter(meeting.slot for meeting in schedule.meetings)
    fullest = sorted(plan.slots, key=lambda slot: (-load[slot], plan.slots.index(slot)))
    earlier = dict(zip(fullest, plan.slots, strict=True))
    moved = [replace(meeting, slot=earlier[meeting.slot]) for meeting in schedule.meetings]
    return replace(schedule, meetings=tuple(sorted(moved, key=lambda one: (plan.slots.index(one.slot), one.table))))


def _refused(signup: stored_signups.Signup, tables: tuple[BuyerTable, ...]) -> frozenset[str]:
    """Return the tables a firm cannot meet: its own, and if it named wishes, all others."""
    unasked = {table.id for table in tables} - set(signup.wanted) if signup.wanted else set()
    return frozenset(str(table.id) for table in tables if table.id in unasked or table.firm_id == signup.firm_id)


def _falling(wanted: list[str]) -> dict[str, float]:
    """Return preferences as docs/pair.md defines them: 1 for the first, falling in equal steps."""
    return {table: 1 - number / len(wanted) for number, table in enumerate(wanted)}
