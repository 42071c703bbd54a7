"""A kind of reminder cannot be forgotten: table, handler, words and taps of each are there, or nothing starts."""

import shutil
from pathlib import Path

import pytest

from bot.chat.reminders import TAP_WORDS
from bot.services.reminders.deadlines import HANDLERS, handler_of
from config.reminder_kinds import FOLDER, WITHOUT_COUNTDOWN, ReminderKind, Reminding, Tap
from config.texts import Texts
from config.toml_errors import ConfigError


def changed(folder: Path, old: str, new: str) -> ConfigError:
    path = Path(shutil.copy(FOLDER / "reminders.toml", folder))
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(ConfigError) as caught:
        Reminding.load(path)
    assert caught.value.details["file"] == str(path)
    return caught.value


def test_a_kind_that_only_its_table_knows_does_not_start(tmp_path: Path) -> None:
    table = '[kind.window_opens]\ndays = [1]\nletter = "N"\ntaps = []\n\n'
    error = changed(tmp_path, "[kind.window]\n", table + "[kind.window]\n")
    lines = (tmp_path / "reminders.toml").read_text("utf-8").splitlines()
    assert lines[error.line - 1] == "[kind.window_opens]"
    assert "不认识的名字 window_opens" in error.sentence


def test_a_kind_without_its_table_does_not_start(tmp_path: Path) -> None:
    error = changed(tmp_path, '[kind.expiry]\ndays = [365, 180, 90, 30, 7, 1]\nletter = "X"\ntaps = []\n', "")
    assert "缺少 expiry" in error.sentence


def test_two_kinds_of_one_letter_and_unknown_taps_do_not_start(tmp_path: Path) -> None:
    assert "已经是 window 的" in changed(tmp_path, 'letter = "J"', 'letter = "W"').sentence
    assert "应为 done" in changed(tmp_path, 'taps = ["done", "no"]', 'taps = ["don", "no"]').sentence


def test_every_kind_has_a_handler_that_finds_its_deadlines() -> None:
    assert set(HANDLERS) == set(ReminderKind)
    for kind in ReminderKind:
        handler = handler_of(kind)
        assert (handler.lasting is None) != (handler.passing is None), kind


def test_a_kind_that_nobody_handles_is_refused() -> None:
    with pytest.raises(AssertionError):
        handler_of("window_opens")  # type: ignore[arg-type]


def test_every_kind_and_every_tap_has_its_words() -> None:
    texts = Texts.load()
    keys = texts.every_key()
    for kind in ReminderKind:
        assert any(key.startswith(f"reminders.what.{kind}") for key in keys), kind
        assert (f"reminders.verb.{kind}" in keys) == (kind not in WITHOUT_COUNTDOWN), kind
    for tap in Tap:
        assert {f"reminders.tap.{tap}", f"reminders.ended.{tap}", f"reminders.mine.what_{tap}"} <= keys
    assert sorted(TAP_WORDS.values()) == sorted(Tap)
    assert {f"reminders.verb.{kind}" for kind in ReminderKind} >= {
        key for key in keys if key.startswith("reminders.verb.")
    }
    for word, tap in TAP_WORDS.items():
        assert word in texts.raw(f"reminders.tap.{tap}")
