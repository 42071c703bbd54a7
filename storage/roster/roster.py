"""名录: firms and titles published by the authorities, as entered by officials."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import Date, delete, insert, or_, select, update
from sqlmodel import Field

from storage.engine import change_counters
from storage.engine.columns import BigId, TableRow, table_of
from storage.engine.transactions import Tx
from storage.people.roles import Place

VERSION = "roster"


class RosterEntryRow(TableRow, table=True):
    """A firm on the roster. `version`: the roster's counter at this row's last change; `gone`: removed."""

    __tablename__ = "roster_entry"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    name: str = Field(index=True)
    credit_code: str | None = Field(default=None, max_length=18)
    district: str | None = Field(default=None, max_length=8)
    zone: str | None = Field(default=None, max_length=16)
    version: int = Field(index=True, sa_type=BigId)
    gone: bool = False


class RosterTitleRow(TableRow, table=True):
    """A firm's title: batch, whether a first award (None: unknown), validity, and the day of the award if stated."""

    __tablename__ = "roster_title"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    entry_id: int = Field(foreign_key="roster_entry.id", index=True, sa_type=BigId)
    title: str = Field(max_length=16)
    batch: str
    first: bool | None = None
    valid_from: date = Field(sa_type=Date)
    valid_until: date | None = Field(default=None, sa_type=Date)
    awarded: date | None = Field(default=None, sa_type=Date)


ENTRIES = table_of(RosterEntryRow)
TITLES = table_of(RosterTitleRow)


@dataclass(frozen=True, slots=True)
class RosterTitle:
    """One title with its batch; valid on days in [valid_from, valid_until).

    `first`: whether a first award; `awarded`: the day of the award. None if the roster does not say.
    """

    title: str
    batch: str
    first: bool | None
    valid_from: date
    valid_until: date | None
    awarded: date | None = None

    def valid(self, day: date) -> bool:
        """Tell whether it is valid on this day (Asia/Shanghai)."""
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)


@dataclass(frozen=True, slots=True)
class Listed:
    """A roster entry with all its titles, valid or expired."""

    id: int
    name: str
    credit_code: str | None
    district: str | None
    titles: tuple[RosterTitle, ...]
    zone: str | None = None

    def valid_titles(self, day: date) -> tuple[RosterTitle, ...]:
        """Return the titles valid on this day (Asia/Shanghai)."""
        return tuple(title for title in self.titles if title.valid(day))


def add(
    tx: Tx,
    *,
    name: str,
    credit_code: str | None,
    district: str | None,
    titles: Sequence[RosterTitle] = (),
    zone: str | None = None,
) -> int:
    """Insert a firm with its titles; every node finds it with its next query."""
    row = {
        "name": name,
        "credit_code": credit_code,
        "district": district,
        "zone": zone,
        "version": change_counters.bump(tx, VERSION),
        "gone": False,
    }
    entry_id = tx.add(ENTRIES, row)
    for title in titles:
        tx.execute(insert(TITLES).values(entry_id=entry_id, **asdict(title)))
    return entry_id


def put(tx: Tx, entry_id: int, version: int, titles: Sequence[RosterTitle], **values: Any) -> None:
    """Replace the entry's titles and set these columns."""
    tx.execute(update(ENTRIES).where(ENTRIES.c.id == entry_id).values(version=version, **values))
    tx.execute(delete(TITLES).where(TITLES.c.entry_id == entry_id))
    if titles:
        tx.execute(insert(TITLES), [{"entry_id": entry_id, **asdict(title)} for title in titles])


def get(tx: Tx, entry_id: int) -> Listed:
    """Return one entry with its titles; raises NoResultFound for an unknown id."""
    entry = tx.execute(select(ENTRIES).where(ENTRIES.c.id == entry_id)).one()
    titles = tx.execute(select(TITLES).where(TITLES.c.entry_id == entry_id).order_by(TITLES.c.valid_from, TITLES.c.id))
    return Listed(
        entry.id,
        entry.name,
        entry.credit_code,
        entry.district,
        tuple(title_of(row) for row in titles),
        entry.zone,
    )


def version_of(tx: Tx, entry_id: int) -> int:
    """Return the roster's version at the entry's last change; raises NoResultFound for one not on the roster."""
    mine = select(ENTRIES.c.version).where(ENTRIES.c.id == entry_id, ENTRIES.c.gone.is_(False))
    return int(tx.execute(mine).scalar_one())


def find_code(tx: Tx, credit_code: str) -> int | None:
    """Return the entry with this credit code, the oldest if several."""
    mine = select(ENTRIES.c.id).where(ENTRIES.c.credit_code == credit_code, ENTRIES.c.gone.is_(False))
    return tx.execute(mine.order_by(ENTRIES.c.id).limit(1)).scalar_one_or_none()


def names_changed_since(tx: Tx, version: int) -> list[tuple[int, str | None]]:
    """Return (id, name) of every entry changed after this roster version, oldest change first.

    The name is None for a removed entry.
    """
    columns = (ENTRIES.c.id, ENTRIES.c.name, ENTRIES.c.gone)
    statement = select(*columns).where(ENTRIES.c.version > version).order_by(ENTRIES.c.version, ENTRIES.c.id)
    return [(row.id, None if row.gone else row.name) for row in tx.execute(statement)]


def everything(tx: Tx) -> list[Listed]:
    """Return every entry on the roster with its titles, by id."""
    titles: defaultdict[int, list[RosterTitle]] = defaultdict(list)
    for row in tx.execute(select(TITLES).order_by(TITLES.c.valid_from, TITLES.c.id)):
        titles[row.entry_id].append(title_of(row))
    entries = tx.execute(select(ENTRIES).where(ENTRIES.c.gone.is_(False)).order_by(ENTRIES.c.id))
    return [Listed(row.id, row.name, row.credit_code, row.district, tuple(titles[row.id]), row.zone) for row in entries]


def valid_titles(tx: Tx, day: date) -> dict[int, set[str]]:
    """Return by entry the titles valid on `day` (Asia/Shanghai), of entries on the roster."""
    valid = (TITLES.c.valid_from <= day, or_(TITLES.c.valid_until.is_(None), TITLES.c.valid_until > day))
    joined = TITLES.join(ENTRIES, TITLES.c.entry_id == ENTRIES.c.id)
    mine = select(TITLES.c.entry_id, TITLES.c.title).select_from(joined).where(ENTRIES.c.gone.is_(False), *valid)
    found: defaultdict[int, set[str]] = defaultdict(set)
    for row in tx.execute(mine):
        found[row.entry_id].add(row.title)
    return found


def place_of(tx: Tx, entry_id: int) -> Place | None:
    """Return the entry's district, whichever agency keeps the roster there."""
    mine = select(ENTRIES.c.district, ENTRIES.c.zone).where(ENTRIES.c.id == entry_id, ENTRIES.c.gone.is_(False))
    return tx.one(mine, lambda row: Place(area=row.district, zone=row.zone))


def title_of(row: Any) -> RosterTitle:
    """Return the title in a row with its columns."""
    return RosterTitle(row.title, row.batch, row.first, row.valid_from, row.valid_until, row.awarded)
