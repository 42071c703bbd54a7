"""Every message and event of the protocol gets its typed class; repeats of a push share its key."""

import dataclasses

import pytest
from wechatpy import parse_message

from bot.wechat import messages
from bot.wechat.parsing import EVENTS, MESSAGES, parse
from tests.wechat import platform

HEAD = {"account", "openid", "created", "key", "secure", "exposed"}


def own_fields(push: messages.Push) -> dict[str, object]:
    return {f.name: getattr(push, f.name) for f in dataclasses.fields(push) if f.name not in HEAD}


def cdata(**nodes: str) -> str:
    return "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in nodes.items())


ARTICLE = {"article_id": "", "article_index": 0}
MESSAGE_CASES = [
    ("text", cdata(Content="你好😀"), messages.Text, {"content": "你好😀", "menu_id": ""}),
    ("text", cdata(Content=""), messages.Text, {"content": "", "menu_id": ""}),
    ("text", cdata(Content="是", bizmsgmenuid="101"), messages.Text, {"content": "是", "menu_id": "101"}),
    (
        "image",
        cdata(PicUrl="http://p/1", MediaId="m1"),
        messages.Image,
        {"media_id": "m1", "picture_url": "http://p/1"},
    ),
    (
        "voice",
        cdata(MediaId="m2", Format="amr", MediaId16K="m3"),
        messages.Voice,
        {"media_id": "m2", "media_id_16k": "m3", "format": "amr", "recognition": ""},
    ),
    (
        "voice",
        cdata(MediaId="m2", Format="speex", Recognition="算力券"),
        messages.Voice,
        {"media_id": "m2", "media_id_16k": "", "format": "speex", "recognition": "算力券"},
    ),
    ("video", cdata(MediaId="m4", ThumbMediaId="t"), messages.Video, {"media_id": "m4", "thumb_media_id": "t"}),
    (
        "shortvideo",
        cdata(MediaId="m5", ThumbMediaId="t"),
        messages.ShortVideo,
        {"media_id": "m5", "thumb_media_id": "t"},
    ),
    (
        "location",
        "<Location_X>32.06</Location_X><Location_Y>118.79</Location_Y><Scale>20</Scale>" + cdata(Label="南京"),
        messages.Location,
        {"latitude": 32.06, "longitude": 118.79, "scale": 20, "label": "南京"},
    ),
    (
        "link",
        cdata(Title="t", Description="d", Url="http://u"),
        messages.Link,
        {"title": "t", "description": "d", "url": "http://u"},
    ),
]


@pytest.mark.parametrize(("kind", "nodes", "wanted", "fields"), MESSAGE_CASES)
def test_each_message_becomes_its_class(kind: str, nodes: str, wanted: type, fields: dict[str, object]) -> None:
    push = parse(platform.message(kind, nodes, msg_id="7"), secure=True)
    assert type(push) is wanted
    assert own_fields(push) == {**ARTICLE, **fields}
    assert (push.account, push.openid, push.created) == (platform.ACCOUNT, platform.OPENID, platform.NOW)
    assert (push.key, push.secure) == (f"7:{platform.OPENID}", True)


