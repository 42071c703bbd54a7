"""The menu as data, its limits, and what is saved of the account's earlier state."""

import asyncio
import json
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.cli import menu as command
from bot.wechat import menu
from bot.wechat.errors import ApiRefusedError, ApiUncertainError, ApiUnreachableError, operator_hint
from bot.wechat.takeover import KeptReplies, write
from config.commands import CommandWords
from config.errors import InputError, UnavailableError
from config.texts import Texts
from config.toml_errors import ConfigError
from tests.simulator.stage import APP_ID, SECRET, Stage


def buttons_of(columns: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [button for column in columns for button in column.get("sub_button", [column])]


def test_our_menu_has_three_columns_whose_names_are_shown_whole() -> None:
    columns = menu.load()
    assert [len(column["name"]) <= 4 for column in columns] == [True] * 3
    assert all(len(button["name"]) <= 8 for button in buttons_of(columns))


def test_every_key_of_our_menu_is_a_command() -> None:
    words = CommandWords.load()
    keys = [button["key"] for button in buttons_of(menu.load()) if button["type"] == "click"]
    assert keys
    assert [key for key in keys if words.key(key) is None] == []


def column(name: str = "a", count: int = 1, action: str = 'key = "k"') -> str:
    button = f'{{ name = "b", {action} }}'
    return f'[[column]]\nname = "{name}"\nbutton = [{", ".join([button] * count)}]\n'


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "menu_columns"),
        (column() * 4, "menu_columns"),
        (column(count=0), "menu_buttons"),
        (column(count=6), "menu_buttons"),
        (column("专精特新政策"), "menu_too_long"),
        (column(""), "menu_too_long"),
        (column(action=f'key = "{"k" * 129}"'), "menu_too_long"),
        (column(action=f'url = "{"u" * 1025}"'), "menu_too_long"),
        (column(action="key = 7"), "config_wrong"),
        (column(action='press = "x"'), "config_wrong"),
        (column(action='key = "k", url = "u"'), "menu_action"),
        ('[[column]]\nname = "a"\n', "menu_action"),
    ],
)
def test_a_menu_the_platform_would_refuse_is_refused_here(tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / "menu.toml"
    path.write_text(text, "utf-8")
    with pytest.raises((InputError, ConfigError)) as caught:
        menu.load(path)
    assert caught.value.code == code
    assert "menu.toml" in Texts.load().error(caught.value)


def test_a_menu_at_its_limits_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "menu.toml"
    path.write_text(
        column("专精特新政", 5, f'key = "{"k" * 128}"') * 2 + '[[column]]\nname = "a"\nurl = "u"\n', "utf-8"
    )
    assert menu.load(path)[2] == {"name": "a", "type": "view", "url": "u"}


# The console's earlier state.


def rule(words: list[tuple[str, str]], replies: list[dict[str, Any]], mode: str = "reply_all") -> dict[str, Any]:
    keywords = [{"type": "text", "match_mode": how, "content": word} for how, word in words]
    return {"rule_name": "r", "reply_mode": mode, "keyword_list_info": keywords, "reply_list_info": replies}


def said(*texts: str) -> list[dict[str, Any]]:
    return [{"type": "text", "content": text} for text in texts]


CARD = {"type": "news", "news_info": {"list": [{"title": "办事指南", "content_url": "http://mp/1"}]}}
RULES = [
    rule([("equal", "地址")], said("江东中路")),
    rule([("contain", "电话"), ("equal", "tel")], said("12345", "工作日")),
    rule([("contain", "抽一句")], said("一", "二"), "random_one"),
    rule([("contain", "指南")], [CARD]),
    rule([("contain", "图")], [{"type": "img", "content": "media"}]),
    rule([("contain", "")], said("matches nothing")),
]
OPEN = {"is_autoreply_open": 1, "keyword_autoreply_info": {"list": RULES}}
MORNING = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "reply"),
    [
        ("地址", "江东中路"),
        (" 地址 ", "江东中路"),
        ("你们的地址", None),
        ("请问电话多少", "12345\n工作日"),
        ("tel", "12345\n工作日"),
        ("telephone", None),
        ("抽一句", "一"),
        ("办事指南", "办事指南\nhttp://mp/1"),
        ("图", None),
        ("", None),
    ],
)
def test_words_that_the_console_answered_are_answered_still(tmp_path: Path, words: str, reply: str | None) -> None:
    write({"auto_replies": OPEN}, tmp_path, MORNING)
    assert KeptReplies.load(tmp_path).find(words) == reply


