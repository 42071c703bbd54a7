"""Officials' broadcasts: one composes and sees exactly whom it reaches, another approves, either stops it."""

import re
from datetime import timedelta
from typing import Any

import pytest

from bot.app import TICKS
from storage.broadcasts import broadcasts
from storage.chat import reply_windows
from storage.engine.transactions import Tx
from storage.notices import outbox, preferences
from storage.people import people
from storage.people.roles import RoleKind
from tests.broadcasts import a_firm
from tests.console.stage import DeskStage

FORM: dict[str, Any] = {
    "kind": "text",
    "scope": "|市工信局",
    "title": "算力券开始申报",
    "text": "请登录系统提交材料。",
    "link": "",
    "send_at": "",
    "words": "",
    "item": "",
    "event": "",
    "contact": "",
    "days": "",
    "listed": "",
    "table": ("", b""),
}
READY = {"district": "江宁", "titles": ["srdi"], "buys_compute": True}


def three_firms(tx: Tx) -> None:
    a_firm(tx, "南京云有限公司", READY, 2, "91320115MADEM1014U")
    a_firm(tx, "南京澜有限公司", {"district": "六合", "buys_compute": False})
    a_firm(tx, "南京穗有限公司", READY)
    reply_windows.wrote(tx, people.meet(tx, "o-南京云有限公司-0").id)
    preferences.choose(tx, people.meet(tx, "o-南京穗有限公司-0").id, "broadcast", "off")


async def send_due(desk: DeskStage) -> None:
    """Advance until everything approved has started, and run the tick."""

    def latest(tx: Tx) -> timedelta:
        found, _ = broadcasts.page(tx, broadcasts.BroadcastQuery())
        return max(one.starts - tx.now for one in found if one.starts is not None)

    desk.ahead(await desk.database.read(latest))
    await desk.app[TICKS].scheduler.get_job("broadcasts").args[0].run()


def counted(page: str, label: str) -> int:
    """Return the number before this label."""
    found = re.search(rf"<strong>(\d+)</strong>{label}", page)
    return int(found[1]) if found else 0


async def test_one_composes_another_approves_and_the_board_says_what_became_of_each(desk: DeskStage) -> None:
    await desk.database.write(three_firms)
    author, other = await desk.official(RoleKind.EDITOR), await desk.official(RoleKind.APPROVER)
    await author.get("/console/broadcasts/new")
    asked = {**FORM, "item": "8.1", "verdicts": ["yes"], "unclaimed": "1", "text": "<b>请</b>提交材料。"}
    path = (await author.post("/console/broadcasts", **asked)).location
    page = (await author.get(path)).text
    assert "一共 3 人（2 家企业）" in page
    assert [counted(page, label) for label in ("对话开着，直接发", "下次来访告知", "退订了群发")] == [1, 1, 1]
    assert "8.1：条件已对上；没有说过已报8.1" in page
    assert "（今天还能发 450000 次）" in page, "a tenth of what customer messages may be is kept for replies"
    assert "您今天还能提交 5 条群发" in page
    assert "【消息】算力券开始申报\n＜b＞请＜/b＞提交材料。\n——市工信局" in page
    assert (await author.post(f"{path}/submit", seen="0" * 64)).status == 422
    seen = re.search(r'name="seen" value="(\w{64})"', page)
    assert seen is not None
    assert (await author.post(f"{path}/submit", seen=seen[1])).location == path
    assert "要请另一位同事批准" in (await author.get(path)).text
    assert "自己写的" in (await author.post(f"{path}/approve", seen=seen[1])).text
    mine = await desk.database.read(lambda tx: outbox.listed(tx, people.meet(tx, "o-approver-None-市工信局").id))
    assert ["群发“算力券开始申报”已写好，等您批准" in notice.text for notice in mine] == [True]
    assert "批准发送" in (await other.get(path)).text
    assert (await other.post(f"{path}/approve", seen=seen[1])).location == path
    assert "开始发。在这以前可以撤回" in (await other.get(path)).text
    assert (await other.get(f"{path}/board")).status == 404
    await send_due(desk)
    other = await desk.official(RoleKind.APPROVER)
    board = (await other.get(f"{path}/board")).text
    assert "一共 3 人" in board
    assert sum(counted(board, label) for label in ("正在发", "退订了群发，没发")) == 3


