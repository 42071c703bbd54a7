"""提醒我: people's own reminders, text sealed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select
from sqlmodel import Field

from storage.engine.columns import BigId, TableRow, UtcTime, table_of
from storage.engine.transactions import Tx

MOST = 50


class PersonalReminderRow(TableRow, table=True):
    """One person's own reminder. `at`: when it is sent."""

    __tablename__ = "personal_reminder"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    person_id: int = Field(foreign_key="person.id", index=True, sa_type=BigId)
    at: datetime = Field(sa_type=UtcTime, index=True)
    text: bytes
    made: datetime = Field(sa_type=UtcTime)


MARKS = table_of(PersonalReminderRow)


@dataclass(frozen=True, slots=True)
class Mark:
    """Own reminder: its text, and when to send it."""

    id: int
    person_id: int
    at: datetime
    text: str


def add(tx: Tx, person_id: int, at: datetime, text: str) -> int | None:
    """Save the reminder; return its id, None if this person is at the limit."""
    count = select(func.count()).select_from(MARKS).where(MARKS.c.person_id == person_id, MARKS.c.at > tx.now)
    if tx.execute(count).scalar_one() >= MOST:
        return None
    row = {"person_id": person_id, "at": at, "text": tx.cipher.seal(text, "personal_reminder.text"), "made": tx.now}
    return tx.add(MARKS, row)


def between(tx: Tx, since: datetime, until: datetime) -> list[Mark]:
    """Return the reminders due in (since, until]."""
    return _read(tx, (MARKS.c.at > since) & (MARKS.c.at <= until))


def of_person(tx: Tx, person_id: int) -> list[Mark]:
    """Return this person's upcoming reminders, next first."""
    return _read(tx, (MARKS.c.person_id == person_id) & (MARKS.c.at > tx.now))


def drop(tx: Tx, mark_id: int, person_id: int) -> bool:
    """Delete the reminder; False if this person has no such one."""
    mine = delete(MARKS).where(MARKS.c.id == mark_id, MARKS.c.person_id == person_id)
    return tx.execute(mine).rowcount == 1


def _read(tx: Tx, condition: ColumnElement[bool]) -> list[Mark]:
    def mark(row: Any) -> Mark:
        return Mark(row.id, row.person_id, row.at, tx.cipher.open(row.text, "personal_reminder.text"))

    return [mark(row) for row in tx.execute(select(MARKS).where(condition).order_by(MARKS.c.at, MARKS.c.id))]
