"""An operator's slip in any file of config/ is one sentence with file and line, never a traceback."""

import random
import re
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli.check import looks
from bot.cli.commands import run
from config.errors import UnavailableError
from config.texts import Texts
from config.toml_errors import ConfigError, line_of

CONFIG = Path(__file__).parents[2] / "config"
FILES = sorted(path.relative_to(CONFIG).as_posix() for path in CONFIG.rglob("*.toml"))
KEY = re.compile(r"^(\s*)([A-Za-z_]\w*|\"[^\"]+\")( = )(.*)$")
# Here some tables take any key, as no program can know them all: names of places, words of commands, sentences.
OPEN = re.compile(r"texts/|/facts|/policy|/choices|/likely|/clause_|words|demo/cast|demo/cards")
EACH = 5


def slips(file: str, text: str) -> Iterator[tuple[str, str]]:
    """What an operator may do to a file: each kind of slip, at some of its lines."""
    lines = text.splitlines()
    keyed = [number for number, line in enumerate(lines) if KEY.match(line) and is_whole(line)]
    pick = random.Random(file)
    for number in pick.sample(keyed, min(EACH, len(keyed))):
        found = KEY.match(lines[number])
        assert found is not None
        indent, key, equals, value = found.groups()

        def instead(line: str, at: int = number) -> str:
            return "\n".join([*lines[:at], line, *lines[at + 1 :]])

        yield "no equals sign", instead(f"{indent}{key} {value}")
        yield "no value", instead(f"{indent}{key}{equals}")
        yield "written twice", instead(f"{lines[number]}\n{lines[number]}")
        yield "another type", instead(f"{indent}{key}{equals}1979-05-27T07:32:00")
        yield "brackets around it", instead(f"{indent}{key}{equals}[[{value}]]")
        if value.startswith('"') and value.endswith('"'):
            yield "no closing quote", instead(lines[number][:-1])
        if value.startswith("[") and value.endswith("]"):
            yield "no closing bracket", instead(lines[number][:-1])
        if not OPEN.search(file):
            yield "misspelt key", instead(f"{indent}{key.strip(chr(34))}x{equals}{value}")


