"""What is posted: fields, ids, modes, rare pushes (protocol §4, statements 2, 7, 10, 11)."""

from typing import Any

import pytest
import xmltodict
from aiohttp import web

from bot.simulator.account import Mode
from bot.simulator.wire import Seal, sign
from tests.simulator.stage import APP_ID, KEY, OTHER_KEY, TOKEN, Posted, Stage, reply, said, text


def opened(posted: Posted, key: str = KEY) -> dict[str, Any]:
    """Return an encrypted push's fields, its msg_signature checked."""
    query, sealed = posted.query, posted.fields["Encrypt"]
    assert query["encrypt_type"] == "aes"
    assert query["msg_signature"] == sign(TOKEN, query["timestamp"], query["nonce"], sealed)
    fields: dict[str, Any] = xmltodict.parse(Seal(key, APP_ID).open(sealed))["xml"]
    return fields


async def test_safe_mode_posts_the_addressee_and_the_sealed_text_only(stage: Stage) -> None:
    phone = await stage.follower()
    stage.use(Mode.SAFE)
    await phone.say("保密")
    assert set(stage.posts[0].fields) == {"ToUserName", "Encrypt"}
    assert opened(stage.posts[0])["Content"] == "保密"


async def test_compatible_mode_posts_both_forms_of_the_same_message(stage: Stage) -> None:
    phone = await stage.follower()
    stage.use(Mode.COMPATIBLE)
    await phone.say("两份")
    plain = {name: value for name, value in stage.posts[0].fields.items() if name != "Encrypt"}
    assert opened(stage.posts[0]) == plain
    assert plain["Content"] == "两份"


async def test_after_a_key_rotation_pushes_carry_the_new_key_or_if_switched_the_old(stage: Stage) -> None:
    phone = await stage.follower()
    stage.use(Mode.SAFE)
    stage.account.rotate_key(OTHER_KEY)
    await phone.say("新")
    stage.platform.switches.push_with_previous_key = True
    await phone.say("旧")
    assert opened(stage.posts[0], OTHER_KEY)["Content"] == "新"
    assert opened(stage.posts[1], KEY)["Content"] == "旧"


async def test_a_receiver_that_skips_msg_signature_is_fooled_by_a_forged_body(stage: Stage) -> None:
    """`signature` fits any body: only msg_signature proves the sender."""
    phone = await stage.follower()
    stage.use(Mode.COMPATIBLE)

    def is_signed(posted: Posted, *parts: str) -> bool:
        query = posted.query
        return sign(TOKEN, query["timestamp"], query["nonce"], *parts) in (query["signature"], query["msg_signature"])

    async def gullible(posted: Posted) -> web.StreamResponse:
        return reply(posted, text("信了")) if is_signed(posted) else web.Response(status=403)

    async def careful(posted: Posted) -> web.StreamResponse:
        genuine = is_signed(posted, posted.fields["Encrypt"])
        return reply(posted, text("真的")) if genuine else web.Response(text="success")

    stage.answer = gullible
    assert said(await phone.oddity("forged")) == ["信了"]
    stage.answer = careful
    assert said(await phone.oddity("forged")) == []
    assert said(await phone.say("真")) == ["真的"]


async def test_messages_have_an_id_beyond_53_bits_and_events_have_none(stage: Stage) -> None:
    phone = await stage.follower()
    await phone.say("一")
    await phone.say("一")
    await phone.oddity("empty_event_key")
    first, second, event = (posted.fields for posted in stage.posts)
    assert 2**53 < int(first["MsgId"]) < int(second["MsgId"]) < 2**63
    assert "MsgId" not in event
    assert event["FromUserName"] == phone.openid
    assert event["CreateTime"].isdecimal()