async def test_an_edit_voids_the_approval_and_what_was_undone_is_sent_to_nobody(desk: DeskStage) -> None:
    await desk.database.write(three_firms)
    author, other = await desk.official(RoleKind.EDITOR), await desk.official(RoleKind.APPROVER)
    await author.get("/console/broadcasts/new")
    path = (await author.post("/console/broadcasts", **FORM)).location

    async def seen() -> str:
        found = re.search(r'name="seen" value="(\w{64})"', (await author.get(path)).text)
        assert found is not None
        return found[1]

    first = await seen()
    await author.post(f"{path}/submit", seen=first)
    await other.get(path)
    await other.post(f"{path}/approve", seen=first)
    assert "此前的批准作废" in (await author.get(f"{path}/edit")).text
    await author.post(path, **{**FORM, "text": "改了一个字。", "seen": first})
    assert "草稿，谁也收不到" in (await author.get(path)).text
    assert (await other.post(f"{path}/approve", seen=first)).status == 422
    second = await seen()
    await author.post(f"{path}/submit", seen=second)
    await other.post(f"{path}/approve", seen=second)
    assert (await other.post(f"{path}/undo")).location == path
    assert "草稿，谁也收不到" in (await author.get(path)).text
    desk.ahead(timedelta(days=5))
    await desk.app[TICKS].scheduler.get_job("broadcasts").args[0].run()
    author = await desk.official(RoleKind.EDITOR)
    await author.get(path)
    assert (await author.get(f"{path}/board")).status == 404
    assert (await author.post(f"{path}/discard")).location == path
    assert "已作废" in (await author.get("/console/broadcasts?state=voided")).text


async def test_whoever_sees_a_mistake_stops_it_and_the_reason_is_kept(desk: DeskStage) -> None:
    await desk.database.write(three_firms)
    author, other = await desk.official(RoleKind.EDITOR), await desk.official(RoleKind.APPROVER)
    await author.get("/console/broadcasts/new")
    path = (await author.post("/console/broadcasts", **FORM)).location
    seen = re.findall(r'name="seen" value="(\w{64})"', (await author.get(path)).text)[0]
    await author.post(f"{path}/submit", seen=seen)
    await other.get(path)
    await other.post(f"{path}/approve", seen=seen)
    await send_due(desk)
    author = await desk.official(RoleKind.EDITOR)
    await author.get(path)
    assert "请写明停止的原因" in (await author.post(f"{path}/stop", reason="")).text
    assert (await author.post(f"{path}/stop", reason="金额写错了")).location == path
    page = (await author.get(path)).text
    assert "没发出的都不再发" in page
    assert "金额写错了" in page
    board = (await author.get(f"{path}/board")).text
    assert counted(board, "停止时还没发，不再发") + counted(board, "退订了群发，没发") == 4


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": ""}, "标题（不超过 20 个字）"),
        ({"text": "字" * 501}, "正文（不超过 500 个字）"),
        ({"link": "javascript:alert(1)"}, "网址请以 https://"),
        ({"send_at": "2020-01-01T09:00"}, "发送时间请填现在以后"),
        ({"item": "8.1"}, "请先选收件范围"),
        ({"item": "99.9"}, "99.9"),
        ({"contact": "recent"}, "请先选收件范围"),
        ({"kind": "mass", "everyone": "1"}, "全部关注者只能全市单位"),
        ({"kind": "fax"}, "请从列表里选"),
        ({"scope": "|别的单位"}, "您的身份管不到"),
        ({"scope": "六合|江宁区工信局"}, "您的身份管不到"),
    ],
)
async def test_what_cannot_stand_is_said_in_words_and_the_form_keeps_what_was_typed(
    desk: DeskStage, wrong: dict[str, str], said: str
) -> None:
    author = await desk.official(RoleKind.EDITOR, "江宁", "江宁区工信局")
    await author.get("/console/broadcasts/new")
    mine = {**FORM, "scope": "江宁|江宁区工信局", "words": "机器人"}
    page = await author.post("/console/broadcasts", **{**mine, **wrong})
    assert page.status == 422
    assert said in page.text
    assert "机器人" in page.text


async def test_nobody_is_asked_to_approve_what_nobody_would_read(desk: DeskStage) -> None:
    author = await desk.official(RoleKind.EDITOR)
    await author.get("/console/broadcasts/new")
    path = (await author.post("/console/broadcasts", **{**FORM, "areas": ["高淳"]})).location
    seen = re.findall(r'name="seen" value="(\w{64})"', (await author.get(path)).text)[0]
    assert "一个人也没有" in (await author.post(f"{path}/submit", seen=seen)).text
