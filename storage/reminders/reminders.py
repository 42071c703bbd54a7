"""Reminders: one row per reminder due to a person, whether sent, waiting for the day's message, ended or missed."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Index, String, bindparam, cast, delete, func, literal_column, select, text, update
from sqlmodel import Field

from storage.engine.columns import BigId, TableRow, UtcTime, table_of, to_json
from storage.engine.transactions import Tx

# new: due at `tell_at`; told: in the outbox under `told_in`; ended: dismissed by its firm or person; missed: too late
# to be useful; replaced: its deadline was changed or cancelled.
NEW, TOLD, ENDED, MISSED, REPLACED = "new", "told", "ended", "missed", "replaced"


class ReminderRow(TableRow, table=True):
    """One reminder to one person. `told`: its text, sealed."""

    __tablename__ = "reminder"
    __table_args__ = (
        # An index of every state would tempt SQLite, which keeps no statistics, to scan all sent ones.
        Index(
            "ix_reminder_waiting", "tell_at", sqlite_where=text("state = 'new'"), postgresql_where=text("state = 'new'")
        ),
        Index(
            "ix_reminder_missed",
            *("moment", "chain", "due"),
            sqlite_where=text("state = 'missed'"),
            postgresql_where=text("state = 'missed'"),
        ),
        Index(None, "chain", "firm_id"),
        Index(None, "person_id", "state"),
        Index(None, "due", "chain"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    key: str = Field(unique=True, max_length=120)
    chain: str = Field(max_length=60)
    firm_id: int | None = Field(default=None, foreign_key="firm.id", sa_type=BigId)
    person_id: int = Field(foreign_key="person.id", sa_type=BigId)
    days: int
    moment: datetime = Field(sa_type=UtcTime)
    due: datetime = Field(sa_type=UtcTime)
    tell_at: datetime = Field(sa_type=UtcTime)
    late: bool
    urgent: bool
    state: str = Field(max_length=12)
    told: bytes
    told_in: str | None = Field(default=None, max_length=60)


REMINDERS = table_of(ReminderRow)
_KEPT = select(REMINDERS.c.key).where(REMINDERS.c.key.in_(bindparam("keys_", expanding=True)))
_MARK_TOLD = (
    update(REMINDERS)
    .where(REMINDERS.c.id == bindparam("id_"))
    .values(state=TOLD, told_in=bindparam("told_in_", type_=String()))
)


@dataclass(frozen=True, slots=True)
class ReminderText:
    """Its text: alone, as one line of several, and on a card."""

    text: str
    line: str
    name: str
    hint: str


@dataclass(frozen=True, slots=True)
class DueReminder:
    """A reminder due now."""

    id: int
    key: str
    chain: str
    person_id: int
    firm_id: int | None
    moment: datetime
    due: datetime
    urgent: bool
    told: ReminderText


@dataclass(frozen=True, slots=True)
class DeadlineState:
    """A deadline as stated in reminders, sent or not."""

    chain: str
    due: datetime


@dataclass(frozen=True, slots=True)
class StaleReminder:
    """A reminder whose deadline changed. `told_in`: the outbox key, without its person; None: not sent yet."""

    id: int
    told_in: str | None
    person_id: int
    firm_id: int | None
    line: str


def add(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert these reminders, ignoring existing ones. Returns how many were new.

    Each row has the columns' names.
    """
    if not rows:
        return 0
    values: list[Mapping[str, Any]] = [{**row, "told": _sealed(tx, row["told"], row["person_id"])} for row in rows]
    return tx.insert_new(REMINDERS, values, ["key"])


def existing_keys(tx: Tx, keys: Sequence[str]) -> set[str]:
    """Return which of these keys exist."""
    found: set[str] = set()
    for start in range(0, len(keys), 500):
        found.update(tx.execute(_KEPT, {"keys_": keys[start : start + 500]}).scalars())
    return found


def corrected(tx: Tx, chains: Collection[str]) -> set[tuple[int, str]]:
    """Return (person, chain) of those who got a reminder of one of these chains before its deadline changed."""
    if not chains:
        return set()
    told = REMINDERS.c.chain.in_(sorted(chains)) & (REMINDERS.c.state == REPLACED) & REMINDERS.c.told_in.is_not(None)
    found = tx.execute(select(REMINDERS.c.person_id, REMINDERS.c.chain).where(told))
    return {(row.person_id, row.chain) for row in found}


