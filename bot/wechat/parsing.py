"""Parse a push's XML into its typed class: one table for messages, one for events, no other way."""

from collections.abc import Callable, Mapping
from hashlib import blake2b
from typing import Any

from bot.wechat import markup, messages
from bot.wechat.errors import WireError
from bot.wechat.markup import Node, child_node, decimal, each, needed_text, text_of, whole

# Longer than any openid or gh_ id; anything longer would only fill our tables.
LONGEST_NAME = 64
LONGEST_READABLE_KEY = 64
QR_PREFIX = "qrscene_"

Builder = Callable[[Node, dict[str, Any]], messages.Push]


def parse(xml: bytes, *, secure: bool, exposed: bool = False) -> messages.Push:
    """Parse the push in this plain XML; `secure`: it came encrypted; `exposed`: it did not, although a key is set.

    Unknown types and events become OtherMessage and OtherEvent. Raises only WireError, for anything wrong.
    """
    node = markup.read(xml)
    openid = _name(node, "FromUserName")
    created = whole(node, "CreateTime")
    kind = needed_text(node, "MsgType").lower()
    head: dict[str, Any] = {
        "account": _name(node, "ToUserName"),
        "openid": openid,
        "created": created,
        "secure": secure,
        "exposed": exposed,
    }
    # An unauthenticated push never matches an encrypted push's stored reply, whatever ids it claims.
    apart = "exposed:" if exposed else ""
    if kind == "event":
        event = needed_text(node, "Event").lower()
        head["key"] = f"{apart}{openid}:{created}:{event}:{_what(node, event, xml)}"
        builder = EVENTS.get(event)
        return builder(node, head) if builder else messages.OtherEvent(**head, kind=event)
    msg_id = whole(node, "MsgId")
    head["key"] = apart + (f"{msg_id}:{openid}" if msg_id else f"{openid}:{created}:{_digest(xml)}")
    if "MsgDataId" in node:
        head |= {"article_id": text_of(node, "MsgDataId"), "article_index": whole(node, "Idx")}
    builder = MESSAGES.get(kind)
    return builder(node, head) if builder else messages.OtherMessage(**head, kind=kind)


def _name(node: Node, field: str) -> str:
    name = needed_text(node, field)
    if len(name) > LONGEST_NAME:
        raise WireError("name_too_long")
    return name


def _what(node: Node, event: str, xml: bytes) -> str:
    """Return what distinguishes two events of one kind, person and second: results of two sends have no EventKey."""
    if event in LIST_EVENTS:
        return _digest(xml)
    key = node.get("EventKey") or node.get("MsgID") or ""
    if not isinstance(key, str):
        return _digest(xml)
    return key if len(key) <= LONGEST_READABLE_KEY else _digest(key.encode())


def _digest(data: bytes) -> str:
    return blake2b(data, digest_size=16).hexdigest()


def _subscribe(node: Node, head: dict[str, Any]) -> messages.Push:
    key = text_of(node, "EventKey")
    scene = key.removeprefix(QR_PREFIX) if key.startswith(QR_PREFIX) else ""
    return messages.Subscribe(**head, scene=scene, ticket=text_of(node, "Ticket"))


def _menu(node: Node, head: dict[str, Any]) -> dict[str, Any]:
    return {**head, "event_key": text_of(node, "EventKey"), "menu_id": text_of(node, "MenuId")}


def _scan_code(waits: bool) -> Builder:
    def build(node: Node, head: dict[str, Any]) -> messages.Push:
        info = child_node(node, "ScanCodeInfo")
        kind, result = text_of(info, "ScanType"), text_of(info, "ScanResult")
        return messages.ScanCode(**_menu(node, head), waits=waits, scan_type=kind, result=result)

    return build


def _pictures(how: str) -> Builder:
    def build(node: Node, head: dict[str, Any]) -> messages.Push:
        info = child_node(node, "SendPicsInfo")
        digests = tuple(text_of(item, "PicMd5Sum") for item in each(child_node(info, "PicList"), "item"))
        return messages.Pictures(**_menu(node, head), how=how, count=whole(info, "Count"), digests=digests)

    return build


def _location_select(node: Node, head: dict[str, Any]) -> messages.Push:
    info = child_node(node, "SendLocationInfo")
    return messages.LocationSelect(
        **_menu(node, head),
        latitude=decimal(info, "Location_X"),
        longitude=decimal(info, "Location_Y"),
        scale=text_of(info, "Scale"),
        label=text_of(info, "Label"),
        place_name=text_of(info, "Poiname"),
    )


def _mass_finish(node: Node, head: dict[str, Any]) -> messages.Push:
    urls = each(child_node(child_node(node, "ArticleUrlResult"), "ResultList"), "item")
    return messages.MassSendJobFinish(
        **head,
        msg_id=whole(node, "MsgID"),
        status=text_of(node, "Status"),
        total=whole(node, "TotalCount"),
        filtered=whole(node, "FilterCount"),
        sent=whole(node, "SentCount"),
        failed=whole(node, "ErrorCount"),
        check_state=text_of(child_node(node, "CopyrightCheckResult"), "CheckState"),
        article_urls=tuple((whole(item, "ArticleIdx"), text_of(item, "ArticleUrl")) for item in urls),
    )


