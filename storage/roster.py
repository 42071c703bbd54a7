"""名录: the firms and titles that the authorities have published, as officials entered them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Date, insert, select
from sqlmodel import Field

from storage import versions
from storage.columns import BigId, Row, table_of
from storage.transactions import Tx

VERSION = "roster"


class RosterEntry(Row, table=True):
    """A firm on the roster. `version` is the roster's counter when this row last changed."""

    __tablename__ = "roster_entry"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    name: str
    credit_code: str | None = Field(default=None, max_length=18)
    district: str | None = Field(default=None, max_length=8)
    version: int = Field(index=True, sa_type=BigId)


class RosterTitle(Row, table=True):
    """A title a firm was given: which batch, whether for the first time, and how long it is valid."""

    __tablename__ = "roster_title"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    entry_id: int = Field(foreign_key="roster_entry.id", index=True, sa_type=BigId)
    title: str = Field(max_length=16)
    batch: str
    first: bool
    valid_from: date = Field(sa_type=Date)
    valid_until: date | None = Field(default=None, sa_type=Date)


ENTRIES = table_of(RosterEntry)
TITLES = table_of(RosterTitle)


@dataclass(frozen=True, slots=True)
class Title:
    """One title with its batch; valid on days in [valid_from, valid_until)."""

    title: str
    batch: str
    first: bool
    valid_from: date
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A roster entry with all its titles, valid or lapsed."""

    id: int
    name: str
    credit_code: str | None
    district: str | None
    titles: tuple[Title, ...]

    def valid_titles(self, day: date) -> tuple[Title, ...]:
        """The titles that hold on this day (Asia/Shanghai)."""
        return tuple(t for t in self.titles if t.valid_from <= day and (t.valid_until is None or day < t.valid_until))


def add(
    tx: Tx,
    *,
    name: str,
    credit_code: str | None,
    district: str | None,
    titles: Sequence[Title] = (),
) -> int:
    """Enter a firm with its titles; every node finds it with its next query."""
    row = {
        "name": name,
        "credit_code": credit_code,
        "district": district,
        "version": versions.bump(tx, VERSION),
    }
    entry_id = int(tx.execute(insert(ENTRIES).values(row).returning(ENTRIES.c.id)).scalar_one())
    for title in titles:
        tx.execute(
            insert(TITLES).values(
                entry_id=entry_id,
                title=title.title,
                batch=title.batch,
                first=title.first,
                valid_from=title.valid_from,
                valid_until=title.valid_until,
            )
        )
    return entry_id


def get(tx: Tx, entry_id: int) -> Listed:
    """One entry with its titles; raises NoResultFound for an id that was never given."""
    entry = tx.execute(select(ENTRIES).where(ENTRIES.c.id == entry_id)).one()
    titles = tx.execute(select(TITLES).where(TITLES.c.entry_id == entry_id).order_by(TITLES.c.valid_from, TITLES.c.id))
    return Listed(
        entry.id,
        entry.name,
        entry.credit_code,
        entry.district,
        tuple(Title(t.title, t.batch, t.first, t.valid_from, t.valid_until) for t in titles),
    )


def names_changed_since(tx: Tx, version: int) -> list[tuple[int, str]]:
    """(id, name) of every entry entered or changed after this version of the roster, oldest change first."""
    statement = select(ENTRIES.c.id, ENTRIES.c.name).where(ENTRIES.c.version > version).order_by(ENTRIES.c.version)
    return [(row.id, row.name) for row in tx.execute(statement)]
