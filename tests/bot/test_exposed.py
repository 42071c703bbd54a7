"""A plain push with a key set gets public information only, and reveals or changes nothing else."""

import itertools
import tomllib
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from sqlalchemy import func, select

from bot.chat.context import ChatServices
from bot.chat.inbound import Inbound
from bot.chat.people.login import LoginLinks
from bot.chat.public_talk import PUBLIC
from bot.chat.router import Router
from bot.live.matcher import LiveMatcher
from bot.services.demo import seed
from bot.wechat import messages
from config.commands import FOLDER
from storage.chat import dialog_states
from storage.chat.inbox import INBOX
from storage.engine.database import Database
from storage.engine.tables import every_table
from storage.engine.transactions import Tx
from storage.people import people, roles
from storage.people.people import exposed_name
from storage.people.roles import RoleGrant, RoleKind

ANN = "o-ann-of-the-firm"
COMMANDS: dict[str, list[str]] = tomllib.loads((FOLDER / "words.toml").read_text("utf-8"))
REFUSED = "不办登记、核验、登录"
SECRETS = ("云杼传感", "王会计", "13800138000", "生产传感器", "还有多少天", "/console/in/", "/h5/in/")
# Text with a meaning inside a command or dialog.
IN_WORDS = (
    "核验 ABCD-2345", "邀请 ABCD-2345", "回执 ABCD-2345", "人工 还有多少天", "注册 云杼传感", "我的产品 生产传感器",
    "报名 1", "取消报名 1", "想谈 1 A", "对接 1 已签约", "移除 1", "同意 1", "移交 1", "邮箱 a@example.cn",
    "短信 13800138000", "123456", "退订", "恢复", "提醒设置", "退订 提醒", "提醒我 明天 交材料", "我的提醒",
    "提醒 申报 关", "确认", "1", "是", "李四 13900139000",
)  # fmt: skip


def push(kind: type[messages.Push], *, exposed: bool = False, openid: str = ANN, **fields: object) -> messages.Push:
    number = next(_numbers)
    head = {"account": "gh_1", "openid": openid, "created": 1_795_000_000, "key": f"{number}:{openid}:{exposed}"}
    return kind(**head, secure=not exposed, exposed=exposed, **fields)  # type: ignore[arg-type]


_numbers = itertools.count(1)


def words(xml: str | None) -> str:
    return (ElementTree.fromstring(xml).findtext("Content") or "") if xml else ""


def about_ann(tx: Tx) -> dict[str, list[object]]:
    """Return every row except the inbox, and what is stored under the name of whoever claims to be her."""
    claimed = people.mark_of(tx, exposed_name(ANN))
    return {
        table.name: [row for row in map(tuple, tx.execute(select(table))) if claimed not in row]
        for table in every_table()
        if table.name not in ("inbox", "version")
    }


@pytest.fixture
async def inbound(database: Database, parts: ChatServices) -> Inbound:
    """Ann has registered a firm, left a contact, asked officials something, and administers a desk."""
    await database.write(seed)
    inbound = Inbound(database, Router(parts, LoginLinks("https://example.cn")), LiveMatcher(), parts.texts.error)
    for typed in (
        "注册 云杼传感", "小型", "同意", "王会计 13800138000", "确认", "我的产品", "生产传感器",
        "人工 还有多少天可以等答复", "我能享受什么", "取消",
    ):  # fmt: skip
        await inbound(push(messages.Text, content=typed))

    def give(tx: Tx) -> None:
        person = people.find(tx, ANN)
        assert person is not None
        assert person.firm_id is not None
        assert people.contact(tx, person.id) == people.PersonContact("王会计", "13800138000")
        roles.add(tx, person.id, RoleGrant(RoleKind.AUDITOR, "王会计", tx.now.date(), agency="市工信局"))

    await database.write(give)
    return inbound


def test_each_public_command_is_a_command() -> None:
    assert COMMANDS.keys() >= PUBLIC


@pytest.mark.parametrize("journey", ["none", "erasing", "contact_change"])
async def test_every_command_is_served_only_where_it_is_listed_as_public(
    inbound: Inbound, database: Database, journey: str
) -> None:
    start = {"erasing": "注销", "contact_change": "我的联系人"}.get(journey)
    if start:
        await inbound(push(messages.Text, content=start))
    before = await database.read(about_ann)
    for command, typed in COMMANDS.items():
        sent = [push(messages.Text, exposed=True, content=word) for word in typed]
        sent.append(push(messages.Click, exposed=True, event_key=command, menu_id=""))
        sent.append(push(messages.Voice, exposed=True, media_id="m", recognition=typed[0]))
        answers = [words(await inbound(one)) for one in sent]
        assert all(answers), command
        assert {REFUSED in answer for answer in answers} == {command not in PUBLIC - {"help"}}, command
        assert not [secret for secret in SECRETS if secret in "".join(answers)], command
    assert await database.read(about_ann) == before


