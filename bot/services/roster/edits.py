"""Correct one entry of the roster: checked as an import's row is, kept with its reason, told to the firm."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.services.roster.notices import Herald, changed_since, held_today
from bot.services.roster.rows import LONGEST_NAME, span_fault
from bot.services.roster.titles import to_json_list
from bot.services.table_file import normal
from config.areas import Areas
from config.errors import ConflictError, InputError
from matchmaking.names import credit_code
from storage.audit import audit
from storage.engine import change_counters
from storage.engine.transactions import Tx
from storage.roster import edits, roster
from storage.roster.roster import Listed, RosterTitle

SHORTEST_REASON, LONGEST_REASON = 2, 200
MOST_TITLES = 30


@dataclass(frozen=True, slots=True)
class EntryValues:
    """What an entry is to hold."""

    name: str
    credit_code: str | None
    district: str | None
    zone: str | None
    titles: tuple[RosterTitle, ...]


def edit(
    tx: Tx, person_id: int, entry_id: int, new: EntryValues, seen: int, reason: str, areas: Areas, herald: Herald
) -> None:
    """Set the entry's values. `seen`: the roster's version the person looked at, of this entry.

    Raises ConflictError if the entry has changed since, InputError for what an import would not take either.
    """
    before = roster.get(tx, entry_id)
    if roster.version_of(tx, entry_id) != seen:
        raise ConflictError("entry_changed")
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise InputError("entry_reason", most=LONGEST_REASON)
    _check(tx, entry_id, new, areas)
    old, now = _as_json(before), _as_json(new)
    if old == now:
        raise InputError("entry_same")
    held = held_today(tx)
    version = change_counters.bump(tx, roster.VERSION)
    values = {"name": new.name, "credit_code": new.credit_code, "district": new.district, "zone": new.zone}
    roster.put(tx, entry_id, version, new.titles, **values)
    edit_id = edits.add(tx, entry_id=entry_id, person_id=person_id, reason=reason, before=old, after=now)
    herald.notify(tx, f"roster:edit:{edit_id}", changed_since(tx, held))
    changed = {what: str(value) for what, value in now.items() if value != old[what]}
    before_them = {f"before_{what}": str(old[what]) for what in changed}
    audit.record(tx, "edit_roster", f"roster_entry:{entry_id}", {**before_them, **changed, "reason": reason})


def _check(tx: Tx, entry_id: int, new: EntryValues, areas: Areas) -> None:
    if not any(sign.isalpha() for sign in new.name) or len(new.name) > LONGEST_NAME:
        raise InputError("entry_name", most=LONGEST_NAME)
    if new.credit_code is not None and credit_code.fault(new.credit_code):
        raise InputError("entry_code")
    if new.zone is not None and areas.district_of(new.zone) != new.district:
        raise InputError("entry_zone")
    for other in roster.everything(tx):
        if other.id != entry_id and new.credit_code is not None and other.credit_code == new.credit_code:
            raise InputError("entry_code_taken", name=other.name)
        if other.id != entry_id and normal(other.name) == normal(new.name) and other.district == new.district:
            raise InputError("entry_name_taken")
    _check_titles(new.titles)


def _check_titles(titles: Sequence[RosterTitle]) -> None:
    if len({(title.title, title.batch) for title in titles}) != len(titles) or len(titles) > MOST_TITLES:
        raise InputError("entry_title_twice")
    for title in titles:
        if not title.batch:
            raise InputError("entry_batch")
        if span_fault(title.valid_from, title.valid_until):
            raise InputError("entry_days", since=title.valid_from, until=_day(title.valid_until))


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _as_json(values: EntryValues | Listed) -> dict[str, Any]:
    """Return the values as JSON, titles in their order of time."""
    titles = sorted(values.titles, key=lambda title: (title.valid_from, title.title, title.batch))
    plain = {what: getattr(values, what) for what in ("name", "credit_code", "district", "zone")}
    return {**plain, "titles": to_json_list(titles)}
