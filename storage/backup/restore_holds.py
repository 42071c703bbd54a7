"""The mark that a restore leaves: until a person releases it, nothing that was planned before is sent.

A backup is older than the world: what it holds as planned may have been sent since, or be no longer true. So `restore`
writes one row here in its own transaction and holds every planned row of the outbox; new ones go their way. A person
releases them on the desk's page of the outbox.
"""

from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlmodel import Field

from storage.engine.columns import BigId, Row, UtcTime, table_of
from storage.engine.transactions import Tx


class RestorationRow(Row, table=True):
    """One restore: from which backup (its digest), when that was made, and when sending was released again."""

    __tablename__ = "restoration"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    at: datetime = Field(sa_type=UtcTime)
    backup: str = Field(max_length=64)
    backup_made: datetime = Field(sa_type=UtcTime)
    released: datetime | None = Field(sa_type=UtcTime)


RESTORATIONS = table_of(RestorationRow)


def record(tx: Tx, backup: str, backup_made: datetime) -> None:
    """Mark this database as restored just now, and held."""
    tx.execute(insert(RESTORATIONS), {"at": tx.now, "backup": backup, "backup_made": backup_made, "released": None})


def is_held(tx: Tx) -> bool:
    """Whether what a restore brought back as planned waits for a person's release."""
    return tx.execute(select(RESTORATIONS.c.id).where(RESTORATIONS.c.released.is_(None)).limit(1)).first() is not None


def held_since(tx: Tx) -> datetime | None:
    """When the backup was made whose restore waits for a release; None where none does."""
    made: datetime | None = tx.execute(
        select(func.max(RESTORATIONS.c.backup_made)).where(RESTORATIONS.c.released.is_(None))
    ).scalar_one()
    return made


def release(tx: Tx) -> None:
    """A person has looked: nothing is held any more."""
    tx.execute(update(RESTORATIONS).where(RESTORATIONS.c.released.is_(None)).values(released=tx.now))