def people_waiting(tx: Tx, *, quiet: bool) -> list[int]:
    """Return who is to be notified now. `quiet`: during quiet hours only own reminders are sent."""
    waiting = select(REMINDERS.c.person_id).where(*_waiting(tx, quiet))
    return sorted(set(tx.execute(waiting).scalars()))


def waiting(tx: Tx, person_ids: Collection[int], *, quiet: bool) -> list[DueReminder]:
    """Return these people's reminders due now, by person, nearest end first."""
    mine = select(REMINDERS).where(REMINDERS.c.person_id.in_(sorted(person_ids)), *_waiting(tx, quiet))
    found = []
    for row in tx.execute(mine.order_by(REMINDERS.c.person_id, REMINDERS.c.due, REMINDERS.c.id)):
        told = _told(tx, row)
        whose = (row.person_id, row.firm_id)
        found.append(DueReminder(row.id, row.key, row.chain, *whose, row.moment, row.due, row.urgent, told))
    return found


def mark_notified(tx: Tx, told_in: Mapping[int, str]) -> None:
    """Mark these as put in the outbox, each under its key."""
    if told_in:
        tx.execute(_MARK_TOLD, [{"id_": id_, "told_in_": key} for id_, key in sorted(told_in.items())])


def miss(tx: Tx, ids: Collection[int]) -> None:
    """Mark these as missed."""
    if ids:
        tx.execute(update(REMINDERS).where(REMINDERS.c.id.in_(sorted(ids))).values(state=MISSED))


def was_reminded(tx: Tx, chain: str, *, firm_id: int | None, person_id: int) -> bool:
    """Tell whether this firm, or this person, was ever reminded of this chain."""
    whose = REMINDERS.c.person_id == person_id
    if firm_id is not None:
        whose |= REMINDERS.c.firm_id == firm_id
    mine = select(REMINDERS.c.id).where(REMINDERS.c.chain == chain, whose).limit(1)
    return tx.execute(mine).one_or_none() is not None


def reminded_for(tx: Tx, chain: str, firm_id: int | None, person_id: int) -> int | None:
    """Return the firm for which this firm or person was reminded of this chain; None if neither was."""
    # Two queries: as one, SQLite scans everybody reminded of this chain.
    for mine in (REMINDERS.c.firm_id == firm_id, REMINDERS.c.person_id == person_id):
        newest = select(REMINDERS.c.firm_id).where(mine, REMINDERS.c.chain == chain, REMINDERS.c.firm_id.is_not(None))
        found = tx.execute(newest.order_by(REMINDERS.c.id.desc()).limit(1)).scalar_one_or_none()
        if found is not None:
            return int(found)
    return None


def line_of(tx: Tx, chain: str, firm_id: int | None, person_id: int) -> str:
    """Return the last reminder of this chain as one line; empty if there was none."""
    whose = REMINDERS.c.firm_id == firm_id if firm_id is not None else REMINDERS.c.person_id == person_id
    mine = select(REMINDERS.c.person_id, REMINDERS.c.told).where(REMINDERS.c.chain == chain, whose)
    row = tx.execute(mine.order_by(REMINDERS.c.id.desc()).limit(1)).one_or_none()
    return "" if row is None else _told(tx, row).line


def notified_deadlines(tx: Tx) -> list[DeadlineState]:
    """Return every deadline ever planned for somebody and not over, whether or not it still stands."""
    found = select(REMINDERS.c.due, REMINDERS.c.chain).where(REMINDERS.c.due > tx.now).distinct()
    return sorted((DeadlineState(row.chain, row.due) for row in tx.execute(found).all()), key=lambda one: one.chain)


def is_current(tx: Tx, one: DeadlineState) -> bool:
    """Tell whether somebody has or will get a reminder of this deadline, not replaced since."""
    mine = (REMINDERS.c.chain == one.chain) & (REMINDERS.c.due == one.due) & REMINDERS.c.state.in_((NEW, TOLD))
    return tx.execute(select(REMINDERS.c.id).where(mine).limit(1)).first() is not None


