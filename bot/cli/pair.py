"""`main.py pair PLAN.json`: the schedule of an event's meetings; keys in docs/pair.md."""

import argparse
import sys
from collections.abc import Iterator, Mapping
from typing import cast

from bot.cli import jsonl
from config.errors import InputError
from config.texts import Texts
from matchmaking.pairing import PairingInput, PairingSide, pair


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the plan argument."""
    parser.add_argument("plan", metavar="PLAN.json", help=Texts.load()("commands.pair_plan"))


def main(args: argparse.Namespace) -> int:
    """Write the meetings, then what was left out and why; errors in the plan are named, with exit code 1."""
    texts = Texts.load()
    wrong: list[InputError] = []
    schedule = pair(_plan(jsonl.whole(args.plan), wrong))
    for error in wrong:
        print(texts.error(error), file=sys.stderr)
    for one in schedule.meetings:
        meeting = {"slot": one.slot, "table": one.table, "firm": one.firm, "value": one.value, "told": one.told}
        jsonl.write({"kind": "meeting", **meeting})
    for left in schedule.left_out:
        why = {"why": left.why.value, "text": texts(f"matching.left_{left.why}"), "fitting": list(left.fitting)}
        jsonl.write({"kind": "left_out", "firm": left.firm, "got": left.got, "wanted": left.wanted, **why})
    whole = {"meetings": len(schedule.meetings), "total": schedule.total, "proven": schedule.proven}
    jsonl.write({"kind": "summary", **whole})
    sys.stdout.flush()
    return 1 if wrong else 0


def _plan(given: Mapping[str, object], wrong: list[InputError]) -> PairingInput:
    slots = list(dict.fromkeys(_names(given.get("slots"), "slots", wrong)))
    tables = _sides(given, "tables", None, wrong)
    firms = _sides(given, "firms", 1, wrong)
    scores: dict[tuple[str, str], float] = {}
    for path, row in _rows(given, "scores", wrong):
        firm, table = _known(row, "firm", firms, path, wrong), _known(row, "table", tables, path, wrong)
        score = _share(row.get("score"), f"{path}.score", wrong)
        if firm and table and score is not None:
            scores[firm, table] = score
    told: list[tuple[str, str, str]] = []
    for path, row in _rows(given, "told", wrong):
        firm, table = _known(row, "firm", firms, path, wrong), _known(row, "table", tables, path, wrong)
        slot = _known(row, "slot", dict.fromkeys(slots), path, wrong)
        if firm and table and slot:
            told.append((slot, table, firm))
    absent = frozenset(_names(given.get("absent"), "absent", wrong))
    closed = frozenset(_names(given.get("closed"), "closed", wrong))
    return PairingInput(slots, list(tables.values()), list(firms.values()), scores, told, absent, closed)


def _sides(given: Mapping[str, object], name: str, most: int | None, wrong: list[InputError]) -> dict[str, PairingSide]:
    sides: dict[str, PairingSide] = {}
    for path, row in _rows(given, name, wrong):
        id_ = row.get("id")
        if not isinstance(id_, str) or not id_ or id_ in sides:
            wrong.append(InputError("plan_id", path=f"{path}.id", given=jsonl.shown(id_)))
            continue
        slots = row.get("slots")
        sides[id_] = PairingSide(
            id=id_,
            wants=_wants(row.get("wants"), f"{path}.wants", wrong),
            refuses=frozenset(_names(row.get("refuses"), f"{path}.refuses", wrong)),
            topics=frozenset(_names(row.get("topics"), f"{path}.topics", wrong)),
            at_once=_count(row.get("seats"), 1, f"{path}.seats", wrong) or 1,
            most=_count(row.get("most"), most, f"{path}.most", wrong),
            slots=None if slots is None else frozenset(_names(slots, f"{path}.slots", wrong)),
        )
    return sides


def _rows(
    given: Mapping[str, object], name: str, wrong: list[InputError]
) -> Iterator[tuple[str, Mapping[str, object]]]:
    rows = given.get(name)
    if rows is not None and not isinstance(rows, list):
        wrong.append(InputError("plan_list", path=name))
        return
    for at, row in enumerate(rows or []):
        if isinstance(row, dict):
            yield f"{name}[{at}]", row
        else:
            wrong.append(InputError("plan_object", path=f"{name}[{at}]"))


def _names(given: object, path: str, wrong: list[InputError]) -> list[str]:
    if given is None:
        return []
    if isinstance(given, list) and all(isinstance(one, str) and one for one in given):
        return cast(list[str], given)
    wrong.append(InputError("plan_names", path=path))
    return []


def _wants(given: object, path: str, wrong: list[InputError]) -> dict[str, float]:
    if isinstance(given, dict):
        shares = {id_: _share(share, f"{path}.{id_}", wrong) for id_, share in given.items()}
        return {id_: share for id_, share in shares.items() if share is not None}
    names = list(dict.fromkeys(_names(given, path, wrong)))
    return {name: 1 - at / len(names) for at, name in enumerate(names)}


def _share(given: object, path: str, wrong: list[InputError]) -> float | None:
    if isinstance(given, int | float) and not isinstance(given, bool) and 0 <= given <= 1:
        return float(given)
    wrong.append(InputError("plan_share", path=path, given=jsonl.shown(given)))
    return None


def _count(given: object, usual: int | None, path: str, wrong: list[InputError]) -> int | None:
    if given is None:
        return usual
    if isinstance(given, int) and not isinstance(given, bool) and 0 < given <= 10_000:
        return given
    wrong.append(InputError("plan_count", path=path, given=jsonl.shown(given)))
    return usual


def _known(
    row: Mapping[str, object], key: str, there: Mapping[str, object], path: str, wrong: list[InputError]
) -> str | None:
    given = row.get(key)
    if isinstance(given, str) and given in there:
        return given
    wrong.append(InputError("plan_unknown", path=f"{path}.{key}", given=jsonl.shown(given)))
    return None
