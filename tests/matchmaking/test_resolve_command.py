"""`main.py resolve` as scripts call it."""

import gzip
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli.commands import run

Resolve = Callable[[Path, str], tuple[int, list[dict[str, object]], str]]


@pytest.fixture
def resolve(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Resolve:
    """The command in this process: its exit code, its answers, what it says of errors."""

    def resolved(roster: Path, typed: str) -> tuple[int, list[dict[str, object]], str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed.encode())))
        code = run(["resolve", "--roster", str(roster)])
        out, err = capsys.readouterr()
        return code, [json.loads(line) for line in out.splitlines()], err

    return resolved


def test_each_typed_line_gets_one_line_in_the_same_order(tmp_path: Path) -> None:
    roster = tmp_path / "roster.txt.gz"
    roster.write_bytes(gzip.compress("南京云帆精密机械有限公司\n江苏海拓新材料股份有限公司\n".encode()))
    done = subprocess.run(
        [sys.executable, "main.py", "resolve", "--roster", str(roster)],
        input="海拓新材料\n\n云帆精密机械\n".encode(), capture_output=True, check=False, timeout=60,
    )  # fmt: skip
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, done.stderr) == (0, b"")
    assert [answer["typed"] for answer in answers] == ["海拓新材料", "", "云帆精密机械"]
    assert [answer["accepted"] for answer in answers] == [True, False, True]
    assert answers[1]["candidates"] == []


def test_a_bad_roster_line_is_named_and_the_rest_is_used(tmp_path: Path, resolve: Resolve) -> None:
    roster = tmp_path / "roster.jsonl"
    roster.write_text(
        '{"name": "南京云帆精密机械有限公司"}\n{"name": 3}\n{broken\n{"name": "江苏海拓新材料股份有限公司"}\n'
        '{"name": NaN}\n{"name": " "}\n' + "长" * 1_000_000 + "\n"
    )
    code, answers, errors = resolve(roster, "海拓新材料\n" + "海拓" * 500_000 + "\n")
    assert code == 1
    assert [answer["accepted"] for answer in answers] == [True, False]
    assert [line.split("：")[0] for line in errors.splitlines()] == [f"第 {number} 行" for number in (2, 3, 5, 6, 7)]


def test_a_missing_roster_is_wrong_usage(tmp_path: Path, resolve: Resolve) -> None:
    assert resolve(tmp_path / "none.txt", "")[0] == 2
