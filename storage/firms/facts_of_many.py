"""Facts of many firms today, equal to `firms.facts` of each, in a few statements."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from functools import cache
from typing import Any, cast

from sqlalchemy import Select, Text, select
from sqlalchemy import cast as as_type

from config.calendar import shanghai_day
from storage.engine.transactions import Tx
from storage.firms.firms import FACTS, FIRMS, LISTED
from storage.firms.titles_on_day import DISTRICT, FIRST, IN_CITY, OF_ROSTER, TITLES, OwnTitles, titles_on
from storage.roster.roster import ENTRIES, RosterTitle
from storage.roster.roster import TITLES as HELD

# Titles read for many firms: dates stay text, parsed once per distinct history.
_Row = tuple[Any, ...]
_DAYS = (as_type(HELD.c.valid_from, Text), as_type(HELD.c.valid_until, Text))
_LISTED = (
    select(FIRMS.c.id, ENTRIES.c.district, HELD.c.title, HELD.c.first, *_DAYS)
    .select_from(LISTED)
    .where(ENTRIES.c.gone.is_(False))
)


def known_today(tx: Tx, names: Collection[str], firm_ids: Collection[int] | None = None) -> dict[str, dict[int, str]]:
    """Return facts of firms today as JSON, by fact: equal text for equal facts. None: of every firm."""
    wanted = {*names, *((TITLES, FIRST) if not {TITLES, FIRST}.isdisjoint(names) else ())}
    wanted |= {IN_CITY} if DISTRICT in names else set()
    said: defaultdict[str, dict[int, str]] = defaultdict(dict)
    spoken = select(FACTS.c.firm_id, FACTS.c.fact, as_type(FACTS.c.value, Text)).where(FACTS.c.fact.in_(sorted(wanted)))
    for firm_id, fact, value in _rows(tx, _of(spoken, FACTS.c.firm_id, firm_ids)):
        said[fact][firm_id] = value
    found = {name: dict(said[name]) for name in names}
    if OF_ROSTER.isdisjoint(names):
        return found
    listed: dict[int, tuple[_Row, ...]] = {}
    written = cache(json.dumps)
    for firm_id, district, *row in _rows(tx, _of(_LISTED, FIRMS.c.id, firm_ids)):
        listed[firm_id] = (*listed.get(firm_id, ()), tuple(row))
        if DISTRICT in found and district is not None and said[IN_CITY].get(firm_id) != "false":
            found[DISTRICT].setdefault(firm_id, written(district))
    if {TITLES, FIRST}.isdisjoint(names):
        return found
    day, spoken_on = shanghai_day(tx.now), _spoken_on(tx, said[FIRST])

    # Few distinct histories cover many firms.
    @cache
    def judged(rows: tuple[_Row, ...] | None, titles: str | None, first: str | None, on: date) -> Mapping[str, str]:
        history = None if rows is None else [_title(row) for row in rows if row[0] is not None]
        held = titles_on(day, history, OwnTitles(_read(titles), _read(first), on))
        values = {TITLES: held.titles, FIRST: held.first}
        return {name: json.dumps(value) for name, value in values.items() if name in found and value is not None}

    of_titles, of_first = said[TITLES], said[FIRST]
    for name in {TITLES, FIRST} & found.keys():
        found[name] = {}
    for firm_id in listed.keys() | of_titles.keys() | of_first.keys():
        on = spoken_on.get(firm_id, day)
        for name, value in judged(listed.get(firm_id), of_titles.get(firm_id), of_first.get(firm_id), on).items():
            found[name][firm_id] = value
    return found


def _title(row: _Row) -> RosterTitle:
    title, first, begins, ends = row
    return RosterTitle(title, "", first, date.fromisoformat(begins), None if ends is None else date.fromisoformat(ends))


def _spoken_on(tx: Tx, said: Collection[int]) -> dict[int, date]:
    if not said:
        return {}
    mine = select(FACTS.c.firm_id, FACTS.c.learned).where(FACTS.c.fact == FIRST)
    return {firm_id: shanghai_day(learned) for firm_id, learned in _rows(tx, mine) if firm_id in said}


def _of(statement: Select[Any], column: Any, firm_ids: Collection[int] | None) -> Select[Any]:
    return statement if firm_ids is None else statement.where(column.in_(sorted(firm_ids)))


def _rows(tx: Tx, statement: Select[Any]) -> Iterable[tuple[Any, ...]]:
    # Rows as tuples, fetched at once and unpacked: twice as fast as access by column name.
    return cast(Iterable[tuple[Any, ...]], tx.execute(statement).all())


def _read(text: str | None) -> Any:
    return None if text is None else json.loads(text)
