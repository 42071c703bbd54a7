"""Delivery board of a broadcast, per person, with numbers that add up; and its text for groups with a QR code."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

import segno
from aiohttp import web

from bot.console.context import ConsoleRequest
from bot.services.broadcasts.wording import group_text
from bot.web.spreadsheets import as_file
from bot.web.templates import moment
from storage.broadcasts import broadcasts, delivery_board, mass_sends, recipients
from storage.broadcasts.broadcasts import Broadcast, BroadcastState
from storage.broadcasts.delivery_board import DeliveryOutcome, RecipientOutcome
from storage.broadcasts.mass_sends import MassCallReport
from storage.engine.page import last_page
from storage.engine.transactions import Tx
from storage.firms import verification_marks
from storage.firms.verification_marks import FirmMarks

PAGE = 100
MOST_EXPORTED = 200_000
FATES = {
    DeliveryOutcome.REACHED: "已送达",
    DeliveryOutcome.MASSED: "微信群发完成（微信只给总数，不给逐人结果）",
    DeliveryOutcome.SENDING: "正在发",
    DeliveryOutcome.WAITING: "等处理",
    DeliveryOutcome.CLOSED: "对话已关，下次来访告知",
    DeliveryOutcome.HELD: "暂停，等人处理",
    DeliveryOutcome.UNCERTAIN: "结果不明，可能已收到",
    DeliveryOutcome.REFUSED: "本人拒收",
    DeliveryOutcome.FAILED: "发送失败",
    DeliveryOutcome.EXPIRED: "过期，没有来访",
    DeliveryOutcome.CAPPED: "一周内已收到够多，没发",
    DeliveryOutcome.MONTHLY: "本月已收满 4 条微信群发，没发",
    DeliveryOutcome.UNWANTED: "退订了群发，没发",
    DeliveryOutcome.STOPPED: "停止时还没发，不再发",
    DeliveryOutcome.LEFT: "已取消关注",
}
WHY = {
    "no_way": "对话已关，也没有能用的卡片",
    "no_template": "没有配好这种卡片的模板",
    "user_block": "本人拒收公众号的消息",
    "system_failed": "微信没能送到",
    "overdue": "不知道送到没有，不再重发",
    "no_connection": "连不上微信",
    "restored": "恢复备份后暂停",
    "lapsed": "发送中途程序停止",
    "no_answer": "没有收到微信的回答",
    "too_long": "太长，对话里剩的条数不够",
    "unreadable": "存的内容打不开",
    "40003": "微信说没有这个人",
    "43004": "微信说没有关注",
    "43019": "在公众号的黑名单里",
    "43101": "没有订阅这类通知",
    "48002": "关掉了公众号的消息",
    "45028": "公众号的群发次数用完，下个月再发",
    "send fail": "微信说群发失败",
    "send success": "",
    "err(40001)": "公众号管理员没有同意群发",
    "err(40002)": "公众号管理员 30 分钟内没有确认",
    "45009": "公众号今天的次数用完",
    "45015": "对话已关",
    "45047": "对话里能发的条数用完",
}
CHANNELS = {
    "visit": "来访时告知",
    "template": "模板消息",
    "notice": "订阅通知",
    "message": "直接发到对话",
    "mass": "微信群发",
    "mail": "邮件",
    "sms": "短信",
}
CALLS = {
    mass_sends.OPEN: "在凑名单",
    mass_sends.READY: "等提交",
    mass_sends.TAKEN: "微信已接受",
    mass_sends.FAILED: "微信没有接受",
    mass_sends.UNCERTAIN: "不知道微信接受没有，不再重试",
    mass_sends.STOPPED: "已停止，没有提交",
}
HEAD = ("企业", "情况", "原因", "方式", "时间", "点开时间")


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """A broadcast's numbers and one page of its recipients."""

    broadcast: Broadcast
    counts: dict[DeliveryOutcome, int]
    opened: int
    total: int
    people: list[RecipientOutcome]
    standing: dict[int, FirmMarks]
    calls: list[MassCallReport]


