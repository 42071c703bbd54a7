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
    return {
        "number": clause.number,
        "label": clause.label,
        "title": clause.title,
        "section": clause.section,
        "agencies": clause.agencies,
        "text": clause.text,
    }


def _item(item: Item) -> dict[str, object]:
    return {
        "code": item.code,
        "title": item.title,
        "quote": item.quote,
        "strength": item.strength,
        "channel": item.channel,
        "lead": item.lead,
        "amount": item.amount,
        "per": item.per,
        "figure": item.figure,
        "agencies": item.agencies,
        "for_whom": item.for_whom,
        "when": {condition.fact: _wanted(condition) for condition in item.when},
        "leaves_open": [{point.condition.fact: _wanted(point.condition), "says": point.says} for point in item.silent],
        "one_time": item.one_time,
        "by_district": item.by_district,
        "cautions": item.cautions,
    }


def _wanted(condition: Condition) -> object:
    return True if condition.wanted == {True} else sorted(map(str, condition.wanted))
