"""`main.py assess [--on DATE] FACTS.jsonl`: what each firm in a file can receive, item by item."""

import argparse
import sys
from collections.abc import Mapping
from datetime import date, datetime, tzinfo

from bot.cli import jsonl
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
        jsonl.read_on(on, policy.zone)
    except InputError as error:
        raise UsageError(error.code, **error.details) from error
    bad: list[str] = []
    for identity, answer in jsonl.each(args.facts, lambda line: _assessed(policy, line, on), texts, bad):
        jsonl.write({"id": identity, **answer})
    sys.stdout.flush()
    return 1 if bad else 0


def _day(given: str | None, zone: tzinfo) -> date | None:
    """Return the day of publication; raises UsageError where it is none."""
    try:
        return None if given is None else jsonl.read_on(given, zone).astimezone(zone).date()
    except InputError as error:
        raise UsageError(error.code, **error.details) from error


def _assessed(policy: Policy, line: Mapping[str, object], default_on: str) -> dict[str, object]:
    on = line["on"] if line.get("on") is not None else default_on
    found = assess(policy, parse_facts(line, policy.facts), jsonl.read_on(on, policy.zone))
    items = {code: _shown(policy.items[code], verdict) for code, verdict in found.items.items()}
    return {"on": on, "items": items, "next_question": found.next_question}


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
