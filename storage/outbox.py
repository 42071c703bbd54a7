"""The outbox: one row for each thing that one person must be told, planned once under a key that says what it is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Index, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import Field

from storage.columns import BigId, Row, UtcTime, table_of
from storage.transactions import Tx

NEW, SAID = "new", "said"
# Set by storage/sendings.py alone.
LEASED, SENT, HELD, UNCERTAIN = "leased", "sent", "held", "uncertain"
# A reply has room for so many beside its own words; the rest is said with the next one, none is lost.
AT_ONE_VISIT = 3
LISTED_FOR = timedelta(days=30)
MOST_LISTED = 10


class OutboxRow(Row, table=True):
    """One notice to one person, sealed. `key` is deterministic, so that planning twice plans once."""

    __tablename__ = "outbox"
    __table_args__ = (Index(None, "person_id", "state"), Index(None, "state", "topic"))

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    key: str = Field(unique=True, max_length=120)
    person_id: int = Field(foreign_key="person.id", sa_type=BigId)
    topic: str = Field(max_length=24)
    text: bytes
    state: str = Field(default=NEW, max_length=16)
    planned: datetime = Field(sa_type=UtcTime)
    settled: datetime | None = Field(default=None, sa_type=UtcTime)
    attempts: int | None = None
    lease_until: datetime | None = Field(default=None, sa_type=UtcTime)
    retry_at: datetime | None = Field(default=None, sa_type=UtcTime)
    why: str | None = Field(default=None, max_length=24)


OUTBOX = table_of(OutboxRow)
_WAITING = (OUTBOX.c.person_id == bindparam("person_")) & (OUTBOX.c.state == NEW)
_FIND = (
    select(OUTBOX.c.id, OUTBOX.c.key, OUTBOX.c.text, OUTBOX.c.planned)
    .where(_WAITING)
    .order_by(OUTBOX.c.id)
    .limit(bindparam("most_"))
)


@dataclass(frozen=True, slots=True)
class Notice:
    """What one person is told, and since when it was to be told."""

    id: int
    text: str
    planned: datetime


def plan(tx: Tx, *, key: str, person_id: int, topic: str, text: str) -> bool:
    """This person is to be told this text, once; False where the key was planned before.

    `key` names the occasion and the person is added to it ("proof:12:refused"); `topic` is what people can switch off.
    The text is what the person reads: words of users in it must be harmless already.
    """
    whole = f"{key}:{person_id}"
    insert = sqlite_insert if tx.connection.dialect.name == "sqlite" else postgresql_insert
    row = {
        "key": whole,
        "person_id": person_id,
        "topic": topic,
        "text": tx.cipher.seal(text, f"outbox.text:{whole}"),
        "state": NEW,
        "planned": tx.now,
    }
    planned = insert(OUTBOX).values(row).on_conflict_do_nothing(index_elements=[OUTBOX.c.key]).returning(OUTBOX.c.id)
    return tx.execute(planned).scalar_one_or_none() is not None


def take_waiting(tx: Tx, person_id: int, most: int = AT_ONE_VISIT) -> list[Notice]:
    """What this person is told beside the reply that is being made: the oldest few, said with it, never again."""
    found = [_notice(tx, row) for row in tx.execute(_FIND, {"person_": person_id, "most_": most})]
    if found:
        ids = [notice.id for notice in found]
        tx.execute(update(OUTBOX).where(OUTBOX.c.id.in_(ids)).values(state=SAID, settled=tx.now))
    return found


def take_back(tx: Tx, *, key: str, person_id: int) -> bool:
    """This person is not told this any more; False where they were told already, or it was never planned."""
    mine = (OUTBOX.c.key == f"{key}:{person_id}") & (OUTBOX.c.state == NEW)
    return tx.execute(delete(OUTBOX).where(mine)).rowcount > 0


def waiting(tx: Tx, person_id: int) -> int:
    """How many notices this person has not been told yet."""
    return int(
        tx.execute(select(func.count()).select_from(OUTBOX).where(_WAITING), {"person_": person_id}).scalar_one()
    )


def listed(tx: Tx, person_id: int) -> list[Notice]:
    """The newest things this person was told or is to be told, newest first."""
    mine = select(OUTBOX).where(OUTBOX.c.person_id == person_id, OUTBOX.c.planned > tx.now - LISTED_FOR)
    return [_notice(tx, row) for row in tx.execute(mine.order_by(OUTBOX.c.id.desc()).limit(MOST_LISTED))]


def all_of(tx: Tx, person_id: int) -> list[Notice]:
    """Everything that this person was or is to be told, as long as it is kept."""
    mine = select(OUTBOX).where(OUTBOX.c.person_id == person_id).order_by(OUTBOX.c.id)
    return [_notice(tx, row) for row in tx.execute(mine)]


def states(tx: Tx) -> dict[str, int]:
    """How many notices there are in each state."""
    counted = select(OUTBOX.c.state, func.count().label("rows")).group_by(OUTBOX.c.state)
    return {row.state: int(row.rows) for row in tx.execute(counted)}


def forget(tx: Tx, person_id: int) -> None:
    """Erase what this person was and was to be told: they have left."""
    tx.execute(delete(OUTBOX).where(OUTBOX.c.person_id == person_id))


def _notice(tx: Tx, row: Any) -> Notice:
    return Notice(row.id, tx.cipher.open(row.text, f"outbox.text:{row.key}"), row.planned)
