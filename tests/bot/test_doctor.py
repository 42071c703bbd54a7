"""The check-up names what is missing and what to do, and reports nothing for a complete installation."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr
from sqlalchemy import text

from bot.cli.checkup import CheckState, run_checks
from bot.cli.commands import run
from bot.services.demo import show_cards
from config.cards import Purposes
from config.settings import Settings
from config.texts import Texts
from config.topics import NoticeTopic
from storage.audit import guards
from storage.audit.head_file import HeadsFile, path_for
from storage.engine.database import Database
from storage.engine.transactions import Tx
from storage.notices import card_templates, outbox, review_queue
from storage.notices.card_templates import CardTemplate
from storage.people import people, roles
from storage.people.roles import RoleGrant, RoleKind
from tests.audit.stage import TRIGGERS
from tests.simulator.stage import APP_ID, KEY, SECRET, Stage

SEALING = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"


def settings(database_url: str, **more: Any) -> Settings:
    given = {"database_url": database_url, "secret_key": SecretStr(SEALING), "wechat_token": SecretStr("t")}
    return Settings.model_validate(given | more)


async def told(wanted: Settings) -> dict[str, tuple[CheckState, str]]:
    return {one.check: (one.state, one.said) for one in await run_checks(wanted, Texts.load(), datetime.now(UTC))}


async def test_a_bare_installation_runs_and_is_told_what_it_lacks(database_url: str) -> None:
    found = await told(settings(database_url))
    assert {state for state, _ in found.values()} <= {CheckState.GOOD, CheckState.WARN}
    assert found["database"][0] is CheckState.GOOD
    for check, word in (
        ("settings", "SRDI_WECHAT_AES_KEY"),
        ("address", "SRDI_PUBLIC_URL"),
        ("platform", "SRDI_WECHAT_SECRET"),
        ("officials", "main.py official invite"),
        ("cards", "消息卡片"),
        ("audit", "见证文件"),
    ):
        assert found[check][0] is CheckState.WARN
        assert word in found[check][1]


async def test_a_change_over_that_takes_plain_messages_is_warned_of(database_url: str) -> None:
    keyed = {"wechat_aes_key": SecretStr(KEY), "wechat_app_id": APP_ID}
    assert (await told(settings(database_url, **keyed)))["settings"][0] is CheckState.GOOD
    state, said = (await told(settings(database_url, **keyed, wechat_plain=True)))["settings"]
    assert state is CheckState.WARN
    assert "SRDI_WECHAT_PLAIN" in said


@pytest.mark.parametrize(
    ("setting", "state", "says"),
    [
        ("127.0.0.1,::1", CheckState.GOOD, "127.0.0.1、::1。"),
        ("10.0.0.5, 172.18.0.0/16", CheckState.GOOD, "10.0.0.5、172.18.0.0/16。"),
        ("", CheckState.GOOD, "不信任何代理"),
        ("127.0.0.1,0.0.0.0/0", CheckState.WARN, "0.0.0.0/0 包含所有地址"),
    ],
)
async def test_it_says_which_proxies_are_believed(
    database_url: str, setting: str, state: CheckState, says: str
) -> None:
    found = await told(settings(database_url, trusted_proxies=setting))
    assert found["proxies"][0] is state
    assert says in found["proxies"][1]


def complete(tx: Tx) -> None:
    person = people.meet(tx, "o-operator").id
    roles.add(tx, person, RoleGrant(RoleKind.OPERATOR, "陈工", date.min))
    show_cards(tx)
    for purpose in Purposes.load().by_name:
        card_templates.put(tx, CardTemplate(purpose, "template", f"t-{purpose}", {"thing1": "请看公众号"}))


async def test_with_everything_in_place_nothing_is_open(database: Database, database_url: str, tmp_path: Path) -> None:
    await database.write(complete)

    async def healthy(_request: web.Request) -> web.Response:
        return web.Response()

    standing: dict[str, object] = {"status": "ready"}

    async def ready(_request: web.Request) -> web.Response:
        return web.json_response(standing)

    app = web.Application()
    app.router.add_get("/healthz", healthy)
    app.router.add_get("/readyz", ready)
    shown = {"button": [{"type": "click", "name": "帮助", "key": "help"}]}
    async with Stage() as empty, Stage(options={"menu": shown}) as stage, TestServer(app) as ours:
        whole = settings(
            database_url,
            wechat_aes_key=SecretStr(KEY),
            wechat_app_id=APP_ID,
            wechat_secret=SecretStr(SECRET),
            wechat_api_base=stage.url,
            public_url=str(ours.make_url("")).rstrip("/"),
        )
        bare = whole.model_copy(update={"wechat_api_base": empty.url})
        assert "main.py menu push" in (await told(bare))["platform"][1]
        found = await told(whole)
        assert found["platform"] == (CheckState.GOOD, "微信接口能用。")
        assert found["address"][0] is found["officials"][0] is found["cards"][0] is CheckState.GOOD
        assert found["ticks"][0] is CheckState.GOOD
        standing |= {"status": "ticks_stale", "ticks": ["outbox", "reminders"]}
        stale = (await told(whole))["ticks"]
        assert stale[0] is CheckState.BAD
        assert "outbox、reminders" in stale[1]
        wrong = whole.model_copy(update={"wechat_secret": SecretStr("x" * 32)})
        assert (await told(wrong))["platform"][0] is CheckState.BAD
    assert (await told(whole))["address"][0] is CheckState.WARN
    assert (await told(whole))["platform"][0] is CheckState.BAD


async def test_an_audit_without_its_guards_and_a_file_that_others_read_are_named(
    database: Database, database_url: str, store: str, tmp_path: Path
) -> None:
    heads = path_for(database_url)
    HeadsFile(heads).append([])
    assert (await told(settings(database_url)))["audit"][0] is CheckState.GOOD

    def drop(tx: Tx) -> None:
        for statement in TRIGGERS[tx.connection.dialect.name]:
            tx.execute(text(statement))

    await database.write(drop)
    found = await told(settings(database_url))
    assert found["audit"][0] is CheckState.BAD
    assert sorted(guards.GUARDS[store])[0] in found["audit"][1]
    heads.unlink()
    if store == "sqlite":
        path = tmp_path / "srdi.db"
        path.chmod(0o600)
        assert "files" not in await told(settings(database_url))
        path.chmod(0o644)
        assert "chmod 600" in (await told(settings(database_url)))["files"][1]


def hold_one(tx: Tx) -> None:
    person = people.meet(tx, "o-wang").id
    outbox.plan(tx, key="w:1", person_id=person, topic=NoticeTopic.REMINDER, text="还剩7天")
    review_queue.hold_after_restore(tx)


async def test_what_waits_for_a_person_is_counted(database: Database, database_url: str) -> None:
    await database.write(hold_one)
    assert "1条等人处理" in (await told(settings(database_url)))["outbox"][1]


def test_without_a_database_or_with_a_wrong_setting_it_ends_with_three_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SRDI_SECRET_KEY", SEALING)
    monkeypatch.setenv("SRDI_WECHAT_TOKEN", "t")
    monkeypatch.setenv("SRDI_DATABASE_URL", f"sqlite:///{tmp_path}/none.db")
    assert run(["doctor"]) == 3
    said = capsys.readouterr()
    assert '"check": "database", "state": "bad"' in said.out
    assert "main.py migrate" in said.out
    assert "1项必须处理" in said.err
    monkeypatch.setenv("SRDI_DATABSE_URL", "x")
    assert run(["doctor"]) == 3
    assert "SRDI_DATABSE_URL" in capsys.readouterr().out


def test_every_command_that_the_readme_names_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    named = re.findall(r"main\.py ([a-z|]+)", Path("README.md").read_text("utf-8"))
    commands = {command for some in named for command in some.split("|")}
    assert {"serve", "menu", "doctor", "roster"} <= commands
    for command in sorted(commands):
        with pytest.raises(SystemExit) as ended:
            run([command, "--help"])
        assert ended.value.code == 0, command
    capsys.readouterr()
