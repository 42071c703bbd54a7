"""Who stood in for whom, and when: acts on a principal's behalf stay attributed after the role ends.

Rows are only added and shortened. They hold ids alone, which outlive their persons, so that leaving does not erase what
somebody did for a principal.
"""

from collections.abc import Collection
from datetime import date

from sqlalchemy import Date, insert, select, update
from sqlmodel import Field

from storage.engine.columns import BigId, ReadModel, TableRow, table_of
from storage.engine.transactions import Tx


class StoodIn(ReadModel):
    """A person who stood in for another on days in [valid_from, valid_until)."""

    person_id: int = Field(sa_type=BigId, index=True)
    principal_id: int = Field(sa_type=BigId)
    valid_from: date = Field(sa_type=Date)
    valid_until: date = Field(sa_type=Date)


class StoodInRow(StoodIn, TableRow, table=True):
    """One stand-in by the role `role_id`. On days in [valid_from, valid_until), Asia/Shanghai."""

    __tablename__ = "stood_in"

    id: int = Field(primary_key=True, sa_type=BigId)
    role_id: int = Field(sa_type=BigId, index=True)


STOOD_IN = table_of(StoodInRow)


def add(tx: Tx, role_id: int, stood: StoodIn) -> None:
    """Record that by this role one person stands in for another."""
    tx.execute(insert(STOOD_IN).values(role_id=role_id, **stood.model_dump()))


def end(tx: Tx, role_ids: Collection[int], day: date) -> None:
    """End standing in by these roles from this day."""
    mine = (STOOD_IN.c.role_id.in_(sorted(role_ids)), STOOD_IN.c.valid_until > day)
    tx.execute(update(STOOD_IN).where(*mine).values(valid_until=day))


def principals(tx: Tx, person_ids: Collection[int], since: date, until: date) -> frozenset[int]:
    """Return these people and everybody one of them stood in for on a day from `since` to `until`.

    Both days are included, and the day on which a stand-in ended: times within a day are ignored. Transitive: standing
    in for a stand-in also counts for that one's principal.
    """
    found: set[int] = set(person_ids)
    newest = set(found)
    while newest:
        over = (STOOD_IN.c.valid_from <= until, STOOD_IN.c.valid_until >= since)
        mine = select(STOOD_IN.c.principal_id).where(STOOD_IN.c.person_id.in_(sorted(newest)), *over)
        newest = set(tx.execute(mine).scalars()) - found
        found |= newest
    return frozenset(found)


def of_persons(tx: Tx, person_ids: Collection[int]) -> list[StoodIn]:
    """Return every stand-in period of these people, in order of start."""
    mine = select(STOOD_IN).where(STOOD_IN.c.person_id.in_(sorted(person_ids))).order_by(STOOD_IN.c.id)
    return [StoodIn.of(row) for row in tx.execute(mine)]
