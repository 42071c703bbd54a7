"""A policy's folder is read as it stands, or not at all."""

import shutil
from pathlib import Path

import pytest

from config.errors import InputError, UnavailableError
from config.policy.loader import NANJING, load
from config.policy.model import Policy


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


@pytest.mark.parametrize(
    ("file", "old", "new", "word"),
    [
        ("clause_01.toml", "has_rd_facility = true", "has_rd_facilities = true", "has_rd_facilities"),
        ("clause_01.toml", '["srdi", "little_giant"]', '["srdi", "giant"]', "titles = giant"),
        ("clause_01.toml", "has_rd_facility = true", 'has_rd_facility = "yes"', "has_rd_facility = yes"),
        ("clause_05.toml", 'strength = "fixed"', 'strength = "certain"', "certain"),
        ("clause_05.toml", 'per = "once"', 'per = "twice"', "twice"),
        ("facts.toml", 'type = "bool"', 'type = "number"', "number"),
        ("policy.toml", "2029-01-01T00:00:00+08:00", "2029-01-01T00:00:00", "expires"),
    ],
)
def test_a_word_that_is_on_no_list_stops_the_load(folder: Path, file: str, old: str, new: str, word: str) -> None:
    change(folder / file, old, new)
    with pytest.raises(UnavailableError) as caught:
        load(folder)
    assert (caught.value.code, caught.value.details["what"]) == ("policy_word", word)


def test_a_missing_file_or_line_is_named(folder: Path, tmp_path: Path) -> None:
    change(folder / "policy.toml", "title =", "titel =")
    with pytest.raises(UnavailableError) as caught:
        load(folder)
    assert (caught.value.code, caught.value.details["what"]) == ("policy_incomplete", "title")
    with pytest.raises(UnavailableError) as caught:
        load(tmp_path / "nowhere")
    assert caught.value.details["what"] == "policy.toml"


def test_a_broken_file_is_no_policy(folder: Path) -> None:
    (folder / "clause_03.toml").write_text("number = = 3", "utf-8")
    with pytest.raises(UnavailableError) as caught:
        load(folder)
    assert caught.value.code == "policy_unreadable"


def test_a_clause_or_item_that_does_not_exist_is_said_so(policy: Policy) -> None:
    for number in (0, -1, 16):
        with pytest.raises(InputError) as caught:
            policy.clause(number)
        assert caught.value.details == {"number": number, "count": 15}
    with pytest.raises(InputError):
        policy.item("5.7")
    assert policy.item("5.6").clause == policy.clause(5).number
