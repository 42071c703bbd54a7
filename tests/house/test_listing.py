"""`main.py list` names everything that is a closed set, readable in a terminal."""

import pytest

from bot.cli.commands import COMMANDS, run
from bot.cli.listing import LISTS, in_columns
from bot.console.routes import ROUTES
from bot.jobs.schedule import SCHEDULE, scheduled
from config.reminder_kinds import ReminderKind


def listed(capsys: pytest.CaptureFixture[str], *what: str) -> list[str]:
    assert run(["list", *what]) == 0
    return capsys.readouterr().out.splitlines()


def test_everything_is_listed_with_its_number(capsys: pytest.CaptureFixture[str]) -> None:
    lines = listed(capsys)
    heads = [line for line in lines if not line.startswith("  ")]
    assert [head.split()[1] for head in heads] == list(LISTS)
    assert all(int(head.rpartition("(")[2].strip(")")) > 0 for head in heads)


def test_each_address_is_told_with_its_method_and_who_may_open_it(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [line.split() for line in listed(capsys, "routes")[1:]]
    assert ["GET", "/console/enter", "谁都可以"] in rows
    assert ["POST", "/console/roles", "operator"] in rows
    assert ["POST", "/h5/register", "从对话进来的本人"] in rows
    assert len([row for row in rows if row[1].startswith("/console")]) == len(ROUTES)


def test_commands_words_reminders_and_ticks_are_all_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert [line.split()[0] for line in listed(capsys, "commands")[1:]] == list(COMMANDS)
    assert any(line.split()[0] == "help" and "帮助" in line for line in listed(capsys, "words")[1:])
    assert {line.split()[0] for line in listed(capsys, "reminders")[1:]} == set(ReminderKind)
    assert [line.split()[0] for line in listed(capsys, "ticks")[1:]] == list(SCHEDULE)


def test_a_kind_that_there_is_not_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["list", "doors"]) == 2
    assert "没有“doors”这一种" in capsys.readouterr().err


def test_chinese_columns_stand_below_each_other() -> None:
    assert list(in_columns([("提醒", "a"), ("abcd", "b")])) == ["提醒  a", "abcd  b"]


def test_a_tick_without_a_run_does_not_start() -> None:
    async def run_it() -> None:
        """Nothing is due."""

    runs = dict.fromkeys(SCHEDULE, run_it)
    assert [tick.name for tick in scheduled(runs)] == list(SCHEDULE)
    with pytest.raises(ValueError, match="inbox"):
        scheduled({name: run for name, run in runs.items() if name != "inbox"})
    with pytest.raises(ValueError, match="forgotten"):
        scheduled({**runs, "forgotten": run_it})
