"""Daily usage limits by HMAC of the person: erasure does not reset the count."""

from datetime import datetime, timedelta

from sqlalchemy import Index, delete, func, insert, select
from sqlmodel import Field

from storage.engine.columns import BigId, TableRow, UtcTime, table_of
from storage.engine.transactions import Tx
from storage.people.people import PEOPLE

DAY = timedelta(days=1)


class AllowanceRow(TableRow, table=True):
    """One use. `mark`: HMAC of the person for this limit alone; deleted after a day."""

    __tablename__ = "allowance"
    __table_args__ = (Index(None, "mark", "at"), Index(None, "at"))

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    mark: str = Field(max_length=32)
    at: datetime = Field(sa_type=UtcTime)


ALLOWANCES = table_of(AllowanceRow)


def used(tx: Tx, person_id: int, what: str) -> int:
    """Return how often this human did `what` within a day, under any registration."""
    mine = (ALLOWANCES.c.mark == _mark(tx, person_id, what), ALLOWANCES.c.at > tx.now - DAY)
    return int(tx.execute(select(func.count()).select_from(ALLOWANCES).where(*mine)).scalar_one())


def use(tx: Tx, person_id: int, what: str) -> None:
    """Count a use of `what` now; uses older than a day are deleted."""
    tx.execute(delete(ALLOWANCES).where(ALLOWANCES.c.at <= tx.now - DAY))
    tx.execute(insert(ALLOWANCES).values(mark=_mark(tx, person_id, what), at=tx.now))


def _mark(tx: Tx, person_id: int, what: str) -> str:
    # A returning person has a new id; their openid stays the same.
    person = tx.execute(select(PEOPLE.c.mark).where(PEOPLE.c.id == person_id)).scalar_one()
    return tx.cipher.fingerprint(f"{what}:{person}", "allowance")