async def board(visit: ConsoleRequest) -> web.StreamResponse:
    """Show the delivery board."""
    only = _only(visit)
    number = visit.page_number
    shown = await visit.desk.database.read(_board, visit, only, number)
    count = shown.total if only is None else shown.counts.get(only, 0)
    return visit.page(
        "broadcast_board.html",
        shown=shown,
        fates=FATES,
        only=only or "",
        number=number,
        last=last_page(count, PAGE),
        why=reason_in_words,
        call_states=CALLS,
        channels=CHANNELS,
    )


async def export(visit: ConsoleRequest) -> web.StreamResponse:
    """Export all recipients as a file."""
    number = visit.number
    rows = await visit.desk.database.read(_rows, number)
    return await asyncio.to_thread(as_file, visit.request.query.get("form", ""), f"群发{number}送达情况", HEAD, rows)


async def group(visit: ConsoleRequest) -> web.StreamResponse:
    """Show the text for groups, and the account's QR code, one per district."""
    found = await visit.named(broadcasts.get)
    reach = [found.content.area] if found.content.area else ["全市", *visit.desk.areas]
    area = visit.request.query.get("area", reach[0])
    if area not in reach:
        raise web.HTTPNotFound
    # The account has a limited number of permanent codes: one per area, whatever the text.
    told = await visit.desk.code_for(f"area:{area}")
    picture = await asyncio.to_thread(_drawn, told.value) if told.value else ""
    text = group_text(found.content, visit.desk.plain)
    return visit.page(
        "broadcast_group.html", broadcast=found, text=text, areas=reach, area=area, picture=picture, told=told
    )


def _drawn(address: str) -> str:
    """Return the QR code drawn here, so that the page loads nothing from elsewhere."""
    return segno.make(address, error="m").png_data_uri(scale=6, border=2)


def reason_in_words(why: str) -> str:
    """Return the display text of the platform's code or ours."""
    return WHY.get(why, f"微信错误码 {why}" if why.isdigit() else why)


def _only(visit: ConsoleRequest) -> DeliveryOutcome | None:
    asked = visit.request.query.get("fate", "")
    return DeliveryOutcome(asked) if asked in set(DeliveryOutcome) else None


def _found(tx: Tx, number: int) -> Broadcast:
    found = broadcasts.get(tx, number)
    if found is None or found.state in (
        BroadcastState.DRAFT,
        BroadcastState.WAITING,
        BroadcastState.APPROVED,
        BroadcastState.VOIDED,
    ):
        raise web.HTTPNotFound
    return found


def _board(tx: Tx, visit: ConsoleRequest, only: DeliveryOutcome | None, number: int) -> DeliveryPage:
    found = _found(tx, visit.number)
    stopped = found.state is BroadcastState.STOPPED
    counts, opened = delivery_board.counts(tx, found.id, stopped=stopped)
    skip = (number - 1) * PAGE
    people = delivery_board.outcomes(tx, found.id, stopped=stopped, most=PAGE, skip=skip, only=only)
    total, calls = recipients.total(tx, found.id), mass_sends.reports(tx, found.id)
    standing = verification_marks.of(tx, {one.firm_id for one in people if one.firm_id is not None})
    return DeliveryPage(found, counts, opened, total, people, standing, calls)


def _rows(tx: Tx, number: int) -> list[tuple[str, ...]]:
    found = _found(tx, number)
    people = delivery_board.outcomes(tx, found.id, stopped=found.state is BroadcastState.STOPPED, most=MOST_EXPORTED)
    standing = verification_marks.of(tx, {one.firm_id for one in people if one.firm_id is not None})
    return [
        (
            standing[one.firm_id].label if one.firm_id in standing else one.firm,
            FATES[one.fate],
            reason_in_words(one.why),
            CHANNELS.get(one.channel, one.channel),
            _said(one.at),
            _said(one.opened),
        )
        for one in people
    ]


def _said(at: datetime | None) -> str:
    return "" if at is None else moment(at)