def is_whole(line: str) -> bool:
    try:
        return bool(tomllib.loads(line))
    except tomllib.TOMLDecodeError:
        return False


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("installed") / "config"
    shutil.copytree(CONFIG, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return folder


def fault(config: Path, file: str) -> ConfigError | None:
    """What is wrong with this file, as the program finds it."""
    for name, look in looks(config).items():
        if file.startswith(name):
            try:
                look()
            except ConfigError as error:
                return error
            return None
    raise AssertionError(f"nobody reads {file}")


@pytest.mark.parametrize("file", FILES)
def test_a_slip_is_a_sentence_with_file_and_line(config: Path, file: str) -> None:
    path = config / file
    text = path.read_text("utf-8")
    assert fault(config, file) is None
    tried = 0
    try:
        for slip, damaged in slips(file, text):
            path.write_text(damaged, "utf-8")
            error = fault(config, file)
            assert error is not None, (slip, damaged)
            assert error.details["file"] == str(path), (slip, error.sentence)
            assert 1 <= error.line <= damaged.count("\n") + 1
            assert re.search("[\u4e00-\u9fff]", str(error.details["what"])), error.sentence
            assert "\n" not in error.sentence
            tried += 1
    finally:
        path.write_text(text, "utf-8")
    assert tried or file.startswith("texts/")


@pytest.mark.parametrize("file", [file for file in FILES if not file.startswith(("texts/", "demo/"))])
def test_a_key_left_out_is_missed_where_it_is_needed(config: Path, file: str) -> None:
    """Most keys are needed; whichever is not is said to be so by what the file means without it."""
    path = config / file
    text = path.read_text("utf-8")
    lines = text.splitlines()
    keyed = [number for number, line in enumerate(lines) if KEY.match(line) and is_whole(line)]
    missed = 0
    try:
        for number in random.Random(file).sample(keyed, min(EACH, len(keyed))):
            path.write_text("\n".join([*lines[:number], *lines[number + 1 :]]), "utf-8")
            error = fault(config, file)
            assert error is None or 1 <= error.line <= len(lines)
            missed += error is not None
    finally:
        path.write_text(text, "utf-8")
    assert missed or OPEN.search(file) or file in ("areas.toml", "menu.toml")


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        ("quotas.toml", "daily = 500_000", 'daily = "500000"', "quotas.toml 第22行：daily 应为整数，不加引号。"),
        ("quotas.toml", "daily = 500_000", "dayly = 500_000", "quotas.toml 第22行：不认识的名字 dayly，应为 daily。"),
        ("quotas.toml", "daily = 500_000\n", "", "第19行：缺少 daily，请补上一行“daily = …”。"),
        ("quotas.toml", "clears_a_month = 10", "clears_a_month = -1", "clears_a_month 不能是负数。"),
        ("calendar.toml", "2026-01-04", "2026-13-04", "列表没有写好"),
        ("calendar.toml", "2026-02-14", '"2026-02-14"', "made_up 的第2项 应为日期，如 2026-01-01，不加引号。"),
        ("words.toml", '"帮助", "help"', '"帮助", "登记"', "“登记”已经是 register 的词，只能留一处。"),
        ("areas.toml", 'within = "栖霞"', 'within = "栖霞区"', "within 写了“栖霞区”，应为另一个区的 name。"),
        ("areas.toml", 'names = ["玄武区"]', 'names = ["玄武区", "秦淮区"]', "“秦淮区”已经是玄武的名字，只能留一处。"),
        ("broadcasts.toml", '["editor", "approver"]', '["editors"]', "kinds 里的“editors”不是角色，应为 editor。"),
        ("menu.toml", 'key = "clauses"', 'key = "clause"', "key 写了“clause”，应为 clauses。"),
        ("challenges.toml", "signing =", "sining =", "不认识的名字 sining，应为 signing。"),
        ("cards.toml", 'kind = "time"', 'kind = "tim"', "kind 写成了“tim”，应为 time。"),
        ("asking.toml", "(?:我们|咱们?", "(?:我们|咱们?(", "introduction 的写法不对"),
        ("reminders.toml", 'baichang = "10.1"', 'baichang = "10.9"', "没有事项“10.9”，应为 10."),
        ("texts/tickets.toml", "工单{number}已转", "工单{number已转", "大括号不成对"),
    ],
)
def test_the_sentence_says_what_to_write(config: Path, file: str, old: str, new: str, sentence: str) -> None:
    path = config / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    try:
        # What must agree with the policy is looked at with it.
        error = fault(config, file) or fault(config, "policy/nanjing-srdi/policy.toml")
    finally:
        path.write_text(text, "utf-8")
    assert error is not None
    assert sentence in error.sentence
    if new:
        line = text.replace(old, new, 1).splitlines()[error.line - 1]
        assert new in line or new.partition(", ")[2] in line


def test_a_line_is_found_in_lists_and_tables_over_several_lines() -> None:
    text = (
        'a = """\nx = 1\n"""\n# c\n[[t]]\nb = [\n  1,\n  2,\n]\n\n[[t]]\nb = [{ c = 1 },\n { c = 2 }]\n[t.u]\nv = 1\n'
    )
    assert line_of(text, ("a",)) == 1
    assert line_of(text, ("t", 0)) == 5
    assert [line_of(text, ("t", 0, "b", number)) for number in (0, 1)] == [7, 8]
    assert line_of(text, ("t", 1, "b", 1, "c")) == 13
    assert line_of(text, ("t", 1, "u", "v")) == 15
    assert line_of(text, ("t", 1, "u", "missing")) == 14
    assert line_of(text, ("missing",)) == 1


def test_a_command_says_the_sentence_and_ends_with_three(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], config: Path
) -> None:
    path = config / "texts" / "commands.toml"
    text = path.read_text("utf-8")
    path.write_text(text.replace('about = "', "about = ", 1), "utf-8")
    whole = Texts.load
    monkeypatch.setattr(Texts, "load", lambda: whole(config / "texts"))
    try:
        assert run(["policy"]) == UnavailableError.exit_code
    finally:
        path.write_text(text, "utf-8")
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert said.startswith(f"{path} 第1行：等号后面的值看不懂")


def test_the_check_is_content_with_what_is_shipped(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check"]) == 0
    assert f"config/ 里的{len(FILES)}个文件都读得懂" in capsys.readouterr().err