def to_replace(tx: Tx, one: DeadlineState, after: int, most: int) -> list[StaleReminder]:
    """Return this deadline's reminders, sent or not, by id after `after`."""
    mine = (REMINDERS.c.chain == one.chain) & (REMINDERS.c.due == one.due) & REMINDERS.c.state.in_((NEW, TOLD))
    found = tx.execute(select(REMINDERS).where(mine, REMINDERS.c.id > after).order_by(REMINDERS.c.id).limit(most))
    return [StaleReminder(row.id, row.told_in, row.person_id, row.firm_id, _told(tx, row).line) for row in found]


def replace(tx: Tx, ids: Collection[int]) -> None:
    """Mark these as replaced. Their keys are freed: the same deadline may return."""
    freed = REMINDERS.c.key.concat("~").concat(cast(REMINDERS.c.id, String))
    tx.execute(update(REMINDERS).where(REMINDERS.c.id.in_(sorted(ids))).values(state=REPLACED, key=freed))


def end(tx: Tx, condition: Mapping[str, Any]) -> list[str]:
    """End reminders matching these columns, sent or not; return the outbox keys of those sent."""
    mine = [REMINDERS.c[name] == value for name, value in condition.items()]
    told = select(REMINDERS.c.told_in).where(*mine, REMINDERS.c.state == TOLD, REMINDERS.c.due > tx.now)
    keys = [row.told_in for row in tx.execute(told.distinct())]
    tx.execute(update(REMINDERS).where(*mine, REMINDERS.c.state == NEW).values(state=ENDED))
    return keys


def requeue(tx: Tx, told_in: str, person_id: int, but_chain: str) -> None:
    """Reschedule the other reminders of this person's withdrawn message."""
    mine = (REMINDERS.c.person_id == person_id) & (REMINDERS.c.state == TOLD) & (REMINDERS.c.told_in == told_in)
    tx.execute(update(REMINDERS).where(mine, REMINDERS.c.chain == but_chain).values(state=ENDED))
    tx.execute(update(REMINDERS).where(mine, REMINDERS.c.chain != but_chain).values(state=NEW, told_in=None))


def missed(tx: Tx, most: int) -> list[tuple[str, datetime, datetime, int]]:
    """Return (chain, its last moment, when it was due, how many people) of missed reminders, newest first."""
    columns = (REMINDERS.c.moment, REMINDERS.c.chain, REMINDERS.c.due)
    grouped = select(*columns, func.count().label("rows")).where(_is(MISSED)).group_by(*columns)
    found = tx.execute(grouped.order_by(REMINDERS.c.moment.desc(), REMINDERS.c.chain).limit(most))
    return [(row.chain, row.due, row.moment, int(row.rows)) for row in found]


def notified_counts(tx: Tx, chains: Collection[str]) -> dict[str, int]:
    """Count the people reminded of each of these chains."""
    mine = REMINDERS.c.chain.in_(sorted(chains)) & (REMINDERS.c.state == TOLD)
    counted = select(REMINDERS.c.chain, func.count(REMINDERS.c.person_id.distinct()).label("rows")).where(mine)
    return {row.chain: int(row.rows) for row in tx.execute(counted.group_by(REMINDERS.c.chain))}


def leave_firm(tx: Tx, person_id: int, firm_id: int) -> None:
    """Delete the unsent reminders of this person for the firm they left."""
    mine = (REMINDERS.c.person_id == person_id, REMINDERS.c.firm_id == firm_id, REMINDERS.c.state == NEW)
    tx.execute(delete(REMINDERS).where(*mine))


def _waiting(tx: Tx, quiet: bool) -> list[ColumnElement[bool]]:
    waiting: list[ColumnElement[bool]] = [_is(NEW), REMINDERS.c.tell_at <= tx.now]
    return [*waiting, REMINDERS.c.chain.like("own:%")] if quiet else waiting


def _is(state: str) -> ColumnElement[bool]:
    # As a literal, not a bound value, so that SQLite can use this state's partial index.
    return REMINDERS.c.state == literal_column(f"'{state}'")


def _sealed_as(person_id: int) -> str:
    return f"reminder.told:{person_id}"


def _sealed(tx: Tx, told: ReminderText, person_id: int) -> bytes:
    whole = {"text": told.text, "line": told.line, "name": told.name, "hint": told.hint}
    return tx.cipher.seal(to_json(whole), _sealed_as(person_id))


def _told(tx: Tx, row: Any) -> ReminderText:
    return ReminderText(**json.loads(tx.cipher.open(row.told, _sealed_as(row.person_id))))
