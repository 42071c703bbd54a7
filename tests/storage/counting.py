"""A one-counter table and functions on it, for tests of transaction behaviour."""

from collections.abc import Callable

from sqlalchemy import Column, Integer, MetaData, Table, insert, select, union_all, update

from storage.engine.database import Tx

COUNTER = Table("counter", MetaData(), Column("id", Integer, primary_key=True), Column("n", Integer, nullable=False))
# Two rows, one of which can be left unread.
TWICE = union_all(select(COUNTER.c.n), select(COUNTER.c.n))


def start(tx: Tx) -> None:
    """Create the table with its one row, at 0."""
    COUNTER.create(tx.connection)
    tx.execute(insert(COUNTER), {"id": 1, "n": 0})


def value(tx: Tx) -> int:
    return int(tx.execute(select(COUNTER.c.n).where(COUNTER.c.id == 1)).scalar_one())


def add_one(tx: Tx) -> int:
    """Read, then write the value plus one: loses updates without isolation."""
    n = value(tx) + 1
    tx.execute(update(COUNTER).where(COUNTER.c.id == 1).values(n=n))
    return n


def add_one_then(act: Callable[[], object]) -> Callable[[Tx], int]:
    """Return `add_one`, followed by this act."""

    def function(tx: Tx) -> int:
        n = add_one(tx)
        act()
        return n

    return function
