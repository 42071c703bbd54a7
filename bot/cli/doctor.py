"""`main.py doctor`: check everything the bot needs, and what to do if missing."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from bot.cli import jsonl
from bot.cli.check import faults
from bot.cli.checkup import CheckResult, CheckState, run_checks
from config.errors import UnavailableError
from config.settings import load_settings
from config.texts import Texts


def arguments(_parser: argparse.ArgumentParser) -> None:
    """Add no arguments: it checks everything."""


def main(_args: argparse.Namespace) -> int:
    """Write a JSON line per check (`check`, `state`: good, warn or bad, `said`); exit 3 if any is bad."""
    texts = Texts.load()
    findings = asyncio.run(_found(texts))
    for finding in findings:
        jsonl.write({"check": finding.check, "state": finding.state.value, "said": finding.said})
    bad, warned = (sum(one.state is state for one in findings) for state in (CheckState.BAD, CheckState.WARN))
    told = texts("commands.doctor_open", bad=bad, warned=warned) if bad or warned else texts("commands.doctor_good")
    print(told, file=sys.stderr)
    return UnavailableError.exit_code if bad else 0


async def _found(texts: Texts) -> Sequence[CheckResult]:
    try:
        settings = load_settings()
    except UnavailableError as error:
        return [CheckResult("settings", CheckState.BAD, texts.error(error))]
    wrong = [CheckResult("config", CheckState.BAD, error.sentence) for error in faults()]
    return wrong or await run_checks(settings, texts, datetime.now(UTC))
