"""Lists, menu, media, QR codes, OAuth (protocol §4, statements 30-34)."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from aiohttp import FormData

from tests.simulator.phone import Phone, PhoneError
from tests.simulator.stage import APP_ID, SECRET, Stage, said

CLICK = {"type": "click", "name": "点击", "key": "k"}


async def test_followers_come_in_pages_until_an_empty_one(stage: Stage) -> None:
    for number in range(5):
        await stage.follower(f"手机 {number}")
    stage.platform.switches.page_size = 2
    token, after, pages = await stage.token(), "", list[list[str]]()
    while True:
        page = await stage.api("GET", "/cgi-bin/user/get", access_token=token, next_openid=after)
        if page["count"] == 0:
            assert "data" not in page
            break
        pages.append(page["data"]["openid"])
        after = page["next_openid"]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert page["total"] == len({openid for page in pages for openid in page}) == 5


async def test_media_are_kept_three_days(stage: Stage) -> None:
    token = await stage.token()
    form = FormData()
    form.add_field("media", b"\xff\xd8picture", filename="p.jpg", content_type="image/jpeg")
    kept = await stage.api("POST", "/cgi-bin/media/upload", form, access_token=token, type="image")
    address = f"{stage.url}/cgi-bin/media/get?access_token={token}&media_id={kept['media_id']}"
    async with stage.session.get(address) as response:
        assert (response.content_type, await response.read()) == ("image/jpeg", b"\xff\xd8picture")
    stage.clock.advance(timedelta(days=3))
    address = address.replace(token, await stage.token())
    async with stage.session.get(address) as response:
        assert (response.status, "40007" in await response.text()) == (200, True)


@pytest.mark.parametrize(
    ("kind", "name", "size", "code"),
    [
        ("film", "p.jpg", 5, 40004),
        ("image", "p.exe", 5, 40005),
        ("thumb", "p.jpg", 65537, 40012),
        ("image", "", 0, 41005),
    ],
)
async def test_media_of_a_wrong_kind_or_size_have_their_codes(
    stage: Stage, kind: str, name: str, size: int, code: int
) -> None:
    form = FormData()
    form.add_field("media", b"x" * size, filename=name or "p.jpg", content_type="image/jpeg")
    answer = await stage.api("POST", "/cgi-bin/media/upload", form, access_token=await stage.token(), type=kind)
    assert answer["errcode"] == code


async def test_a_menu_is_set_shown_told_and_deleted_with_its_conditional_ones(stage: Stage) -> None:
    phone = await stage.follower()
    token = await stage.token()

    async def menu(name: str, asked: object = None) -> dict[str, Any]:
        return await stage.api("GET" if asked is None else "POST", f"/cgi-bin/menu/{name}", asked, access_token=token)

    assert (await menu("get"))["errcode"] == 46003
    assert (await menu("addconditional", {"button": [CLICK], "matchrule": {"tag_id": "2"}}))["errcode"] == 65303
    assert (await menu("create", {"button": [CLICK]})) == {"errcode": 0, "errmsg": "ok"}
    assert "menuid" in await menu("addconditional", {"button": [CLICK], "matchrule": {"tag_id": "2"}})
    told = await menu("get")
    assert told["menu"]["button"] == [CLICK]
    assert len(told["conditionalmenu"]) == 1
    await phone.tap_menu("点击")
    assert stage.posts[-1].fields["EventKey"] == "k"
    await menu("delete")
    assert (await menu("get"))["errcode"] == 46003
    with pytest.raises(PhoneError):
        await phone.tap_menu("点击")


@pytest.mark.parametrize(
    ("buttons", "code"),
    [
        ([CLICK] * 4, 40016),
        ([], 40016),
        ([{**CLICK, "name": "专精特新政"}], 0),
        ([{**CLICK, "name": "专精特新政策"}], 40018),
        ([{**CLICK, "key": "k" * 129}], 40019),
        ([{"type": "view", "name": "a", "url": "u" * 1025}], 40020),
        ([{**CLICK, "type": "dance"}], 40017),
        ([{"name": "a", "sub_button": [CLICK] * 6}], 40023),
        ([{"name": "a", "sub_button": [{**CLICK, "name": "政" * 21}]}], 40025),
        ([{**CLICK, "name": "\\u653f"}], 40033),
    ],
)
async def test_a_menu_the_platform_does_not_take_has_its_code(
    stage: Stage, buttons: list[dict[str, Any]], code: int
) -> None:
    body: object = {"button": buttons}
    if code == 40033:
        body = '{"button":[{"type":"click","name":"\\u653f","key":"k"}]}'
    answer = await stage.api("POST", "/cgi-bin/menu/create", body, access_token=await stage.token())
    assert answer["errcode"] == code


async def test_an_existing_menu_and_auto_replies_can_be_read() -> None:
    replies = {"is_autoreply_open": 1, "keyword_autoreply_info": {"list": []}}
    options = {"menu": {"button": [{"name": "a", "sub_button": [CLICK]}]}, "account": {"auto_replies": replies}}
    async with Stage(options=options) as stage:
        token = await stage.token()
        menu = await stage.api("GET", "/cgi-bin/get_current_selfmenu_info", access_token=token)
        auto = await stage.api("GET", "/cgi-bin/get_current_autoreply_info", access_token=token)
        assert menu["selfmenu_info"]["button"][0]["sub_button"]["list"] == [CLICK]
        assert auto == {"is_add_friend_reply_open": 0, **replies}


async def qr_code(stage: Stage, scene: str, seconds: int) -> dict[str, Any]:
    asked = {
        "expire_seconds": seconds,
        "action_name": "QR_STR_SCENE",
        "action_info": {"scene": {"scene_str": scene}},
    }
    return await stage.api("POST", "/cgi-bin/qrcode/create", asked, access_token=await stage.token())


async def test_scanning_follows_with_the_scene_or_scans_and_a_code_expires(stage: Stage) -> None:
    code = await qr_code(stage, "hall-3", 60)
    phone = Phone(stage.url, stage.session, "企业·财务")
    await phone.scan("hall-3")
    await phone.scan("hall-3")
    follow, scan = (posted.fields for posted in stage.posts)
    assert (follow["Event"], follow["EventKey"], follow["Ticket"]) == ("subscribe", "qrscene_hall-3", code["ticket"])
    assert (scan["Event"], scan["EventKey"], scan["Ticket"]) == ("SCAN", "hall-3", code["ticket"])
    stage.clock.advance(timedelta(seconds=60))
    await phone.scan("hall-3")
    assert len(stage.posts) == 2
    assert said(await phone.transcript())[-1] == "code_expired"
    info = await stage.api("GET", "/cgi-bin/user/info", access_token=await stage.token(), openid=phone.openid)
    assert (info["subscribe_scene"], info["qr_scene_str"]) == ("ADD_SCENE_QR_CODE", "hall-3")


async def test_a_ticket_has_a_picture_and_an_unknown_one_has_none(stage: Stage) -> None:
    ticket = (await qr_code(stage, "a", 60))["ticket"]
    for known, status in ((ticket, 200), ("x", 404)):
        async with stage.session.get(f"{stage.url}/cgi-bin/showqrcode", params={"ticket": known}) as response:
            assert response.status == status
            assert status == 404 or (await response.read()).startswith(b"\xff\xd8")


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"action_name": "QR_DANCE"}, 40052),
        ({"action_name": "QR_SCENE", "action_info": {"scene": {"scene_id": 0}}}, 40053),
        ({"action_name": "QR_LIMIT_SCENE", "action_info": {"scene": {"scene_id": 100_001}}}, 40053),
        ({"action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": "s" * 65}}}, 40053),
        ({"action_name": "QR_SCENE", "expire_seconds": 2_592_001, "action_info": {"scene": {"scene_id": 1}}}, 40053),
    ],
)
async def test_a_qr_code_the_platform_does_not_make_has_its_code(
    stage: Stage, asked: dict[str, Any], code: int
) -> None:
    answer = await stage.api("POST", "/cgi-bin/qrcode/create", asked, access_token=await stage.token())
    assert answer["errcode"] == code


async def entry_code(stage: Stage, phone: Phone, scope: str = "snsapi_base") -> str:
    back = quote("http://127.0.0.1:1/h5?a=1", safe="")
    address = (
        f"{stage.url}/connect/oauth2/authorize?appid={APP_ID}&redirect_uri={back}"
        f"&response_type=code&scope={scope}&state=s1#wechat_redirect"
    )
    led_to = await phone.authorize(address)
    assert led_to.startswith("http://127.0.0.1:1/h5?a=1&")
    query = parse_qs(urlsplit(led_to).query)
    assert query["state"] == ["s1"]
    return query["code"][0]


async def redeem(stage: Stage, code: str) -> dict[str, Any]:
    return await stage.api(
        "GET",
        "/sns/oauth2/access_token",
        appid=APP_ID,
        secret=SECRET,
        code=code,
        grant_type="authorization_code",
    )


async def test_a_code_names_the_person_once_and_for_five_minutes(stage: Stage) -> None:
    phone = await stage.follower()
    code = await entry_code(stage, phone)
    assert (await redeem(stage, code))["openid"] == phone.openid
    assert (await redeem(stage, code))["errcode"] == 40163
    late = await entry_code(stage, phone)
    stage.clock.advance(timedelta(minutes=5))
    assert (await redeem(stage, late))["errcode"] == 42003
    stage.platform.switches.expired_code = 40029
    assert (await redeem(stage, late))["errcode"] == 40029
    assert (await redeem(stage, "x"))["errcode"] == 40029


async def test_the_scope_decides_whether_the_name_is_told(stage: Stage) -> None:
    phone = await stage.follower()
    for scope, expected in (("snsapi_userinfo", "企业·财务"), ("snsapi_base", 48001)):
        token = (await redeem(stage, await entry_code(stage, phone, scope)))["access_token"]
        info = await stage.api("GET", "/sns/userinfo", access_token=token, openid=phone.openid)
        assert info.get("nickname", info.get("errcode")) == expected
        assert (await stage.api("GET", "/sns/auth", access_token=token, openid="other"))["errcode"] == 40003


async def test_a_user_token_is_renewed_for_thirty_days(stage: Stage) -> None:
    granted = await redeem(stage, await entry_code(stage, await stage.follower()))
    asked = {"appid": APP_ID, "grant_type": "refresh_token", "refresh_token": granted["refresh_token"]}
    assert (await stage.api("GET", "/sns/oauth2/refresh_token", **asked))["openid"] == granted["openid"]
    stage.clock.advance(timedelta(days=30))
    assert (await stage.api("GET", "/sns/oauth2/refresh_token", **asked))["errcode"] == 42002


@pytest.mark.parametrize(
    ("wrong", "shown"),
    [("redirect_uri=http://example.org/", "10003"), ("scope=snsapi_all", "10005"), ("appid=wxdemo9", "40013")],
)
async def test_the_authorize_page_refuses_with_its_code(stage: Stage, wrong: str, shown: str) -> None:
    right = f"appid={APP_ID}&redirect_uri=http://127.0.0.1/&scope=snsapi_base&response_type=code"
    name = wrong.split("=", 1)[0]
    query = "&".join([part for part in right.split("&") if not part.startswith(name)] + [wrong])
    async with stage.session.get(f"{stage.url}/connect/oauth2/authorize?{query}") as response:
        assert f'class="error-{shown}"' in await response.text()


async def test_unknown_addresses_and_wrong_methods_have_their_codes(stage: Stage) -> None:
    token = await stage.token()
    for path in ("dance", "tags/create", "getcallbackip", "message/mass/preview"):
        assert (await stage.api("GET", f"/cgi-bin/{path}", access_token=token))["errcode"] == 40066
    assert (await stage.api("GET", "/cgi-bin/menu/create", access_token=token))["errcode"] == 43002
    assert (await stage.api("POST", "/cgi-bin/menu/get", {}, access_token=token))["errcode"] == 43001
