"""Hold set by a restore: until a person releases it, nothing planned before is sent.

A backup is outdated: its planned messages may have been sent since, or be untrue. So `restore` writes one row here in
its own transaction and holds every planned outbox row; new ones are sent normally. A person releases them on the
console's outbox page.
"""

from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlmodel import Field

from storage.engine.columns import BigId, TableRow, UtcTime, table_of
from storage.engine.transactions import Tx


class RestorationRow(TableRow, table=True):
    """One restore: the backup (its digest), when it was made, and when sending was released."""

    __tablename__ = "restoration"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    at: datetime = Field(sa_type=UtcTime)
    backup: str = Field(max_length=64)
    backup_made: datetime = Field(sa_type=UtcTime)
    released: datetime | None = Field(sa_type=UtcTime)


RESTORATIONS = table_of(RestorationRow)


def record(tx: Tx, backup: str, backup_made: datetime) -> None:
    """Mark this database as just restored, and held."""
    tx.execute(insert(RESTORATIONS), {"at": tx.now, "backup": backup, "backup_made": backup_made, "released": None})


def is_held(tx: Tx) -> bool:
    """Tell whether messages restored as planned await a person's release."""
    return tx.execute(select(RESTORATIONS.c.id).where(RESTORATIONS.c.released.is_(None)).limit(1)).first() is not None


def held_since(tx: Tx) -> datetime | None:
    """Return when the backup of the held restore was made; None if nothing is held."""
    made: datetime | None = tx.execute(
        select(func.max(RESTORATIONS.c.backup_made)).where(RESTORATIONS.c.released.is_(None))
    ).scalar_one()
    return made


def release(tx: Tx) -> None:
    """Release all restore holds."""
    tx.execute(update(RESTORATIONS).where(RESTORATIONS.c.released.is_(None)).values(released=tx.now))
