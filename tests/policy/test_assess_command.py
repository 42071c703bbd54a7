"""`main.py assess`: input, output, and messages about invalid lines."""

import gzip
import hashlib
import io
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
import time_machine

from bot.cli.commands import run
from config.policy.model import Policy

ROOT = Path(__file__).parents[2]
FIRM: dict[str, object] = {
    "id": "甲",
    "titles": ["little_giant"],
    "first_award": ["little_giant"],
    "district": "江宁",
    "name": "某公司",
}
FIRM |= {"award_dates": {"little_giant": "2026-09-30"}}


def assessed(
    capsys: pytest.CaptureFixture[str], path: Path | str, *options: str
) -> tuple[int, list[dict[str, Any]], list[str]]:
    code = run(["assess", *options, str(path)])
    out, err = capsys.readouterr()
    return code, [json.loads(line) for line in out.splitlines()], err.splitlines()


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    return tmp_path / "facts.jsonl"


def test_a_firm_is_answered_in_the_promised_shape(
    lines: Path, capsys: pytest.CaptureFixture[str], policy: Policy
) -> None:
    lines.write_text(json.dumps(FIRM), "utf-8")
    code, [found], said = assessed(capsys, lines, "--on", "2026-11-05", "--published", "2026-05-06")
    assert (code, said) == (0, [])
    assert set(found) == {"id", "on", "items", "next_question"}
    assert (found["id"], found["on"], found["next_question"]) == ("甲", "2026-11-05", "size")
    assert list(found["items"]) == list(policy.items)
    assert found["items"]["5.2"] == {
        "verdict": "yes",
        "strength": "fixed",
        "amount": 1_000_000,
        "per": "once",
        "channel": "apply",
        "lead": "市工信局",
        "missing": [],
        "reasons": [
            {"kind": "met", "text": "条件已对上（不等于已获得）；须按通知申报，以审核结果为准"},
            {"kind": "assumed", "text": "未说明是否已享受过，按未享受判断"},
        ],
    }
    assert found["items"]["4.2"]["missing"] == ["size", "bids_public_procurement"]
    assert (found["items"]["4.2"]["amount"], found["items"]["4.2"]["per"]) == (None, "percent")
    assert (found["items"]["13.1"]["amount"], found["items"]["13.1"]["per"]) == (None, "persons")
    assert (found["items"]["13.3"]["amount"], found["items"]["13.3"]["per"]) == (2400, "month")
    assert (found["items"]["7.1"]["amount"], found["items"]["7.1"]["per"]) == (None, None)


BAD = [
    (b'{"id": "a", "exports": tru', "不是完整的 JSON"),
    (b'{"id": "a"} {"id": "b"}', "不是完整的 JSON"),
    (b'{"id": "a\tb"}', "不是完整的 JSON"),
    (b"[1, 2]", "应为一个 JSON 对象"),
    (b'"a"', "应为一个 JSON 对象"),
    (b"null", "应为一个 JSON 对象"),
    (b'{"id": "a", "exports": NaN}', "NaN"),
    (b'{"id": -Infinity}', "Infinity"),
    (b'{"id": 1e999}', "过大"),
    (b'{"id": ' + b"9" * 5000 + b"}", "过大"),
    (b'{"id": "a", "id": "b"}', '"id" 写了两次'),
    (b'{"id": "a", "size": "small", "size": "large"}', '"size" 写了两次'),
    (b"[" * 100_000, "嵌套层数过多"),
    (b'{"id": "\xff\xfe"}', "UTF-8"),
    ('{"id": "甲"}'.encode("gbk"), "UTF-8"),
    (b'{"id": "\\ud800"}', "UTF-8"),
    (b"{}", "id 应为非空的文字或整数"),
    (b'{"id": null}', "id 应为"),
    (b'{"id": ""}', "id 应为"),
    (b'{"id": true}', "id 应为"),
    (b'{"id": 1.5}', "id 应为"),
    (b'{"id": ["a"]}', "id 应为"),
    (b'{"id": "first"}', '"first" 前面已经出现过'),
    (b'{"id": "a", "on": "2026-13-01"}', '日期 "2026-13-01" 不正确'),
    (b'{"id": "a", "on": "2026-02-30"}', "日期"),
    (b'{"id": "a", "on": "20261105"}', "日期"),
    (b'{"id": "a", "on": "2026-11-05T24:01"}', "日期"),
    (b'{"id": "a", "on": "tomorrow"}', "日期"),
    (b'{"id": "a", "on": 20261105}', "日期"),
    (b'{"id": "a", "on": true}', "日期"),
    (b'{"id": "a", "titels": ["srdi"]}', "是不是 titles？"),
    (b'{"id": "a", "titles": "srdi"}', "titles 应为列表"),
    (b'{"id": "a", "titles": ["srdi", 5]}', "titles 里的 5 不在清单内"),
    (b'{"id": "a", "exports": "yes"}', "exports 应为 true、false 或 null"),
    (b'{"id": "a", "exports": 1}', "exports 应为"),
    (b'{"id": "a", "size": "tiny"}', "可填：micro、small、medium、large"),
    ('{"id": "a", "district": "白下"}'.encode(), "可填：玄武、秦淮"),
    (b'{"id": "a", "already_received": ["5.22"]}', "already_received"),
]


