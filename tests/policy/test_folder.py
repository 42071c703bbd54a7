"""A policy's folder is loaded as it is, or not at all."""

import shutil
from pathlib import Path

import pytest

from config.errors import InputError
from config.policy.loader import NANJING, load
from config.policy.model import Policy
from config.toml_errors import ConfigError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "elsewhere"
    shutil.copytree(NANJING, copy)
    return copy


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_another_folder_is_another_policy_under_its_own_name(folder: Path, policy: Policy) -> None:
    other = load(folder)
    assert (policy.name, other.name) == ("nanjing-srdi", "elsewhere")
    assert other.digest == policy.digest


def test_a_comment_leaves_the_digest_and_a_word_changes_it(folder: Path, policy: Policy) -> None:
    change(folder / "clause_05.toml", "number = 5", "# for the reader\nnumber = 5")
    assert load(folder).digest == policy.digest
    change(folder / "clause_05.toml", 'title = "首次获评单项冠军奖励"', 'title = "单项冠军首次获评奖励"')
    assert load(folder).digest != policy.digest


def refused(folder: Path) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        load(folder)
    return caught.value


@pytest.mark.parametrize(
    ("file", "old", "new", "word"),
    [
        ("clause_01.toml", "has_rd_facility = true", "has_rd_facilities = true", "has_rd_facilities"),
        ("clause_01.toml", '["srdi", "little_giant"]', '["srdi", "giant"]', "giant"),
        ("clause_01.toml", "has_rd_facility = true", 'has_rd_facility = "yes"', "true、false"),
        ("clause_05.toml", 'strength = "fixed"', 'strength = "certain"', "certain"),
        ("clause_05.toml", 'per = "once"', 'per = "twice"', "twice"),
        ("facts.toml", 'type = "bool"', 'type = "number"', "number"),
        ("policy.toml", "2029-01-01T00:00:00+08:00", "2029-01-01T00:00:00", "expires 要写明时区"),
    ],
)
def test_a_word_that_is_on_no_list_stops_the_load(folder: Path, file: str, old: str, new: str, word: str) -> None:
    change(folder / file, old, new)
    error = refused(folder)
    lines = (folder / file).read_text("utf-8").splitlines()
    assert error.details["file"] == str(folder / file)
    assert new.split("\n")[0] in lines[error.line - 1]
    assert word in error.sentence


def test_a_missing_file_or_line_is_named(folder: Path, tmp_path: Path) -> None:
    change(folder / "policy.toml", "title =", "titel =")
    assert refused(folder).sentence == f"{folder}/policy.toml 第1行：不认识的名字 titel，应为 title。"
    assert "没有这个文件" in refused(tmp_path / "nowhere").sentence


def test_a_broken_file_is_no_policy(folder: Path) -> None:
    (folder / "clause_03.toml").write_text("number = = 3", "utf-8")
    assert refused(folder).sentence.startswith(f"{folder}/clause_03.toml 第1行：等号后面的值看不懂")


@pytest.mark.parametrize(
    ("file", "old", "new", "word"),
    [
        ("clause_05.toml", 'quote = "对首次获评的国家制造业', 'quote = "对所有获评的国家制造业', "逐字照抄"),
        ("clause_05.toml", 'code = "5.2"', 'code = "5.1"', "写了两次"),
        ("clause_05.toml", 'code = "5.2"', 'code = "6.9"', "5.1 这样"),
        ("clause_05.toml", "number = 5", "number = 6", "已经写在"),
        ("clause_05.toml", "text = '''（五）激励", "text = '''激励", "条号和标题"),
        ("clause_05.toml", 'asks = ["小巨人奖励"', 'asks = ["单项冠军"', "已经是事项 5.1 的问法"),
        ("topics.toml", 'quote = "加强对', 'quote = "增强对', "第5条里的原话"),
        ("topics.toml", 'quote = "有效期至2028', 'quote = "有效期到2028', "closing里的原话"),
        ("topics.toml", 'items = ["14.1"]', 'items = ["14.7"]', "没有事项“14.7”，应为 14."),
        ("topics.toml", "clause = 14", "clause = 41", "没有第41条"),
        ("topics.toml", 'key = "statistics"', 'key = "land_by_data"', "写了两次"),
        ("policy.toml", "clauses = [5, 6]", "clauses = [5, 4]", "已经列过"),
        ("policy.toml", "clauses = [5, 6]", "clauses = [5]", "第6条不在任何一个"),
        ("policy.toml", '"in_nanjing", "district"', '"in_nanjin", "district"', "应为 in_nanjing"),
        ("policy.toml", 'rate = "', 'rates = "', "应为 rate"),
        ("choices.toml", 'standards_role = "national"', 'standards_role = "nationwide"', "应为 national"),
        ("likely.toml", "holds_patents = 3", "holds_patent = 3", "应为 holds_patents"),
        ("facts.toml", 'choices_of = "titles"', 'choices_of = "title"', "应为 titles"),
    ],
)
def test_files_that_do_not_agree_are_no_policy(folder: Path, file: str, old: str, new: str, word: str) -> None:
    change(folder / file, old, new)
    error = refused(folder)
    assert error.details["file"] == str(folder / file)
    assert word in error.sentence
    assert 0 < error.line <= len((folder / file).read_text("utf-8").splitlines())


def test_a_clause_or_item_that_does_not_exist_is_said_so(policy: Policy) -> None:
    for number in (0, -1, 16):
        with pytest.raises(InputError) as caught:
            policy.clause(number)
        assert caught.value.details == {"number": number, "count": 15}
    with pytest.raises(InputError):
        policy.item("5.99")
    assert policy.item("5.6").clause == policy.clause(5).number
