"""Cached platform answers shown on pages, so that no page waits, and since when the platform does not answer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, func, select
from sqlmodel import Field

from storage.engine.columns import TableRow, UtcTime, table_of
from storage.engine.transactions import Tx


class PlatformCacheRow(TableRow, table=True):
    """One cached answer, by a name that begins with the account's."""

    __tablename__ = "platform_cache"

    name: str = Field(primary_key=True, max_length=160)
    value: Any = Field(default=None, sa_type=JSON, nullable=True)
    learned: datetime | None = Field(default=None, sa_type=UtcTime)
    missed: datetime | None = Field(default=None, sa_type=UtcTime)


TOLD = table_of(PlatformCacheRow)


@dataclass(frozen=True, slots=True)
class CachedLookup:
    """The newest answer and when it came, None if never; `missed`: since when there is no answer."""

    value: Any = None
    learned: datetime | None = None
    missed: datetime | None = None


def get(tx: Tx, name: str) -> CachedLookup:
    """Return what is known under this name."""
    row = tx.execute(select(TOLD).where(TOLD.c.name == name)).one_or_none()
    return CachedLookup() if row is None else CachedLookup(row.value, row.learned, row.missed)


def save(tx: Tx, name: str, value: Any) -> None:
    """Save the platform's answer."""
    tx.upsert(TOLD, {"name": name, "value": value, "learned": tx.now, "missed": None})


def miss(tx: Tx, name: str) -> None:
    """Record that the platform did not answer; the earlier answer stays."""
    tx.upsert(TOLD, {"name": name, "missed": tx.now}, {"missed": func.coalesce(TOLD.c.missed, tx.now)})
