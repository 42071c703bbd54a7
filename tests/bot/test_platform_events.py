"""Platform reports are processed once, dispatched, and never answered."""

from typing import Any

import pytest

from bot.chat import platform_events
from bot.chat.context import ChatServices
from bot.chat.inbound import Inbound
from bot.chat.router import Router
from bot.live.matcher import LiveMatcher
from bot.wechat import messages
from bot.wechat.parsing import parse
from storage.engine.database import Database
from storage.engine.transactions import Tx

HEAD = (
    "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[oA]]></FromUserName>"
    "<CreateTime>1750000000</CreateTime><MsgType><![CDATA[event]]></MsgType>"
)
ONE = "<List><TemplateId>t1</TemplateId><SubscribeStatusString>accept</SubscribeStatusString></List>"
EVENTS = {
    "TEMPLATESENDJOBFINISH": "<MsgID>7</MsgID><Status>success</Status>",
    "MASSSENDJOBFINISH": "<MsgID>8</MsgID><Status>send success</Status><SentCount>2</SentCount>",
    "subscribe_msg_popup_event": f"<SubscribeMsgPopupEvent>{ONE}{ONE}</SubscribeMsgPopupEvent>",
    "subscribe_msg_change_event": f"<SubscribeMsgChangeEvent>{ONE}</SubscribeMsgChangeEvent>",
    "subscribe_msg_sent_event": "<SubscribeMsgSentEvent><List><MsgID>9</MsgID></List></SubscribeMsgSentEvent>",
    "never_heard_of": "<Depth>3</Depth>",
}


def pushed(event: str) -> messages.Push:
    return parse(f"{HEAD}<Event>{event}</Event>{EVENTS[event]}</xml>".encode(), secure=False)


@pytest.mark.parametrize("event", EVENTS)
async def test_every_report_is_acknowledged_whether_or_not_somebody_listens(
    database: Database, parts: ChatServices, event: str
) -> None:
    inbound = Inbound(database, Router(parts), LiveMatcher(), parts.texts.error)
    assert await inbound(pushed(event)) is None
    assert await inbound(pushed(event)) is None


async def test_a_report_reaches_every_function_of_its_row_and_no_other(database: Database) -> None:
    heard: list[Any] = []

    def note(_tx: Tx, event: messages.TemplateSendJobFinish) -> None:
        heard.append((event.msg_id, event.status))

    table: dict[type[messages.PushEvent], tuple[platform_events.EventHandler, ...]]
    table = {messages.TemplateSendJobFinish: (note, note)}
    for name in EVENTS:
        push = pushed(name)
        if isinstance(push, messages.PushEvent):
            await database.write(platform_events.handle, push, table)
    assert heard == [(7, "success")] * 2


def test_every_report_of_the_protocol_has_its_row() -> None:
    known = {type(pushed(event)) for event in EVENTS} - {messages.OtherEvent}
    assert known == set(platform_events.HANDLERS)
