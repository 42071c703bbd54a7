"""The roster as a list: filtered, sorted, paged."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select

from storage.engine.page import Page
from storage.engine.transactions import Tx
from storage.roster.roster import ENTRIES, TITLES, Listed, RosterTitle, title_of

SORTS = {"name": ENTRIES.c.name, "district": ENTRIES.c.district, "id": ENTRIES.c.id}
PAGE = 50
_EXPORTED_AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class RosterQuery:
    """Filter and order of entries. `areas` None: the whole city; `title` valid on `day`."""

    day: date
    areas: frozenset[str] | None = None
    words: str = ""
    district: str = ""
    title: str = ""
    sort: str = "id"
    descending: bool = False
    page: int = 1


def page(tx: Tx, wanted: RosterQuery, size: int = PAGE) -> Page[Listed]:
    """Return one page of `size` entries, and the total."""
    column = SORTS[wanted.sort]
    order = (column.desc(), ENTRIES.c.id.desc()) if wanted.descending else (column.asc(), ENTRIES.c.id.asc())
    rows, total = Page.of(tx, select(ENTRIES).where(*_conditions(wanted)).order_by(*order), wanted.page, size, _row)
    titles: dict[int, list[RosterTitle]] = {row.id: [] for row in rows}
    for found in tx.execute(select(TITLES).where(TITLES.c.entry_id.in_(list(titles))).order_by(TITLES.c.valid_from)):
        titles[found.entry_id].append(title_of(found))
    listed = [Listed(row.id, row.name, row.credit_code, row.district, tuple(titles[row.id]), row.zone) for row in rows]
    return Page(listed, total)


def pages(tx: Tx, wanted: RosterQuery, most: int) -> Iterator[Listed]:
    """Yield every entry of the list, up to `most`, for an export."""
    for number in range(1, -(-most // _EXPORTED_AT_ONCE) + 1):
        listed, _ = page(tx, replace(wanted, page=number), _EXPORTED_AT_ONCE)
        yield from listed
        if len(listed) < _EXPORTED_AT_ONCE:
            return


def _conditions(wanted: RosterQuery) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [ENTRIES.c.gone.is_(False)]
    if wanted.areas is not None:
        areas = sorted(wanted.areas)
        conditions.append(or_(ENTRIES.c.district.in_(areas), ENTRIES.c.zone.in_(areas)))
    if wanted.words:
        named = ENTRIES.c.name.contains(wanted.words, autoescape=True)
        conditions.append(or_(named, ENTRIES.c.credit_code == wanted.words.upper()))
    if wanted.district:
        conditions.append(or_(ENTRIES.c.district == wanted.district, ENTRIES.c.zone == wanted.district))
    if wanted.title:
        conditions.append(
            exists().where(TITLES.c.entry_id == ENTRIES.c.id, TITLES.c.title == wanted.title, *_holds(wanted))
        )
    return conditions


def _row(row: Any) -> Any:
    return row


def _holds(wanted: RosterQuery) -> tuple[Any, ...]:
    until = TITLES.c.valid_until
    return (TITLES.c.valid_from <= wanted.day, or_(until.is_(None), until > wanted.day))