async def test_every_kind_of_message_a_person_sends_has_its_fields(stage: Stage) -> None:
    phone = await stage.follower()
    await phone.send_voice()
    await phone.send_voice("算力券")
    await phone.send_picture()
    await phone.send_location(32.1, 118.8, "江北新区")
    silent, heard, picture, place = (posted.fields for posted in stage.posts)
    assert "Recognition" not in silent
    assert heard["Recognition"] == "算力券"
    assert {"MediaId", "Format", "MediaId16K"} <= set(silent)
    assert {"PicUrl", "MediaId"} <= set(picture)
    assert (place["Location_X"], place["Location_Y"], place["Scale"], place["Label"]) == (
        "32.1",
        "118.8",
        "16",
        "江北新区",
    )


@pytest.mark.parametrize(
    ("oddity", "expected"),
    [
        ("empty_text", {"MsgType": "text", "Content": None}),
        ("emoji", {"Content": "👍🏽[微笑]/::)👨‍👩‍👧"}),
        ("section_end", {"Content": "a]]>b<![CDATA[c&amp;<d>"}),
        ("from_article", {"MsgDataId": str(2**62 + 1), "Idx": "1"}),
        ("voice_without_words", {"MsgType": "voice", "Format": "amr"}),
        ("short_video", {"MsgType": "shortvideo"}),
        ("link", {"MsgType": "link", "Url": "http://127.0.0.1/article"}),
        ("unknown_type", {"MsgType": "hologram"}),
        ("unknown_event", {"Event": "kf_create_session"}),
        ("empty_event_key", {"Event": "CLICK", "EventKey": None}),
        ("location_event", {"Event": "LOCATION", "Latitude": "32.0603"}),
        ("template_done", {"Event": "TEMPLATESENDJOBFINISH", "Status": "failed: system failed"}),
        ("mass_done", {"Event": "MASSSENDJOBFINISH", "SentCount": "75"}),
        ("profile_changed", {"Event": "user_info_modified"}),
        ("consent_withdrawn", {"Event": "user_authorization_revoke", "RevokeInfo": "1,2"}),
        ("account_deleted", {"Event": "user_authorization_cancellation"}),
        ("subscribe_again", {"Event": "subscribe", "EventKey": None}),
    ],
)
async def test_rare_pushes_come_as_documented(stage: Stage, oddity: str, expected: dict[str, Any]) -> None:
    phone = await stage.follower()
    await phone.oddity(oddity)
    fields = stage.posts[0].fields
    assert {name: fields.get(name) for name in expected} == expected
    assert "Recognition" not in fields


async def test_a_list_of_one_is_a_single_node_and_of_three_repeats_it(stage: Stage) -> None:
    phone = await stage.follower()
    await phone.oddity("one_in_list")
    await phone.oddity("many_in_list")
    one, many = (posted.fields["SubscribeMsgPopupEvent"]["List"] for posted in stage.posts)
    assert one["TemplateId"] == "template-1"
    assert [entry["TemplateId"] for entry in many] == ["template-1", "template-2", "template-3"]


async def test_menu_buttons_of_every_type_push_what_is_documented() -> None:
    kinds = ["scancode_push", "scancode_waitmsg", "pic_sysphoto", "location_select"]
    menu = {
        "button": [
            {"name": "甲", "sub_button": [{"type": kind, "name": kind, "key": "k"} for kind in kinds]},
            {
                "name": "乙",
                "type": "miniprogram",
                "pagepath": "pages/index",
                "appid": "wxdemo9",
                "url": "http://127.0.0.1",
            },
            {"name": "丙", "type": "media_id", "media_id": "m"},
        ]
    }
    async with Stage(options={"menu": menu}) as stage:
        phone = await stage.follower()
        for name in (*kinds, "乙", "丙"):
            await phone.tap_menu(name)
        by_kind = {posted.fields.get("Event", posted.fields["MsgType"]): posted.fields for posted in stage.posts}
        assert set(by_kind) == {*kinds, "image", "location", "view_miniprogram"}
        assert by_kind["scancode_waitmsg"]["ScanCodeInfo"]["ScanResult"] == "demo"
        assert by_kind["pic_sysphoto"]["SendPicsInfo"]["PicList"]["item"]["PicMd5Sum"]
        assert by_kind["location_select"]["SendLocationInfo"]["Poiname"] is None
        assert by_kind["view_miniprogram"]["EventKey"] == "pages/index"
