"""What each person wants to be told: per topic at once, gathered into one message a day, or not at all."""

from collections.abc import Collection
from datetime import datetime
from typing import Literal, cast

from sqlalchemy import delete, insert, select
from sqlmodel import Field

from storage.engine.columns import BigId, Row, UtcTime, table_of
from storage.engine.transactions import Tx
from storage.notices.outbox import OUTBOX, UNSENT

Choice = Literal["on", "off", "digest"]


class PreferenceRow(Row, table=True):
    """One person's choice for one topic; without a row it is on."""

    __tablename__ = "preference"

    person_id: int = Field(foreign_key="person.id", primary_key=True, sa_type=BigId)
    topic: str = Field(primary_key=True, max_length=24)
    choice: str = Field(max_length=8)
    chosen: datetime = Field(sa_type=UtcTime)


PREFERENCES = table_of(PreferenceRow)


def wants(tx: Tx, person_id: int, topic: str) -> Choice:
    """How this person wants this topic; on where they never said."""
    mine = select(PREFERENCES.c.choice).where(PREFERENCES.c.person_id == person_id, PREFERENCES.c.topic == topic)
    return cast(Choice, tx.execute(mine).scalar_one_or_none() or "on")


def wanting(tx: Tx, topic: str, person_ids: Collection[int]) -> dict[int, str]:
    """How each of these persons wants this topic."""
    found: dict[int, str] = dict.fromkeys(person_ids, "on")
    ids = sorted(found)
    for start in range(0, len(ids), 500):
        mine = select(PREFERENCES.c.person_id, PREFERENCES.c.choice).where(
            PREFERENCES.c.topic == topic, PREFERENCES.c.person_id.in_(ids[start : start + 500])
        )
        found.update({row.person_id: row.choice for row in tx.execute(mine)})
    return found


def otherwise(tx: Tx, topic: str) -> dict[int, str]:
    """Whoever wants this topic off or gathered."""
    mine = select(PREFERENCES.c.person_id, PREFERENCES.c.choice).where(
        PREFERENCES.c.topic == topic, PREFERENCES.c.choice != "on"
    )
    return {row.person_id: row.choice for row in tx.execute(mine)}


def of_person(tx: Tx, person_id: int) -> dict[str, str]:
    """What this person ever chose, by topic."""
    mine = select(PREFERENCES.c.topic, PREFERENCES.c.choice).where(PREFERENCES.c.person_id == person_id)
    return {row.topic: row.choice for row in tx.execute(mine.order_by(PREFERENCES.c.topic))}


def choose(tx: Tx, person_id: int, topic: str, choice: Choice) -> None:
    """From now on this person wants this topic so."""
    mine = (PREFERENCES.c.person_id == person_id, PREFERENCES.c.topic == topic)
    tx.execute(delete(PREFERENCES).where(*mine))
    tx.execute(insert(PREFERENCES).values(person_id=person_id, topic=topic, choice=choice, chosen=tx.now))


def drop_unsent(tx: Tx, person_id: int, topic: str) -> None:
    """What waits in the outbox of this topic for this person is not told any more."""
    mine = (OUTBOX.c.person_id == person_id, OUTBOX.c.topic == topic, OUTBOX.c.state.in_(UNSENT))
    tx.execute(delete(OUTBOX).where(*mine))


def forget(tx: Tx, person_id: int) -> None:
    """The person has left."""
    tx.execute(delete(PREFERENCES).where(PREFERENCES.c.person_id == person_id))
