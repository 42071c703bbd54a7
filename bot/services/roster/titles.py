"""Update a firm's titles from a table: added, corrected, and which was the first award."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from storage.roster.roster import RosterTitle


def titles_of(titles: Iterable[Mapping[str, Any]]) -> list[RosterTitle]:
    """Return the titles of a plan's JSON."""
    return [
        RosterTitle(
            title["title"],
            title["batch"],
            title["first"],
            date.fromisoformat(title["valid_from"]),
            None if title["valid_until"] is None else date.fromisoformat(title["valid_until"]),
            # Plans and undo records from before award dates were kept have none.
            None if title.get("awarded") is None else date.fromisoformat(title["awarded"]),
        )
        for title in titles
    ]


def to_json_list(titles: Sequence[RosterTitle]) -> list[dict[str, Any]]:
    """Return the titles as JSON."""
    return [
        {
            **asdict(title),
            "valid_from": str(title.valid_from),
            "valid_until": None if title.valid_until is None else str(title.valid_until),
            "awarded": None if title.awarded is None else str(title.awarded),
        }
        for title in titles
    ]


def merged(before: Sequence[RosterTitle], named: Iterable[Mapping[str, Any]]) -> list[RosterTitle]:
    """Merge a row's titles into an entry's: for the same batch the row's values win, others stay.

    A row silent about the end, the first award or its day does not delete what is known.
    """
    rows = list(named)
    new = {(title.title, title.batch): (title, row) for title, row in zip(titles_of(rows), rows, strict=True)}
    titles = []
    for old in before:
        title, row = new.pop((old.title, old.batch), (old, None))
        if row is not None:
            ends = title.valid_until if title.valid_until is not None or row.get("endless") else old.valid_until
            first = old.first if title.first is None else title.first
            title = replace(title, valid_until=ends, first=first, awarded=title.awarded or old.awarded)
        titles.append(title)
    return resolved([*titles, *(title for title, _ in new.values())])


def resolved(titles: Sequence[RosterTitle]) -> list[RosterTitle]:
    """Return the titles with the first-award mark only on the earliest of its kind."""
    begins: dict[str, date] = {}
    for title in titles:
        begins[title.title] = min(begins.get(title.title, title.valid_from), title.valid_from)
    return [replace(title, first=False) if title.valid_from > begins[title.title] else title for title in titles]
