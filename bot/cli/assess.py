"""`main.py assess [--on DATE] FACTS.jsonl`: what each firm in a file can receive, item by item."""

import argparse
import sys
from collections.abc import Mapping
from datetime import date, datetime, tzinfo

from bot.cli import jsonl, progress
from bot.cli.moments import read_on
from config.errors import InputError, UsageError
from config.policy.facts import parse_facts
from config.policy.loader import load
from config.policy.model import Item, Policy
from config.texts import Texts
from matchmaking.eligibility.eligibility import Verdict, assess


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments: the file, and the day for lines that name none."""
    texts = Texts.load()
    parser.add_argument("--on", metavar="DATE", help=texts("commands.assess_on"))
    parser.add_argument("--published", metavar="DATE", help=texts("commands.assess_published"))
    parser.add_argument("facts", metavar="FACTS.jsonl", help=texts("commands.assess_facts"))


def main(args: argparse.Namespace) -> int:
    """Write one line per valid input line, in order; name each invalid one, with exit code 1."""
    texts = Texts.load()
    policy = load()
    policy = policy.published_on(_day(args.published, policy.zone))
    on = args.on if args.on is not None else datetime.now(policy.zone).date().isoformat()
    try:
        read_on(on, policy.zone)
    except InputError as error:
        raise UsageError(error.code, **error.details) from error
    seen: set[str | int] = set()
    bad = 0
    total = jsonl.count(args.facts) if sys.stderr.isatty() else None
    for number, line in progress.watched(jsonl.read(args.facts), total, sys.stderr):
        try:
            if isinstance(line, InputError):
                raise line
            jsonl.write(_assessed(policy, line, on, seen))
        except InputError as error:
            bad += 1
            jsonl.complain(texts, number, error)
    sys.stdout.flush()
    return 1 if bad else 0


def _day(given: str | None, zone: tzinfo) -> date | None:
    """Return the day of publication; raises UsageError where it is none."""
    try:
        return None if given is None else read_on(given, zone).astimezone(zone).date()
    except InputError as error:
        raise UsageError(error.code, **error.details) from error


def _assessed(policy: Policy, line: Mapping[str, object], default_on: str, seen: set[str | int]) -> dict[str, object]:
    identity = jsonl.identity(line, seen)
    on = line["on"] if line.get("on") is not None else default_on
    found = assess(policy, parse_facts(line, policy.facts), read_on(on, policy.zone))
    seen.add(identity)
    items = {code: _shown(policy.items[code], verdict) for code, verdict in found.items.items()}
    return {"id": identity, "on": on, "items": items, "next_question": found.next_question}


def _shown(item: Item, verdict: Verdict) -> dict[str, object]:
    return {
        "verdict": verdict.verdict,
        "strength": verdict.strength,
        "amount": verdict.amount,
        "per": verdict.per,
        "channel": item.channel,
        "lead": item.lead,
        "missing": verdict.missing,
        "reasons": [reason._asdict() for reason in verdict.reasons],
    }
