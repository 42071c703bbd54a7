"""A table becomes a plan, the plan is applied atomically, and an applied one can be undone."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import bindparam, insert, update

from bot.services.roster.notices import Herald, changed_since, held_today
from bot.services.roster.titles import merged, resolved, titles_of, to_json_list
from config.errors import ConflictError
from storage.audit import audit
from storage.engine import change_counters
from storage.engine.transactions import Tx
from storage.firms import firms
from storage.roster import imports, roster
from storage.roster.roster import ENTRIES, TITLES

# An import by command line has no person.
COMMAND_LINE = 0


def counts(plan: Mapping[str, Any]) -> dict[str, int]:
    """Return counts of lines by outcome, rows read and skipped, and titles lapsing."""
    fates = Counter(row["fate"] for row in plan["rows"])
    skipped = plan.get("skipped", [])
    return {
        **fates,
        "read": plan.get("read", len(plan["rows"])),
        "skipped": len(skipped),
        "lapsed": len(plan["lapsed"]),
    }


def save(tx: Tx, person_id: int, area: str | None, file_name: str, roster_version: int, plan: Mapping[str, Any]) -> int:
    """Save the plan for review; return the import's id."""
    import_id = imports.add(
        tx, person_id=person_id, area=area, file_name=file_name, roster_version=roster_version, plan=plan
    )
    audit.record(tx, "plan_roster", f"roster_import:{import_id}")
    return import_id


def apply(tx: Tx, person_id: int, import_id: int, decided: Mapping[int, str], herald: Herald) -> None:
    """Apply the plan to the roster, all or nothing; the herald notifies the firms concerned.

    `decided`: for a doubtful line the id of the entry it means, or "new"; undecided lines are skipped. Raises
    ConflictError if already applied, or if the roster has changed since the plan was made.
    """
    draft = imports.get(tx, import_id)
    if draft is None or draft.state != "draft":
        raise ConflictError("import_done")
    # Plans from before rows were counted may end titles wrongly.
    if "read" not in draft.plan or change_counters.current(tx, roster.VERSION) != draft.roster_version:
        raise ConflictError("import_stale")
    version = change_counters.bump(tx, roster.VERSION)
    before = held_today(tx)
    new: list[Mapping[str, Any]] = []
    changed: list[tuple[int, Mapping[str, Any]]] = []
    for row in draft.plan["rows"]:
        entry_id = _meant(row, decided)
        if entry_id == 0:
            new.append(row)
        elif entry_id is not None:
            changed.append((entry_id, row))
    undo: dict[str, Any] = {"new": _enter(tx, new, version), "changed": [], "lapsed": []}
    for entry_id, row in changed:
        undo["changed"].append(_change(tx, entry_id, row, version))
    for entry_id, _, title in _ending(draft.plan, decided):
        undo["lapsed"] += _lapse(tx, entry_id, title, date.fromisoformat(draft.plan["lapse_from"]), version)
    firms.link_by_name(tx)
    herald.notify(tx, f"roster:{import_id}:applied", changed_since(tx, before))
    imports.finish(tx, import_id, "applied", version, undo)
    audit.record(tx, "apply_roster", f"roster_import:{import_id}")


def undo(tx: Tx, person_id: int, import_id: int, herald: Herald) -> None:
    """Restore the roster to before this import; the firms concerned are notified again.

    Raises ConflictError if it is not applied, or if anything on the roster has changed since.
    """
    done = imports.get(tx, import_id)
    if done is None or done.state != "applied" or done.undo is None:
        raise ConflictError("import_done")
    if change_counters.current(tx, roster.VERSION) != done.roster_version:
        raise ConflictError("import_followed")
    version = change_counters.bump(tx, roster.VERSION)
    before = held_today(tx)
    for entry_id in done.undo["new"]:
        roster.put(tx, entry_id, version, (), gone=True)
    for entry_id, code, district, titles, *zone in reversed(done.undo["changed"]):
        # Imports from before zones were stored have none to restore.
        values = {"credit_code": code, "district": district} | ({"zone": zone[0]} if zone else {})
        roster.put(tx, entry_id, version, titles_of(titles), **values)
    for entry_id, titles in reversed(done.undo["lapsed"]):
        roster.put(tx, entry_id, version, titles_of(titles))
    herald.notify(tx, f"roster:{import_id}:undone", changed_since(tx, before))
    imports.finish(tx, import_id, "undone", version, None)
    audit.record(tx, "undo_roster", f"roster_import:{import_id}")


def _ending(plan: Mapping[str, Any], decided: Mapping[int, str]) -> list[list[Any]]:
    """Return the titles that a complete list ends: waiting ones only once all doubtful lines are decided."""
    doubtful = [row for row in plan["rows"] if row["fate"] == "doubtful"]
    waiting = plan["waiting"] if all(_meant(row, decided) is not None for row in doubtful) else []
    return [*plan["lapsed"], *waiting]


def _meant(row: Mapping[str, Any], decided: Mapping[int, str]) -> int | None:
    """Return the entry that a line means; 0 for a new one, None to skip it."""
    if row["fate"] == "new":
        return 0
    if row["fate"] == "changed":
        return int(row["entry_id"])
    if row["fate"] == "doubtful":
        word = decided.get(row["key"], "")
        if word == "new":
            return 0
        if word in {str(candidate[0]) for candidate in row["candidates"]}:
            return int(word)
    return None


def _enter(tx: Tx, rows: Sequence[Mapping[str, Any]], version: int) -> list[int]:
    if not rows:
        return []
    entries: list[Mapping[str, Any]] = [
        {
            "name": row["name"],
            "credit_code": row["code"],
            "district": row["district"],
            "zone": row.get("zone"),
            "version": version,
            "gone": False,
        }
        for row in rows
    ]
    statement = insert(ENTRIES).returning(ENTRIES.c.id, sort_by_parameter_order=True)
    ids = [int(found[0]) for found in tx.execute(statement, entries)]
    titles: list[Mapping[str, Any]] = [
        {"entry_id": entry_id, **asdict(title)}
        for entry_id, row in zip(ids, rows, strict=True)
        for title in resolved(titles_of(row["titles"]))
    ]
    tx.execute(insert(TITLES), titles)
    return ids


def _change(tx: Tx, entry_id: int, row: Mapping[str, Any], version: int) -> list[Any]:
    before = roster.get(tx, entry_id)
    titles = merged(before.titles, row["titles"])
    values = {"credit_code": before.credit_code or row["code"], "district": before.district or row["district"]}
    values["zone"] = row.get("zone") or before.zone
    roster.put(tx, entry_id, version, titles, **values)
    return [entry_id, before.credit_code, before.district, to_json_list(before.titles), before.zone]


def _lapse(tx: Tx, entry_id: int, title: str, day: date, version: int) -> list[list[Any]]:
    before = roster.get(tx, entry_id)
    ended = update(TITLES).where(TITLES.c.entry_id == bindparam("entry"), TITLES.c.title == bindparam("what"))
    still = (TITLES.c.valid_until.is_(None)) | (TITLES.c.valid_until > bindparam("day"))
    tx.execute(ended.where(still).values(valid_until=day), {"entry": entry_id, "what": title, "day": day})
    tx.execute(update(ENTRIES).where(ENTRIES.c.id == entry_id).values(version=version))
    return [[entry_id, to_json_list(before.titles)]]