MENU = {"event_key": "k", "menu_id": ""}
PICTURES = (
    cdata(EventKey="k") + "<SendPicsInfo><Count>2</Count><PicList><item><PicMd5Sum>a</PicMd5Sum></item>"
    "<item><PicMd5Sum>b</PicMd5Sum></item></PicList></SendPicsInfo>"
)
SCAN_CODE = cdata(EventKey="k") + "<ScanCodeInfo>" + cdata(ScanType="qrcode", ScanResult="1") + "</ScanCodeInfo>"
PLACE = (
    cdata(EventKey="k") + "<SendLocationInfo><Location_X>23</Location_X><Location_Y>-113.5</Location_Y>"
    "<Scale>15</Scale><Label>x</Label><Poiname></Poiname></SendLocationInfo>"
)
PROFILE = cdata(OpenID="oSUBJECT", AppID="wx1", RevokeInfo="1, 2,301")
LONG_URL = "https://example.com/" + "a" * 400
EVENT_CASES = [
    ("subscribe", "", messages.Subscribe, {"scene": "", "ticket": ""}),
    ("subscribe", cdata(EventKey=""), messages.Subscribe, {"scene": "", "ticket": ""}),
    ("subscribe", cdata(EventKey="qrscene_123", Ticket="T"), messages.Subscribe, {"scene": "123", "ticket": "T"}),
    (
        "subscribe",
        cdata(EventKey="qrscene_qrscene_1", Ticket="T"),
        messages.Subscribe,
        {"scene": "qrscene_1", "ticket": "T"},
    ),
    ("subscribe", cdata(EventKey="last_trade_no_1"), messages.Subscribe, {"scene": "", "ticket": ""}),
    ("unsubscribe", cdata(EventKey=""), messages.Unsubscribe, {}),
    ("SCAN", cdata(EventKey="roster", Ticket="T"), messages.Scan, {"scene": "roster", "ticket": "T"}),
    (
        "LOCATION",
        "<Latitude>23.13</Latitude><Longitude>113.35</Longitude><Precision>119.38</Precision>",
        messages.LocationReport,
        {"latitude": 23.13, "longitude": 113.35, "precision": 119.38},
    ),
    ("CLICK", cdata(EventKey="k"), messages.Click, MENU),
    ("click", cdata(EventKey="k"), messages.Click, MENU),
    ("VIEW", cdata(EventKey=LONG_URL, MenuId="9"), messages.View, {"event_key": LONG_URL, "menu_id": "9"}),
    ("view_miniprogram", cdata(EventKey="k"), messages.ViewMiniprogram, MENU),
    ("scancode_push", SCAN_CODE, messages.ScanCode, {**MENU, "waits": False, "scan_type": "qrcode", "result": "1"}),
    ("scancode_waitmsg", SCAN_CODE, messages.ScanCode, {**MENU, "waits": True, "scan_type": "qrcode", "result": "1"}),
    ("pic_sysphoto", PICTURES, messages.Pictures, {**MENU, "how": "pic_sysphoto", "count": 2, "digests": ("a", "b")}),
    (
        "pic_photo_or_album",
        PICTURES.replace("<item><PicMd5Sum>b</PicMd5Sum></item>", ""),
        messages.Pictures,
        {**MENU, "how": "pic_photo_or_album", "count": 2, "digests": ("a",)},
    ),
    ("pic_weixin", cdata(EventKey="k"), messages.Pictures, {**MENU, "how": "pic_weixin", "count": 0, "digests": ()}),
    (
        "location_select",
        PLACE,
        messages.LocationSelect,
        {**MENU, "latitude": 23.0, "longitude": -113.5, "scale": "15", "label": "x", "place_name": ""},
    ),
    (
        "TEMPLATESENDJOBFINISH",
        "<MsgID>200163836</MsgID>" + cdata(Status="failed: system failed"),
        messages.TemplateSendJobFinish,
        {"msg_id": 200163836, "status": "failed: system failed"},
    ),
    (
        "MASSSENDJOBFINISH",
        "<MsgID>9</MsgID><Status>send success</Status><TotalCount>100</TotalCount><FilterCount>80</FilterCount>"
        "<SentCount>75</SentCount><ErrorCount>5</ErrorCount><CopyrightCheckResult><Count>1</Count><ResultList><item>"
        "<ArticleIdx>1</ArticleIdx></item></ResultList><CheckState>2</CheckState></CopyrightCheckResult>"
        "<ArticleUrlResult><Count>1</Count><ResultList><item><ArticleIdx>1</ArticleIdx><ArticleUrl>u</ArticleUrl>"
        "</item></ResultList></ArticleUrlResult>",
        messages.MassSendJobFinish,
        {
            "msg_id": 9,
            "status": "send success",
            "total": 100,
            "filtered": 80,
            "sent": 75,
            "failed": 5,
            "check_state": "2",
            "article_urls": ((1, "u"),),
        },
    ),
    (
        "subscribe_msg_popup_event",
        "<SubscribeMsgPopupEvent><List><TemplateId>A</TemplateId><SubscribeStatusString>accept</SubscribeStatusString>"
        "<PopupScene>1</PopupScene></List><List><TemplateId>B</TemplateId><SubscribeStatusString>reject"
        "</SubscribeStatusString><PopupScene>2</PopupScene></List></SubscribeMsgPopupEvent>",
        messages.SubscribeMsgPopup,
        {"choices": (messages.TemplateChoice("A", "accept", "1"), messages.TemplateChoice("B", "reject", "2"))},
    ),
    (
        "subscribe_msg_change_event",
        "<SubscribeMsgChangeEvent><List><TemplateId>A</TemplateId><SubscribeStatusString>reject"
        "</SubscribeStatusString></List></SubscribeMsgChangeEvent>",
        messages.SubscribeMsgChange,
        {"choices": (messages.TemplateChoice("A", "reject"),)},
    ),
    (
        "subscribe_msg_sent_event",
        "<SubscribeMsgSentEvent><List><TemplateId>A</TemplateId><MsgID>17</MsgID><ErrorCode>0</ErrorCode>"
        "<ErrorStatus>success</ErrorStatus></List></SubscribeMsgSentEvent>",
        messages.SubscribeMsgSent,
        {"notices": (messages.SentNotice("A", "17", "0", "success"),)},
    ),
    (
        "user_info_modified",
        PROFILE,
        messages.UserInfoModified,
        {"subject": "oSUBJECT", "union_id": "", "app_id": "wx1"},
    ),
    (
        "user_authorization_revoke",
        PROFILE,
        messages.AuthorizationRevoked,
        {"subject": "oSUBJECT", "union_id": "", "app_id": "wx1", "revoked": ("1", "2", "301")},
    ),
    (
        "user_authorization_cancellation",
        "",
        messages.AuthorizationCancelled,
        {"subject": platform.OPENID, "union_id": "", "app_id": ""},
    ),
    (
        "PUBLISHJOBFINISH",
        "<PublishEventInfo><x>1</x></PublishEventInfo>",
        messages.OtherEvent,
        {"kind": "publishjobfinish"},
    ),
    ("kf_create_session", "<EventKey><odd>1</odd></EventKey>", messages.OtherEvent, {"kind": "kf_create_session"}),
]


