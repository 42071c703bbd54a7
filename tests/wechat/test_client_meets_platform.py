"""Our client against the simulator, which knows nothing of ours: one token, every method, every uncertainty."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.simulator.faults import Fault, FaultKind
from bot.wechat.api import Api, Article
from bot.wechat.calls import Calls, Credentials
from bot.wechat.errors import ApiRefusedError, ApiUncertainError
from bot.wechat.oauth import OAuth
from bot.wechat.reactions import ReactionKind
from tests.simulator.phone import Phone
from tests.simulator.stage import APP_ID, SECRET, Stage, said
from tests.wechat.scripted import SEND, Shelf

BUTTONS = [{"name": "查政策", "sub_button": [{"type": "click", "name": "我能享受什么", "key": "ask_eligible"}]}]


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """Return the simulated platform."""
    async with Stage() as stage:
        yield stage


@pytest.fixture
def calls(stage: Stage) -> Calls:
    """Return our client, on the platform's clock; it does not wait between retries."""
    return node(stage, Shelf())


@pytest.fixture
def api(calls: Calls) -> Api:
    return Api(calls)


def node(stage: Stage, shelf: Shelf) -> Calls:
    async def sleep(_seconds: float) -> None:
        await asyncio.sleep(0)

    return Calls(stage.session, stage.url, Credentials(APP_ID, SECRET), shelf, stage.clock.now, sleep)


def asked(stage: Stage) -> Counter[str]:
    return Counter(record.call.path.removeprefix("/cgi-bin/") for record in stage.platform.api.log.latest(1000))


async def test_a_menu_is_made_told_and_tapped(stage: Stage, api: Api) -> None:
    phone = await stage.follower()
    assert await api.menu() is None
    await api.create_menu(BUTTONS)
    assert ((await api.menu()) or {})["menu"]["button"] == BUTTONS
    assert (await api.console_menu())["selfmenu_info"]["button"][0]["name"] == "查政策"
    assert (await api.console_replies())["is_autoreply_open"] == 0
    await phone.tap_menu("我能享受什么")
    assert stage.posts[-1].fields["EventKey"] == "ask_eligible"


async def test_text_and_a_card_arrive_as_they_were_written(stage: Stage, api: Api) -> None:
    phone = await stage.follower()
    await api.send_text(phone.openid, "第五条\n😀")
    await api.send_article(phone.openid, Article("题", "述", url="http://127.0.0.1/x"))
    text, card = (await phone.transcript())[-2:]
    assert (text.text, card.cards[0]["title"]) == ("第五条\n😀", "题")


async def test_a_sixth_message_has_to_be_held_and_one_out_of_the_window_falls_back(stage: Stage, api: Api) -> None:
    phone = await stage.follower()
    await phone.say("你好")
    for number in range(5):
        await api.send_text(phone.openid, str(number))
    with pytest.raises(ApiRefusedError) as caught:
        await api.send_text(phone.openid, "六")
    assert caught.value.reaction.kind is ReactionKind.HOLD
    stage.clock.advance(timedelta(hours=48))
    with pytest.raises(ApiRefusedError) as caught:
        await api.send_text(phone.openid, "七")
    assert caught.value.reaction.kind is ReactionKind.FALL_BACK


async def test_a_code_of_ours_leads_to_its_scene(stage: Stage, api: Api) -> None:
    code = await api.create_qr("hall-3", seconds=60)
    async with stage.session.get(code.picture) as response:
        assert (response.status, response.content_type) == (200, "image/jpg")
    await Phone(stage.url, stage.session, "企业·财务").scan("hall-3")
    assert stage.posts[-1].fields["EventKey"] == "qrscene_hall-3"
    assert (await api.create_qr("for-ever")).seconds == 0


async def test_a_file_comes_back_until_its_three_days_are_over(stage: Stage, api: Api) -> None:
    media_id = stage.platform.media.keep("照片.jpg", b"\xff\xd8picture")
    media = await api.download(media_id)
    assert (media.content, media.content_type) == (b"\xff\xd8picture", "image/jpeg")
    stage.clock.advance(timedelta(days=3))
    with pytest.raises(ApiRefusedError) as caught:
        await api.download(media_id)
    assert caught.value.reaction.kind is ReactionKind.REUPLOAD