def test_rules_that_were_switched_off_stay_off(tmp_path: Path) -> None:
    write({"auto_replies": {**OPEN, "is_autoreply_open": 0}}, tmp_path, MORNING)
    assert len(KeptReplies.load(tmp_path)) == 0


def test_a_later_push_that_finds_no_rules_does_not_lose_the_earlier_ones(tmp_path: Path) -> None:
    write({"auto_replies": OPEN}, tmp_path, MORNING)
    write({"auto_replies": {"is_autoreply_open": 0}}, tmp_path, MORNING + timedelta(days=1))
    assert KeptReplies.load(tmp_path).find("地址") == "江东中路"


def test_without_a_file_there_are_no_rules(tmp_path: Path) -> None:
    assert KeptReplies.load(tmp_path / "nowhere").find("地址") is None


# The command.


def parsed(*words: str) -> Namespace:
    parser = ArgumentParser()
    command.arguments(parser)
    return parser.parse_args(words)


def test_a_dry_run_shows_the_menu_and_needs_no_setting(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(parsed("push", "--dry-run")) == 0
    assert json.loads(capsys.readouterr().out)["button"] == menu.load()


Configure = Callable[[str], None]


@pytest.fixture
def configure(monkeypatch: pytest.MonkeyPatch, migrated_file: Path, tmp_path: Path) -> Configure:
    """Return settings for an account at this address, over a separate database."""

    def configure(base: str) -> None:
        database = tmp_path / "srdi.db"
        database.write_bytes(migrated_file.read_bytes())
        settings = {
            "WECHAT_APP_ID": APP_ID,
            "WECHAT_SECRET": SECRET,
            "WECHAT_API_BASE": base,
            "DATABASE_URL": f"sqlite:///{database}",
            "SECRET_KEY": "A" * 43 + "=",
        }
        for name, value in settings.items():
            monkeypatch.setenv(f"SRDI_{name}", value)

    return configure


def kept_menu(path: Path) -> object:
    """Return the menu in a saved file readable only by its owner."""
    assert path.stat().st_mode & 0o777 == 0o600
    return json.loads(path.read_text("utf-8"))["console_menu"]["selfmenu_info"]["button"]


async def test_a_push_keeps_what_was_there_and_puts_ours_in_its_place(
    tmp_path: Path, configure: Configure, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {"button": [{"type": "click", "name": "旧菜单", "key": "old"}]}
    async with Stage(options={"menu": before, "account": {"auto_replies": OPEN}}) as stage:
        configure(stage.url)
        assert await asyncio.to_thread(command.main, parsed("push", "--keep", str(tmp_path / "kept"))) == 0
        assert stage.platform.menus.shown is not None
        assert stage.platform.menus.shown.buttons == menu.load()
    told = json.loads(capsys.readouterr().out)
    assert kept_menu(Path(told["saved"])) == before["button"]
    assert told["rules"] == 4
    assert KeptReplies.load(tmp_path / "kept").find("地址") == "江东中路"


async def test_nothing_is_replaced_where_the_old_cannot_be_kept(tmp_path: Path, configure: Configure) -> None:
    before = {"button": [{"type": "click", "name": "旧菜单", "key": "old"}]}
    (tmp_path / "kept").write_text("a file where the folder should be", "utf-8")
    async with Stage(options={"menu": before}) as stage:
        configure(stage.url)
        with pytest.raises(UnavailableError) as caught:
            await asyncio.to_thread(command.main, parsed("push", "--keep", str(tmp_path / "kept")))
        assert caught.value.code == "folder_read_only"
        assert stage.platform.menus.shown is not None
        assert stage.platform.menus.shown.buttons == before["button"]


def test_a_push_without_credentials_names_the_setting(tmp_path: Path, configure: Configure) -> None:
    configure("http://127.0.0.1:9")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SRDI_WECHAT_SECRET", "")
        with pytest.raises(UnavailableError) as caught:
            command.main(parsed("push", "--keep", str(tmp_path / "kept")))
    assert "SRDI_WECHAT_SECRET" in Texts.load().error(caught.value)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ApiRefusedError("/x", 40125, "rid: 5f8a1c2e-0a1b"), "40125，rid 5f8a1c2e-0a1b"),
        (ApiRefusedError("/x", 40164, "invalid ip 203.0.113.7, not in whitelist"), "203.0.113.7"),
        (ApiUncertainError("/x", "no JSON (HTTP 502)"), "不能确定"),
        (ApiUnreachableError("/x", "no connection"), "什么也没有改动"),
    ],
)
def test_an_operator_is_told_what_to_do(
    error: ApiRefusedError | ApiUncertainError | ApiUnreachableError, words: str
) -> None:
    assert words in Texts.load().error(operator_hint(error))
