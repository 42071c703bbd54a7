"""`main.py policy [N]`: the clauses, or clause N with its items and conditions."""

import argparse
import sys

from bot.cli import jsonl
from config.errors import InputError, UsageError
from config.policy.loader import load
from config.policy.model import Clause, Condition, Item
from config.texts import Texts


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the argument: a clause number, or none for all."""
    parser.add_argument("number", metavar="N", nargs="?", type=int, help=Texts.load()("commands.policy_number"))


def main(args: argparse.Namespace) -> int:
    """Write one line per clause, in document order."""
    policy = load()
    if args.number is None:
        for clause in policy.clauses:
            jsonl.write({**_clause(clause), "items": [item.code for item in clause.items]})
    else:
        try:
            clause = policy.clause(args.number)
        except InputError as error:
            raise UsageError(error.code, **error.details) from error
        jsonl.write({**_clause(clause), "items": [_item(item) for item in clause.items]})
    sys.stdout.flush()
    return 0


def _clause(clause: Clause) -> dict[str, object]:
    return _fields(clause, "number", "label", "title", "section", "agencies", "text")


def _item(item: Item) -> dict[str, object]:
    return {
        **_fields(
            item,
            "code",
            "title",
            "quote",
            "strength",
            "channel",
            "lead",
            "amount",
            "per",
            "figure",
            "agencies",
            "for_whom",
        ),
        "when": {condition.fact: _wanted(condition) for condition in item.when},
        "leaves_open": [{point.condition.fact: _wanted(point.condition), "says": point.says} for point in item.silent],
        **_fields(item, "one_time", "by_district", "cautions"),
    }


def _fields(of: Clause | Item, *names: str) -> dict[str, object]:
    return {name: getattr(of, name) for name in names}


def _wanted(condition: Condition) -> object:
    return True if condition.wanted == {True} else sorted(map(str, condition.wanted))
