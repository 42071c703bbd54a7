"""What becomes of a firm's titles where a table names some: added, corrected, and which of them was the first award."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from storage.roster.roster import Title


def titles_of(titles: Iterable[Mapping[str, Any]]) -> list[Title]:
    """The titles as a plan keeps them."""
    return [
        Title(
            title["title"],
            title["batch"],
            title["first"],
            date.fromisoformat(title["valid_from"]),
            None if title["valid_until"] is None else date.fromisoformat(title["valid_until"]),
        )
        for title in titles
    ]


def kept(titles: Sequence[Title]) -> list[dict[str, Any]]:
    """The titles as JSON holds them."""
    return [
        {
            **asdict(title),
            "valid_from": str(title.valid_from),
            "valid_until": None if title.valid_until is None else str(title.valid_until),
        }
        for title in titles
    ]


def merged(before: Sequence[Title], named: Iterable[Mapping[str, Any]]) -> list[Title]:
    """The titles of an entry after a table's row: of one batch the row corrects what it says, and leaves the rest.

    A row that says nothing of an end, or of the first award, does not take away what is known of it.
    """
    rows = list(named)
    new = {(title.title, title.batch): (title, row) for title, row in zip(titles_of(rows), rows, strict=True)}
    titles = []
    for old in before:
        title, row = new.pop((old.title, old.batch), (old, None))
        if row is not None:
            ends = title.valid_until if title.valid_until is not None or row.get("endless") else old.valid_until
            title = replace(title, valid_until=ends, first=old.first if title.first is None else title.first)
        titles.append(title)
    return settled([*titles, *(title for title, _ in new.values())])


def settled(titles: Sequence[Title]) -> list[Title]:
    """The same titles; none is the first award of its kind that was given later than another."""
    begins: dict[str, date] = {}
    for title in titles:
        begins[title.title] = min(begins.get(title.title, title.valid_from), title.valid_from)
    return [replace(title, first=False) if title.valid_from > begins[title.title] else title for title in titles]
