"""Notification preferences: per topic at once, as a daily digest, or off."""

from collections.abc import Collection
from datetime import datetime
from typing import Literal, cast

from sqlalchemy import delete, insert, select
from sqlmodel import Field

from storage.engine.columns import BigId, TableRow, UtcTime, table_of
from storage.engine.transactions import Tx
from storage.notices.outbox import OUTBOX, UNSENT

Choice = Literal["on", "off", "digest"]


class PreferenceRow(TableRow, table=True):
    """One person's choice for one topic; on without a row."""

    __tablename__ = "preference"

    person_id: int = Field(foreign_key="person.id", primary_key=True, sa_type=BigId)
    topic: str = Field(primary_key=True, max_length=24)
    choice: str = Field(max_length=8)
    chosen: datetime = Field(sa_type=UtcTime)


PREFERENCES = table_of(PreferenceRow)


def is_wanted(tx: Tx, person_id: int, topic: str) -> Choice:
    """Return this person's choice for this topic; on by default."""
    mine = select(PREFERENCES.c.choice).where(PREFERENCES.c.person_id == person_id, PREFERENCES.c.topic == topic)
    return cast(Choice, tx.execute(mine).scalar_one_or_none() or "on")


def wanting(tx: Tx, topic: str, person_ids: Collection[int]) -> dict[int, str]:
    """Return the choices of these people for this topic."""
    found: dict[int, str] = dict.fromkeys(person_ids, "on")
    ids = sorted(found)
    for start in range(0, len(ids), 500):
        mine = select(PREFERENCES.c.person_id, PREFERENCES.c.choice).where(
            PREFERENCES.c.topic == topic, PREFERENCES.c.person_id.in_(ids[start : start + 500])
        )
        found.update({row.person_id: row.choice for row in tx.execute(mine)})
    return found


def otherwise(tx: Tx, topic: str) -> dict[int, str]:
    """Return who chose off or digest for this topic."""
    mine = select(PREFERENCES.c.person_id, PREFERENCES.c.choice).where(
        PREFERENCES.c.topic == topic, PREFERENCES.c.choice != "on"
    )
    return {row.person_id: row.choice for row in tx.execute(mine)}


def of_person(tx: Tx, person_id: int) -> dict[str, str]:
    """Return this person's choices, by topic."""
    mine = select(PREFERENCES.c.topic, PREFERENCES.c.choice).where(PREFERENCES.c.person_id == person_id)
    return {row.topic: row.choice for row in tx.execute(mine.order_by(PREFERENCES.c.topic))}


def choose(tx: Tx, person_id: int, topic: str, choice: Choice) -> None:
    """Set this person's choice for this topic."""
    mine = (PREFERENCES.c.person_id == person_id, PREFERENCES.c.topic == topic)
    tx.execute(delete(PREFERENCES).where(*mine))
    tx.execute(insert(PREFERENCES).values(person_id=person_id, topic=topic, choice=choice, chosen=tx.now))


def drop_unsent(tx: Tx, person_id: int, topic: str) -> None:
    """Delete this person's unsent notices of this topic."""
    mine = (OUTBOX.c.person_id == person_id, OUTBOX.c.topic == topic, OUTBOX.c.state.in_(UNSENT))
    tx.execute(delete(OUTBOX).where(*mine))
