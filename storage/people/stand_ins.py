"""Who stood in for whom, and on which days: what was done on somebody's behalf stays theirs when the role is over.

Rows are only added and shortened. They hold ids alone, which outlive their persons, so that nobody sheds what they did
for somebody by leaving.
"""

from collections.abc import Collection
from datetime import date

from sqlalchemy import Date, insert, select, update
from sqlmodel import Field

from storage.engine.columns import BigId, ReadModel, Row, table_of
from storage.engine.transactions import Tx


class StoodIn(ReadModel):
    """A person who stood in for another on days in [valid_from, valid_until)."""

    person_id: int = Field(sa_type=BigId, index=True)
    principal_id: int = Field(sa_type=BigId)
    valid_from: date = Field(sa_type=Date)
    valid_until: date = Field(sa_type=Date)


class StoodInRow(StoodIn, Row, table=True):
    """One person in another's place, by the role `role_id`. On days in [valid_from, valid_until), Asia/Shanghai."""

    __tablename__ = "stood_in"

    id: int = Field(primary_key=True, sa_type=BigId)
    role_id: int = Field(sa_type=BigId, index=True)


STOOD_IN = table_of(StoodInRow)


def add(tx: Tx, role_id: int, stood: StoodIn) -> None:
    """Keep that by this role one person stands in for another."""
    tx.execute(insert(STOOD_IN).values(role_id=role_id, **stood.model_dump()))


def end(tx: Tx, role_ids: Collection[int], day: date) -> None:
    """From this day on nobody stands in for anybody by these roles."""
    mine = (STOOD_IN.c.role_id.in_(sorted(role_ids)), STOOD_IN.c.valid_until > day)
    tx.execute(update(STOOD_IN).where(*mine).values(valid_until=day))


def principals(tx: Tx, person_ids: Collection[int], since: date, until: date) -> frozenset[int]:
    """Return these persons and everybody in whose place one of them stood on a day from `since` to `until`.

    Both days are included, and so is the day on which a stand-in ended: within a day nobody asks for the hour. Who
    stands in for somebody who stands in for a third stands in for the third too.
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
    """Return everything that these persons ever were in somebody's place, in the order in which it began."""
    mine = select(STOOD_IN).where(STOOD_IN.c.person_id.in_(sorted(person_ids))).order_by(STOOD_IN.c.id)
    return [StoodIn.of(row) for row in tx.execute(mine)]