@pytest.mark.parametrize(("name", "nodes", "wanted", "fields"), EVENT_CASES)
def test_each_event_becomes_its_class(name: str, nodes: str, wanted: type, fields: dict[str, object]) -> None:
    push = parse(platform.event(name, nodes), secure=False)
    assert type(push) is wanted
    assert own_fields(push) == fields
    assert not push.secure


def test_the_cases_above_leave_no_known_type_out() -> None:
    assert {case[0] for case in MESSAGE_CASES} == set(MESSAGES)
    assert {case[0].lower() for case in EVENT_CASES} >= set(EVENTS)


def test_a_message_sent_from_an_article_names_the_article() -> None:
    push = parse(platform.message("text", "<Content>x</Content><MsgDataId>22</MsgDataId><Idx>3</Idx>"), secure=False)
    assert isinstance(push, messages.Text)
    assert (push.article_id, push.article_index) == ("22", 3)


def test_an_unknown_message_is_known_as_unknown() -> None:
    push = parse(platform.message("Hologram", msg_id="5"), secure=False)
    assert isinstance(push, messages.OtherMessage)
    assert (push.kind, push.key) == ("hologram", f"5:{platform.OPENID}")


@pytest.mark.parametrize("kind", sorted({"text", "image", "voice", "video", "shortvideo", "link", "location"}))
def test_wechatpy_reads_the_same_from_messages(kind: str) -> None:
    nodes = next(nodes for name, nodes, _, _ in MESSAGE_CASES if name == kind)
    xml = platform.message(kind, nodes, msg_id="9223372036854775807")
    ours, theirs = parse(xml, secure=False), parse_message(xml)
    assert (ours.account, ours.openid, ours.created) == (theirs.target, theirs.source, theirs.time)
    assert ours.key == f"{theirs.id}:{theirs.source}"
    for name in ("content", "media_id", "thumb_media_id", "label", "title", "description", "url", "format"):
        if hasattr(ours, name):
            assert getattr(ours, name) == (getattr(theirs, name) or "")


# What distinguishes pushes, and what does not.


def key(xml: bytes) -> str:
    return parse(xml, secure=False).key


def test_the_largest_message_id_is_kept_exactly() -> None:
    assert key(platform.text("x", 2**63 - 1)) == f"{2**63 - 1}:{platform.OPENID}"


def test_a_message_without_an_id_is_known_by_its_body() -> None:
    first, second = (platform.message("text", f"<Content>{word}</Content>") for word in ("一", "二"))
    assert key(first) == key(first)
    assert key(first) != key(second)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (platform.event("CLICK", cdata(EventKey="a")), platform.event("CLICK", cdata(EventKey="b"))),
        (platform.event("subscribe"), platform.event("unsubscribe")),
        (platform.event("subscribe"), platform.event("subscribe", created=platform.NOW + 1)),
        (platform.event("subscribe"), platform.message("event", cdata(Event="subscribe"), sender="oOTHER")),
        (platform.event("VIEW", cdata(EventKey=LONG_URL)), platform.event("VIEW", cdata(EventKey=LONG_URL + "b"))),
        (
            platform.event("TEMPLATESENDJOBFINISH", "<MsgID>1</MsgID>"),
            platform.event("TEMPLATESENDJOBFINISH", "<MsgID>2</MsgID>"),
        ),
        (platform.event("subscribe_msg_sent_event", "<a>1</a>"), platform.event("subscribe_msg_sent_event")),
    ],
)
def test_two_events_of_one_second_are_two(one: bytes, other: bytes) -> None:
    assert key(one) != key(other)


def test_an_event_in_other_letters_is_the_same_event() -> None:
    assert key(platform.event("CLICK", cdata(EventKey="a"))) == key(platform.event("click", cdata(EventKey="a")))


def test_two_persons_with_one_message_id_have_two_keys() -> None:
    words = "<Content><![CDATA[x]]></Content>"
    assert key(platform.message("text", words, msg_id="7")) != key(
        platform.message("text", words, msg_id="7", sender="o-somebody-else")
    )


def test_what_came_unproven_never_shares_a_key_with_what_came_sealed() -> None:
    for xml in (platform.text("x"), platform.message("text"), platform.event("subscribe")):
        assert parse(xml, secure=False, exposed=True).key != parse(xml, secure=True).key


def test_no_key_grows_with_the_push() -> None:
    assert len(key(platform.event("VIEW", cdata(EventKey="https://example.com/" * 500)))) < 200


def test_the_name_for_logs_does_not_show_the_person() -> None:
    push = parse(platform.event("subscribe"), secure=False)
    assert platform.OPENID in push.key
    assert platform.OPENID not in push.trace