async def test_a_person_who_opens_a_page_is_known_once(stage: Stage, calls: Calls) -> None:
    phone = await stage.follower("企业·财务")
    oauth = OAuth(calls)
    led_to = await phone.authorize(oauth.address("http://127.0.0.1:1/h5?a=1", "s1", wants_name=True))
    query = parse_qs(urlsplit(led_to).query)
    assert query["state"] == ["s1"]
    visitor = await oauth.redeem(query["code"][0])
    assert (visitor.openid, visitor.is_snapshot) == (phone.openid, False)
    assert await oauth.name(visitor) == "企业·财务"
    with pytest.raises(ApiRefusedError) as caught:
        await oauth.redeem(query["code"][0])
    assert caught.value.reaction.kind is ReactionKind.RESTART_OAUTH


# Tokens.


async def test_thirty_calls_of_two_nodes_and_one_expiry_need_one_token_each_time(stage: Stage) -> None:
    shelf = Shelf()
    nodes = [Api(node(stage, shelf)) for _ in range(2)]
    await nodes[0].console_replies()
    await asyncio.gather(*(nodes[number % 2].console_replies() for number in range(30)))
    assert asked(stage)["stable_token"] == 1
    stage.clock.advance(timedelta(hours=3))
    await nodes[1].console_replies()
    await asyncio.gather(*(nodes[number % 2].console_replies() for number in range(30)))
    assert asked(stage)["stable_token"] == 2


async def test_a_token_that_somebody_else_has_killed_is_replaced(stage: Stage, api: Api) -> None:
    await api.console_replies()
    stranger = {"grant_type": "client_credential", "appid": APP_ID, "secret": SECRET, "force_refresh": True}
    await stage.api("POST", "/cgi-bin/stable_token", stranger)
    stage.platform.api.log = type(stage.platform.api.log)()
    await asyncio.gather(*(api.console_replies() for _ in range(20)))
    assert asked(stage)["stable_token"] == 1


async def test_a_wrong_secret_is_asked_about_once(stage: Stage) -> None:
    calls = Calls(stage.session, stage.url, Credentials(APP_ID, "0" * 32), Shelf(), stage.clock.now)
    for _ in range(10):
        with pytest.raises(ApiRefusedError) as caught:
            await Api(calls).console_replies()
        assert caught.value.reaction.kind is ReactionKind.STOP_ALL
    assert asked(stage)["stable_token"] == 1


# Connection problems.


@pytest.mark.parametrize("kind", [FaultKind.BAD_GATEWAY, FaultKind.RESET_BEFORE])
async def test_a_question_survives_trouble(stage: Stage, api: Api, kind: FaultKind) -> None:
    await api.console_replies()
    stage.platform.faults.order(Fault(kind, "/cgi-bin/get_current_autoreply_info", count=2))
    assert "is_autoreply_open" in await api.console_replies()


@pytest.mark.parametrize(
    ("kind", "arrived"),
    [
        (FaultKind.BAD_GATEWAY, False),
        (FaultKind.EMPTY, True),
        (FaultKind.TRUNCATED, True),
        (FaultKind.RESET_BEFORE, False),
        (FaultKind.RESET_AFTER, True),
    ],
)
async def test_a_message_in_doubt_is_never_sent_twice(stage: Stage, api: Api, kind: FaultKind, arrived: bool) -> None:
    phone = await stage.follower()
    stage.platform.faults.order(Fault(kind, SEND))
    with pytest.raises(ApiUncertainError):
        await api.send_text(phone.openid, "一次")
    assert said(await phone.transcript()).count("一次") == arrived


async def test_a_busy_platform_gets_a_message_once_more_and_it_arrives_once(stage: Stage, api: Api) -> None:
    phone = await stage.follower()
    stage.platform.faults.order(Fault(FaultKind.BUSY, SEND))
    await api.send_text(phone.openid, "一次")
    assert said(await phone.transcript()).count("一次") == 1