async def test_words_behind_a_command_and_answers_to_a_running_journey_do_nothing(
    inbound: Inbound, database: Database
) -> None:
    await inbound(push(messages.Text, content="注销"))
    before = await database.read(about_ann)
    for typed in IN_WORDS:
        answer = words(await inbound(push(messages.Text, exposed=True, content=typed)))
        assert not [secret for secret in SECRETS if secret in answer], typed
    for kind in (messages.Image, messages.Video):
        fields = {"thumb_media_id": "t"} if kind is messages.Video else {}
        assert REFUSED in words(await inbound(push(kind, exposed=True, media_id="m", **fields)))
    assert await database.read(about_ann) == before


async def test_events_erase_nobody_meet_nobody_and_report_nothing(inbound: Inbound, database: Database) -> None:
    before = await database.read(about_ann)
    for made in (
        push(messages.Unsubscribe, exposed=True),
        push(messages.AuthorizationCancelled, exposed=True, subject=ANN, union_id="", app_id=""),
        push(messages.TemplateSendJobFinish, exposed=True, msg_id=1, status="success"),
        push(messages.SubscribeMsgPopup, exposed=True, choices=(messages.TemplateChoice("t", "reject", "1"),)),
    ):
        assert await inbound(made) is None
    greeting = words(await inbound(push(messages.Subscribe, exposed=True, scene="", ticket="")))
    assert "15条" in greeting
    assert "云杼传感" not in greeting
    await inbound(push(messages.Subscribe, exposed=True, openid="o-invented", scene="", ticket=""))
    assert await database.read(about_ann) == before
    assert await database.read(people.find, "o-invented") is None


async def test_the_policy_is_answered_as_ever_and_its_rest_comes_with_more(inbound: Inbound) -> None:
    assert "第五条" in words(await inbound(push(messages.Text, exposed=True, content="第五条")))
    answer = words(await inbound(push(messages.Text, exposed=True, content="小巨人奖励多少钱")))
    assert "100万" in answer
    assert REFUSED not in answer
    long = words(await inbound(push(messages.Text, exposed=True, content="十五条")))
    more = words(await inbound(push(messages.Text, exposed=True, content="更多")))
    assert long
    assert more


async def test_a_claimed_message_never_brings_out_the_stored_reply_of_a_sealed_one(
    inbound: Inbound, database: Database
) -> None:
    sealed = push(messages.Text, content="我的资料")
    assert "13800138000" in words(await inbound(sealed))
    claimed = replace(sealed, key=f"exposed:{sealed.key}", secure=False, exposed=True)
    assert REFUSED in words(await inbound(claimed))
    assert await database.read(lambda tx: tx.execute(select(func.count()).select_from(INBOX)).scalar_one()) >= 2


async def test_a_running_journey_of_the_person_is_not_touched(inbound: Inbound, database: Database) -> None:
    await inbound(push(messages.Text, content="注销"))
    running = await database.read(dialog_states.load, ANN)
    await inbound(push(messages.Text, exposed=True, content="榜单"))
    await inbound(push(messages.Text, exposed=True, content="确认注销"))
    assert await database.read(dialog_states.load, ANN) == running


@pytest.mark.parametrize("typed", ["核验", "核验 ABCD-2345", "登录", "邀请 ABCD-2345", "解绑", "我的同事"])
async def test_without_any_key_entry_and_proofs_are_refused_as_before(inbound: Inbound, typed: str) -> None:
    plain = replace(push(messages.Text, content=typed), secure=False)
    assert "明文模式" in words(await inbound(plain))


@pytest.mark.parametrize("typed", ["长" * 1001, "1" * 8_000, "ﷺ" * 100, "申报 " + "问" * 2_000])
async def test_what_is_too_long_is_refused_before_anything_reads_it(inbound: Inbound, typed: str) -> None:
    for said in (
        push(messages.Text, exposed=True, content=typed),
        push(messages.Voice, exposed=True, recognition=typed, media_id="1"),
    ):
        assert "太长了，没有看" in words(await inbound(said))
