"""`main.py rank` as scripts call it. All firms here are invented."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.cli.commands import run

FIRMS = [
    {
        "id": "a",
        "name": "南京云帆精密机械有限公司",
        "scope": "盾构机主轴承研发、制造",
        "products": ["回转支承"],
        "size": 3,
    },
    {
        "id": 7,
        "name": "扬州飞鸢智能科技有限公司",
        "scope": None,
        "products": "无人机；飞控系统",
        "district": "江北新区",
    },
    {"id": "c", "name": "扬州绿洲园林有限公司", "scope": "园林绿化工程施工"},
]


@dataclass(frozen=True)
class Ranking:
    """The command over two files of lines, in this process."""

    folder: Path
    capsys: pytest.CaptureFixture[str]

    def arguments(self, firms: list[object], demands: list[object], *options: str) -> list[str]:
        for name, lines in (("firms", firms), ("demands", demands)):
            text = "\n".join(line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines)
            (self.folder / f"{name}.jsonl").write_text(text)
        files = ("--firms", str(self.folder / "firms.jsonl"), "--demands", str(self.folder / "demands.jsonl"))
        return ["rank", *files, *options]

    def __call__(
        self, firms: list[object], demands: list[object], *options: str
    ) -> tuple[int, list[dict[str, Any]], str]:
        code = run(self.arguments(firms, demands, *options))
        out, err = self.capsys.readouterr()
        return code, [json.loads(line) for line in out.splitlines()], err


@pytest.fixture
def rank(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Ranking:
    monkeypatch.setenv("SRDI_SEMANTIC", "0")
    return Ranking(tmp_path, capsys)


def test_a_script_gets_answers_and_an_exit_code(rank: Ranking) -> None:
    command = [sys.executable, "main.py", *rank.arguments(list(FIRMS), [{"id": 1, "text": "低空飞行器"}, "{"])]
    done = subprocess.run(command, capture_output=True, check=False, timeout=60)
    assert (done.returncode, [json.loads(line)["ranked"] for line in done.stdout.splitlines()]) == (1, [[7]])
    assert done.stderr.decode().startswith("第 2 行：")


def test_each_demand_gets_a_line_with_firms_and_reasons(rank: Ranking) -> None:
    demands: list[object] = [{"id": 1, "text": "低空飞行器"}, {"id": "x", "text": "盾构机主轴承", "budget": 3}]
    code, answers, errors = rank(list(FIRMS), demands)
    assert (code, errors) == (0, "")
    assert [answer["id"] for answer in answers] == [1, "x"]
    assert [answer["ranked"] for answer in answers] == [[7], ["a"]]
    assert answers[0]["reasons"] == {
        "7": [
            {
                "field": "products",
                "level": "同义词",
                "wanted": "低空飞行器",
                "offered": "无人机",
                "points": pytest.approx(1, abs=2),
            }
        ]
    }
    assert answers[1]["strength"] == {"a": "强"}


def test_the_list_can_be_short_and_without_reasons(rank: Ranking) -> None:
    demands: list[object] = [{"id": "x", "text": "盾构机、无人机、绿化"}]
    _, [answer], _ = rank(list(FIRMS), demands, "--top", "2", "--no-reasons")
    assert set(answer) == {"id", "ranked"}
    assert len(answer["ranked"]) == 2


def test_bad_firm_lines_are_named_and_the_rest_is_ranked(rank: Ranking) -> None:
    bad: list[object] = [
        '{"id": "bad", "name": "断',
        '{"id": "a", "name": "又一次"}',
        '{"id": "bad", "name": "数", "scope": NaN}',
        {"name": "没有编号"},
        {"id": "bad"},
        {"id": "bad", "name": "  "},
        {"id": "bad", "name": "错", "scope": 5},
        {"id": "bad", "name": "错", "products": ["好", 5]},
        {"id": "bad", "name": "长", "scope": "长" * 1_000_000},
        {"id": "7", "name": "同一编号的文字写法"},
    ]
    code, [answer], errors = rank([*FIRMS[:2], *bad, FIRMS[2]], [{"id": "x", "text": "园林绿化"}])
    assert code == 1
    assert [line.split("：")[0] for line in errors.splitlines()] == [f"第 {number} 行" for number in range(3, 13)]
    assert answer["ranked"] == ["c"]


def test_bad_demand_lines_are_named_and_the_rest_is_ranked(rank: Ranking) -> None:
    bad: list[object] = [
        {"id": "y", "text": ""},
        {"id": "y"},
        {"id": "x", "text": "又一次"},
        "{",
        {"id": "y", "text": 1},
    ]
    demands: list[object] = [{"id": "x", "text": "无人机"}, *bad, {"id": "z", "text": "盾构机"}]
    code, answers, errors = rank(list(FIRMS), demands)
    assert code == 1
    assert [line.split("：")[0] for line in errors.splitlines()] == [f"第 {number} 行" for number in range(2, 7)]
    assert [answer["id"] for answer in answers] == ["x", "z"]


@pytest.mark.parametrize("options", [("--top", "0"), ("--firms", "nothing.jsonl")])
def test_wrong_usage_is_told_apart(rank: Ranking, options: tuple[str, ...]) -> None:
    assert rank([], [], *options)[0] == 2