def _choices(node: Node, name: str) -> tuple[messages.TemplateChoice, ...]:
    return tuple(
        messages.TemplateChoice(
            text_of(item, "TemplateId"), text_of(item, "SubscribeStatusString"), text_of(item, "PopupScene")
        )
        for item in each(child_node(node, name), "List")
    )


def _notices(node: Node) -> tuple[messages.SentNotice, ...]:
    names = ("TemplateId", "MsgID", "ErrorCode", "ErrorStatus")
    return tuple(
        messages.SentNotice(*(text_of(item, name) for name in names))
        for item in each(child_node(node, "SubscribeMsgSentEvent"), "List")
    )


def _profile(node: Node, head: dict[str, Any]) -> dict[str, Any]:
    # The profile's person is in OpenID; the sender is the platform if they differ.
    subject = text_of(node, "OpenID") or head["openid"]
    return {**head, "subject": subject, "union_id": text_of(node, "UnionID"), "app_id": text_of(node, "AppID")}


def _revoked(node: Node, head: dict[str, Any]) -> messages.Push:
    codes = tuple(code.strip() for code in text_of(node, "RevokeInfo").split(",") if code.strip())
    return messages.AuthorizationRevoked(**_profile(node, head), revoked=codes)


MESSAGES: Mapping[str, Builder] = {
    "text": lambda n, head: messages.Text(**head, content=text_of(n, "Content"), menu_id=text_of(n, "bizmsgmenuid")),
    "image": lambda n, head: messages.Image(**head, media_id=text_of(n, "MediaId"), picture_url=text_of(n, "PicUrl")),
    "voice": lambda n, head: messages.Voice(
        **head,
        media_id=text_of(n, "MediaId"),
        media_id_16k=text_of(n, "MediaId16K"),
        format=text_of(n, "Format"),
        recognition=text_of(n, "Recognition"),
    ),
    "video": lambda n, head: messages.Video(
        **head, media_id=text_of(n, "MediaId"), thumb_media_id=text_of(n, "ThumbMediaId")
    ),
    "shortvideo": lambda n, head: messages.ShortVideo(
        **head, media_id=text_of(n, "MediaId"), thumb_media_id=text_of(n, "ThumbMediaId")
    ),
    "location": lambda n, head: messages.Location(
        **head,
        latitude=decimal(n, "Location_X"),
        longitude=decimal(n, "Location_Y"),
        scale=whole(n, "Scale"),
        label=text_of(n, "Label"),
    ),
    "link": lambda n, head: messages.Link(
        **head, title=text_of(n, "Title"), description=text_of(n, "Description"), url=text_of(n, "Url")
    ),
}

EVENTS: Mapping[str, Builder] = {
    "subscribe": _subscribe,
    "unsubscribe": lambda _, head: messages.Unsubscribe(**head),
    "scan": lambda n, head: messages.Scan(**head, scene=text_of(n, "EventKey"), ticket=text_of(n, "Ticket")),
    "location": lambda n, head: messages.LocationReport(
        **head,
        latitude=decimal(n, "Latitude"),
        longitude=decimal(n, "Longitude"),
        precision=decimal(n, "Precision"),
    ),
    "click": lambda n, head: messages.Click(**_menu(n, head)),
    "view": lambda n, head: messages.View(**_menu(n, head)),
    "view_miniprogram": lambda n, head: messages.ViewMiniprogram(**_menu(n, head)),
    "scancode_push": _scan_code(waits=False),
    "scancode_waitmsg": _scan_code(waits=True),
    "pic_sysphoto": _pictures("pic_sysphoto"),
    "pic_photo_or_album": _pictures("pic_photo_or_album"),
    "pic_weixin": _pictures("pic_weixin"),
    "location_select": _location_select,
    "templatesendjobfinish": lambda n, head: messages.TemplateSendJobFinish(
        **head, msg_id=whole(n, "MsgID"), status=text_of(n, "Status")
    ),
    "masssendjobfinish": _mass_finish,
    "subscribe_msg_popup_event": lambda n, head: messages.SubscribeMsgPopup(
        **head, choices=_choices(n, "SubscribeMsgPopupEvent")
    ),
    "subscribe_msg_change_event": lambda n, head: messages.SubscribeMsgChange(
        **head, choices=_choices(n, "SubscribeMsgChangeEvent")
    ),
    "subscribe_msg_sent_event": lambda n, head: messages.SubscribeMsgSent(**head, notices=_notices(n)),
    "user_info_modified": lambda n, head: messages.UserInfoModified(**_profile(n, head)),
    "user_authorization_revoke": _revoked,
    "user_authorization_cancellation": lambda n, head: messages.AuthorizationCancelled(**_profile(n, head)),
}

LIST_EVENTS = frozenset({"subscribe_msg_popup_event", "subscribe_msg_change_event", "subscribe_msg_sent_event"})
