"""How a firm stands on one day: the roster's titles of that day, beside what the firm itself has said.

Pure: nothing is copied from the roster, so a title begins and ends with its days, whoever asks.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from config.policy.facts import UNSURE
from storage.roster.roster import Listed, Title

TITLES, FIRST, DISTRICT, IN_CITY = "titles", "first_award", "district", "in_nanjing"
# The facts that the roster tells of its firms.
OF_ROSTER = frozenset({TITLES, FIRST, DISTRICT})


@dataclass(frozen=True, slots=True)
class Said:
    """What the firm itself said of its titles: those it holds, those it was given first, and on which day it said so.

    None: nothing. Of `first` a member with `?` before it was left open, one that is missing was denied.
    """

    titles: Collection[str] | None = None
    first: Collection[str] | None = None
    first_on: date = date.max


NOTHING = Said()


@dataclass(frozen=True, slots=True)
class Held:
    """The titles that count on one day, sorted; None: not known.

    `source`: who says so: `roster`, `self`, or where the roster does not show all of them, `partly`, or any of them,
    `unlisted`. `own`: those that stand on the firm's word alone. `first`: the titles given for the first time, `?`
    before one of which that is not known; None where it is known of none. `lapsed`: titles that the roster shows as
    over, each with the first day on which it no longer holds.
    """

    titles: list[str] | None
    source: str
    own: frozenset[str]
    first: list[str] | None
    first_source: str
    lapsed: Mapping[str, date]


def held_on(day: date, listed: Iterable[Title] | None, said: Said = NOTHING) -> Held:
    """Return which titles a firm holds on `day` (Asia/Shanghai). `listed`: its roster entry's, None without an entry.

    What the roster shows and what the firm says stand together. A first award is one that either of them says, and
    neither denies; an earlier entry of the same title denies it.
    """
    rows = [title for title in listed or () if title.valid_from <= day]
    shown = {title.title for title in rows if title.valid(day)}
    own = frozenset(said.titles or ()) - shown
    lapsed = {
        title.title: title.valid_until
        for title in sorted(rows, key=lambda title: title.valid_from)
        if title.valid_until is not None and title.title not in shown
    }
    if listed is None and said.titles is None:
        return Held(None, "self", own, list(said.first) if said.first is not None else None, "self", lapsed)
    titles = sorted(shown | own)
    source = ("roster" if listed is not None else "self") if not own else "partly" if shown else "unlisted"
    by_roster = {title: _first_by_roster(rows, title, day) for title in titles}
    by_word = {title: _first_by_word(rows, title, said) for title in titles}
    first = {title: _both(by_roster[title], by_word[title]) for title in titles}
    known = [title for title in titles if first[title] is not None]
    told = sorted(title if first[title] else UNSURE + title for title in titles if first[title] is not False)
    of_roster = listed is not None and not own and all(by_roster[title] == first[title] for title in known)
    told_first = told if known or (not titles and listed is not None) else None
    return Held(titles, source, own, told_first, "roster" if of_roster else "self", lapsed)


def facts_of(listed: Listed, day: date) -> dict[str, Any]:
    """Return what the roster alone says of a firm on `day`, as facts of the policy; what it leaves open is missing."""
    held = held_on(day, listed.titles)
    told = {TITLES: held.titles, FIRST: held.first, DISTRICT: listed.district}
    return {fact: value for fact, value in told.items() if value is not None}


def _first_by_roster(rows: Collection[Title], title: str, day: date) -> bool | None:
    mine = [row for row in rows if row.title == title]
    newest = max((row.valid_from for row in mine if row.valid(day)), default=None)
    if newest is None:
        # A title that is over was an award before this one.
        return False if mine else None
    said = {row.first for row in mine if row.valid(day) and row.valid_from == newest}
    if any(row.valid_from < newest for row in mine) or False in said:
        return False
    return True if True in said else None


def _first_by_word(rows: Collection[Title], title: str, said: Said) -> bool | None:
    if said.first is None or UNSURE + title in said.first:
        return None
    # Whoever spoke before the award did not speak of it.
    if any(row.title == title and row.valid_from > said.first_on for row in rows):
        return None
    return title in said.first


def _both(one: bool | None, other: bool | None) -> bool | None:
    if one is False or other is False:
        return False
    return True if one or other else None
