"""Rare but real pushes: better met here than first in production (statement 11)."""

from collections.abc import Callable
from dataclasses import replace

from bot.simulator.pushes import Push, Pushes
from bot.simulator.xmltree import Field


def _popup(count: int) -> dict[str, Field]:
    """Return a subscription popup of so many templates: one is a single List node, several repeat it."""
    lists: list[Field] = [
        {"TemplateId": f"template-{number}", "SubscribeStatusString": "accept", "PopupScene": 1}
        for number in range(1, count + 1)
    ]
    return {"SubscribeMsgPopupEvent": {"List": lists}}


def _user_event(event: str) -> Callable[[Pushes, str], Push]:
    def make(pushes: Pushes, openid: str) -> Push:
        revoked: dict[str, Field] = {"RevokeInfo": "1,2"} if event == "user_authorization_revoke" else {}
        return pushes.event(openid, event, OpenID=openid, AppID="wxdemo", **revoked)

    return make


ODDITIES: dict[str, Callable[[Pushes, str], Push]] = {
    "empty_text": lambda pushes, openid: pushes.message(openid, "text", Content=""),
    "emoji": lambda pushes, openid: pushes.message(openid, "text", Content="👍🏽[微笑]/::)👨‍👩‍👧"),
    "section_end": lambda pushes, openid: pushes.message(openid, "text", Content="a]]>b<![CDATA[c&amp;<d>"),
    "from_article": lambda pushes, openid: pushes.message(openid, "text", Content="政策", MsgDataId=2**62 + 1, Idx=1),
    "voice_without_words": lambda pushes, openid: pushes.message(
        openid, "voice", MediaId="unknown", Format="amr", MediaId16K="unknown"
    ),
    "short_video": lambda pushes, openid: pushes.message(
        openid, "shortvideo", MediaId="unknown", ThumbMediaId="unknown"
    ),
    "link": lambda pushes, openid: pushes.message(
        openid, "link", Title="标题", Description="", Url="http://127.0.0.1/article"
    ),
    "file": lambda pushes, openid: pushes.message(
        openid, "file", Title="申请书.pdf", Description="", FileKey="unknown", FileTotalLen=4096
    ),
    "unknown_type": lambda pushes, openid: pushes.message(openid, "hologram", Depth=3),
    "unknown_event": lambda pushes, openid: pushes.event(openid, "kf_create_session", KfAccount="a@b"),
    "empty_event_key": lambda pushes, openid: pushes.event(openid, "CLICK", EventKey=""),
    "location_event": lambda pushes, openid: pushes.event(
        openid, "LOCATION", Latitude=32.0603, Longitude=118.7969, Precision=40.0
    ),
    "one_in_list": lambda pushes, openid: pushes.event(openid, "subscribe_msg_popup_event", **_popup(1)),
    "many_in_list": lambda pushes, openid: pushes.event(openid, "subscribe_msg_popup_event", **_popup(3)),
    "template_done": lambda pushes, openid: pushes.event(
        openid, "TEMPLATESENDJOBFINISH", MsgID=pushes.new_id(), Status="failed: system failed"
    ),
    "mass_done": lambda pushes, openid: pushes.event(
        openid,
        "MASSSENDJOBFINISH",
        MsgID=pushes.new_id(),
        Status="send success",
        TotalCount=100,
        FilterCount=80,
        SentCount=75,
        ErrorCount=5,
    ),
    "profile_changed": _user_event("user_info_modified"),
    "consent_withdrawn": _user_event("user_authorization_revoke"),
    "forged": lambda pushes, openid: replace(pushes.message(openid, "text", Content="伪造"), forged=True),
    "subscribe_again": lambda pushes, openid: pushes.event(openid, "subscribe", EventKey=""),
    "account_deleted": _user_event("user_authorization_cancellation"),
}
