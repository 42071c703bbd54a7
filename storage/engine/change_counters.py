"""One counter per kind of data: each node detects changes by reading one row."""

from sqlalchemy import bindparam, select
from sqlmodel import Field

from storage.engine.columns import BigId, TableRow, table_of
from storage.engine.transactions import Tx


class ChangeCounterRow(TableRow, table=True):
    """Number of changes of a kind of data."""

    __tablename__ = "change_counter"

    name: str = Field(primary_key=True, max_length=16)
    number: int = Field(sa_type=BigId)


VERSIONS = table_of(ChangeCounterRow)
_CURRENT = select(VERSIONS.c.number).where(VERSIONS.c.name == bindparam("name_"))


def current(tx: Tx, name: str) -> int:
    """Return this kind's counter; 0 if nothing has changed yet."""
    return tx.execute(_CURRENT, {"name_": name}).scalar() or 0


def bump(tx: Tx, name: str) -> int:
    """Count one change and return the new number, which changed rows carry."""
    statement = (
        tx.insert(VERSIONS)
        .values(name=name, number=1)
        .on_conflict_do_update(index_elements=[VERSIONS.c.name], set_={"number": VERSIONS.c.number + 1})
        .returning(VERSIONS.c.number)
    )
    return int(tx.execute(statement).scalar_one())