@pytest.mark.parametrize(("bad", "sentence"), BAD, ids=range(len(BAD)))
def test_a_bad_line_is_named_and_the_others_are_answered(
    lines: Path, capsys: pytest.CaptureFixture[str], bad: bytes, sentence: str
) -> None:
    lines.write_bytes(b'{"id": "first"}\n' + bad + b'\n{"id": "last"}\n')
    code, found, said = assessed(capsys, lines)
    assert code == 1
    assert [each["id"] for each in found] == ["first", "last"]
    assert len(said) == 1
    assert said[0].startswith("第 2 行：")
    assert sentence in said[0]
    assert len(said[0]) < 700


def test_a_number_and_a_word_are_different_ids(lines: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines.write_text('{"id": 1}\n{"id": "1"}\n{"id": 123456789012345678901234567890}\n')
    code, found, _ = assessed(capsys, lines)
    assert (code, [each["id"] for each in found]) == (0, [1, "1", 123456789012345678901234567890])


def test_a_bad_line_does_not_use_up_its_id(lines: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines.write_text('{"id": "a", "size": "tiny"}\n{"id": "a", "size": "small"}\n')
    code, found, said = assessed(capsys, lines)
    assert (code, len(found), len(said)) == (1, 1, 1)


def test_blank_lines_windows_ends_and_a_byte_order_mark_are_no_errors(
    lines: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines.write_bytes(b'\xef\xbb\xbf{"id": "a\xe2\x80\xa8b"}\r\n\r\n   \n{"id": "c"}')
    code, found, said = assessed(capsys, lines)
    assert (code, [each["id"] for each in found], said) == (0, ["a\u2028b", "c"], [])


def test_an_empty_file_is_answered_with_nothing(lines: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines.write_bytes(b"")
    assert assessed(capsys, lines) == (0, [], [])


def test_a_lines_own_day_wins_over_the_option_and_the_option_over_today(
    lines: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines.write_text(
        '{"id": 1, "in_nanjing": true}\n'
        '{"id": 2, "in_nanjing": true, "on": "2028-12-31"}\n'
        '{"id": 3, "in_nanjing": true, "on": null}\n'
        '{"id": 4, "in_nanjing": true, "on": "2028-12-31T23:59:59.999999"}\n'
        '{"id": 5, "in_nanjing": true, "on": "2028-12-31T16:00:00Z"}\n'
    )
    _, found, _ = assessed(capsys, lines, "--on", "2029-01-01")
    assert [(each["on"], each["items"]["10.1"]["verdict"]) for each in found] == [
        ("2029-01-01", "no"),
        ("2028-12-31", "yes"),
        ("2029-01-01", "no"),
        ("2028-12-31T23:59:59.999999", "yes"),
        ("2028-12-31T16:00:00Z", "no"),
    ]


def test_today_is_the_day_in_shanghai(lines: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines.write_text('{"id": 1, "in_nanjing": true}\n')
    for moment, today, verdict in (
        ("2028-12-31T15:59:59+00:00", "2028-12-31", "yes"),
        ("2028-12-31T16:00:01+00:00", "2029-01-01", "no"),
    ):
        with time_machine.travel(moment, tick=False):
            _, [found], _ = assessed(capsys, lines)
        assert (found["on"], found["items"]["10.1"]["verdict"]) == (today, verdict)


def test_a_wrong_day_or_file_is_wrong_usage(lines: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    lines.write_text('{"id": 1}\n')
    code, found, said = assessed(capsys, lines, "--on", "31.12.2028")
    assert (code, found) == (2, [])
    assert "2026-11-05 或" in said[0]
    code, found, said = assessed(capsys, tmp_path / "nowhere.jsonl")
    assert (code, found) == (2, [])
    assert "找不到文件" in said[0]
    code, found, said = assessed(capsys, tmp_path)
    assert (code, found) == (2, [])
    assert "读不了文件" in said[0]


def test_a_packed_file_is_read_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    packed = tmp_path / "facts.jsonl.gz"
    packed.write_bytes(gzip.compress(json.dumps(FIRM).encode()))
    code, [found], _ = assessed(capsys, packed)
    assert (code, found["id"]) == (0, "甲")


def test_a_packed_file_that_breaks_off_is_named_where_it_does(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = [hashlib.sha256(b"%d" % number).hexdigest() * 20 for number in range(60)]
    whole = gzip.compress("".join(json.dumps({"id": name}) + "\n" for name in names).encode(), compresslevel=0)
    for name, content in (("cut", whole[: len(whole) // 2]), ("no", b'{"id": 1}\n'), ("bad", whole[:200] + b"x" * 99)):
        packed = tmp_path / f"{name}.gz"
        packed.write_bytes(content)
        code, found, said = assessed(capsys, packed)
        assert code == 1
        assert said == [f"第 {len(found) + 1} 行：压缩文件从这里起损坏或不完整，请重新压缩后再试。"]


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(FIRM).encode())))
    code, [found], _ = assessed(capsys, "-")
    assert (code, found["id"]) == (0, "甲")


def test_a_terminal_shows_the_bar_and_a_pipe_is_not_read_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    feeder = threading.Thread(target=pipe.write_bytes, args=(b'{"id": 1}\n{"id": 2}\n',), daemon=True)
    feeder.start()
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    code, found, said = assessed(capsys, pipe)
    feeder.join(10)
    assert (code, [each["id"] for each in found]) == (0, [1, 2])
    assert said[-1].endswith("\033[K")


def test_it_needs_no_setting_and_answers_in_utf8_on_any_terminal(tmp_path: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "LC_ALL": "C",
        "PYTHONIOENCODING": "ascii:strict",
        "SRDI_DATABASE_URL": "nonsense",
        "SRDI_NO_SUCH_SETTING": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(
        [sys.executable, str(ROOT / "main.py"), "assess", "-"],
        input=json.dumps(FIRM, ensure_ascii=False).encode(),
        capture_output=True,
        cwd=tmp_path,
        env=environment,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["id"] == "甲"
    assert "条件已对上" in done.stdout.decode()


def test_it_starts_without_the_heavy_libraries() -> None:
    program = (
        "import sys; from bot.cli.commands import run; run(['policy', '5']);"
        "heavy = {'sqlalchemy', 'sqlmodel', 'aiohttp', 'wechatpy', 'pydantic', 'numpy'} & set(sys.modules);"
        "sys.exit(f'loaded {heavy}' if heavy else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, timeout=60, check=False, env={**os.environ}
    )
    assert (done.returncode, done.stderr) == (0, b"")
