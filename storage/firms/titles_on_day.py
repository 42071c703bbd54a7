"""A firm's titles on one day: the roster's valid on that day, plus what the firm stated.

Pure: nothing is copied from the roster, so titles begin and end with their dates, whoever asks.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from config.policy.facts import UNSURE
from storage.roster.roster import Listed, RosterTitle

TITLES, FIRST, DISTRICT, IN_CITY = "titles", "first_award", "district", "in_nanjing"
# Facts that the roster provides.
OF_ROSTER = frozenset({TITLES, FIRST, DISTRICT})


@dataclass(frozen=True, slots=True)
class OwnTitles:
    """The firm's own statement of its titles: those held, those first awarded, and when stated.

    None: nothing stated. In `first` a member with `?` before it was left open, a missing one was denied.
    """

    titles: Collection[str] | None = None
    first: Collection[str] | None = None
    first_on: date = date.max


NOTHING = OwnTitles()


@dataclass(frozen=True, slots=True)
class TitlesOnDay:
    """Titles that count on one day, sorted; None: unknown.

    `source`: `roster`, `self`, or if the roster shows only some of them, `partly`, or none of them, `unlisted`. `own`:
    those resting on the firm's statement alone. `first`: titles awarded for the first time, `?` before unknown ones;
    None if known of none. `lapsed`: titles the roster shows as over, each with the first day on which it no longer
    holds.
    """

    titles: list[str] | None
    source: str
    own: frozenset[str]
    first: list[str] | None
    first_source: str
    lapsed: Mapping[str, date]


def titles_on(day: date, listed: Iterable[RosterTitle] | None, said: OwnTitles = NOTHING) -> TitlesOnDay:
    """Return the titles a firm holds on `day` (Asia/Shanghai). `listed`: its roster entry's, None without an entry.

    The roster's and the firm's own are combined. A first award is one that either states and neither denies; an earlier
    entry of the same title denies it.
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
        return TitlesOnDay(None, "self", own, list(said.first) if said.first is not None else None, "self", lapsed)
    titles = sorted(shown | own)
    source = ("roster" if listed is not None else "self") if not own else "partly" if shown else "unlisted"
    by_roster = {title: _first_by_roster(rows, title, day) for title in titles}
    by_word = {title: _first_by_word(rows, title, said) for title in titles}
    first = {title: _both(by_roster[title], by_word[title]) for title in titles}
    known = [title for title in titles if first[title] is not None]
    told = sorted(title if first[title] else UNSURE + title for title in titles if first[title] is not False)
    of_roster = listed is not None and not own and all(by_roster[title] == first[title] for title in known)
    told_first = told if known or (not titles and listed is not None) else None
    return TitlesOnDay(titles, source, own, told_first, "roster" if of_roster else "self", lapsed)


def facts_of(listed: Listed, day: date) -> dict[str, Any]:
    """Return what the roster alone says of a firm on `day`, as policy facts; unknown ones are missing."""
    held = titles_on(day, listed.titles)
    told = {TITLES: held.titles, FIRST: held.first, DISTRICT: listed.district}
    return {fact: value for fact, value in told.items() if value is not None}


def _first_by_roster(rows: Collection[RosterTitle], title: str, day: date) -> bool | None:
    mine = [row for row in rows if row.title == title]
    newest = max((row.valid_from for row in mine if row.valid(day)), default=None)
    if newest is None:
        # An expired title was an award before this one.
        return False if mine else None
    said = {row.first for row in mine if row.valid(day) and row.valid_from == newest}
    if any(row.valid_from < newest for row in mine) or False in said:
        return False
    return True if True in said else None


def _first_by_word(rows: Collection[RosterTitle], title: str, said: OwnTitles) -> bool | None:
    if said.first is None or UNSURE + title in said.first:
        return None
    # A statement made before the award does not cover it.
    if any(row.title == title and row.valid_from > said.first_on for row in rows):
        return None
    return title in said.first


def _both(one: bool | None, other: bool | None) -> bool | None:
    if one is False or other is False:
        return False
    return True if one or other else None
