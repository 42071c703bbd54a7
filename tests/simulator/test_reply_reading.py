"""Which answers are shown, and which end in the failure line (protocol §4, statements 6, 10, 12, 13)."""

from collections.abc import Callable

import pytest
from aiohttp import web

from bot.simulator.account import Mode
from bot.simulator.switches import Flaw, Reaction
from bot.simulator.wire import Seal, sign
from tests.simulator.stage import APP_ID, KEY, OTHER_KEY, TOKEN, Posted, Stage, reply, reply_xml, said, text

NEWS = "<item><Title>{0}</Title><Description/><PicUrl/><Url>http://127.0.0.1/{0}</Url></item>"


def news(count: int) -> str:
    items = "".join(NEWS.format(number) for number in range(1, count + 1))
    return f"<MsgType>news</MsgType><ArticleCount>{count}</ArticleCount><Articles>{items}</Articles>"


def envelope(stage: Stage, posted: Posted, words: str, key: str = KEY, token: str = TOKEN, app: str = APP_ID) -> str:
    push = {"FromUserName": posted.query["openid"], "ToUserName": stage.account.original_id}
    sealed = Seal(key, app).close(reply_xml(push, text(words)).encode(), bytes(16))
    signature = sign(token, "1", "2", sealed)
    return (
        f"<xml><Encrypt><![CDATA[{sealed}]]></Encrypt><MsgSignature>{signature}</MsgSignature>"
        "<TimeStamp>1</TimeStamp><Nonce>2</Nonce></xml>"
    )


BAD: list[tuple[Flaw, Mode, Callable[[Stage, Posted], str]]] = [
    (Flaw.JSON, Mode.PLAIN, lambda _, __: '{"MsgType":"text"}'),
    (Flaw.HTML, Mode.PLAIN, lambda _, __: "<!DOCTYPE html><html></html>"),
    (Flaw.MALFORMED, Mode.PLAIN, lambda _, __: "<xml><MsgType>text</xml>"),
    (Flaw.MALFORMED, Mode.PLAIN, lambda _, __: "success\n"),
    (Flaw.MALFORMED, Mode.PLAIN, lambda _, __: "<!DOCTYPE xml [<!ENTITY a 'b'>]><xml>&a;</xml>"),
    (Flaw.WRONG_PARTIES, Mode.PLAIN, lambda _, posted: reply_xml(posted.fields, text("x"), to="somebody")),
    (Flaw.WRONG_PARTIES, Mode.PLAIN, lambda _, posted: reply_xml(posted.fields, text("x"), sender="gh_other")),
    (Flaw.UNKNOWN_TYPE, Mode.PLAIN, lambda _, posted: reply_xml(posted.fields, "<MsgType>hologram</MsgType>")),
    (Flaw.INCOMPLETE, Mode.PLAIN, lambda _, posted: reply_xml(posted.fields, "<MsgType>text</MsgType>")),
    (Flaw.INCOMPLETE, Mode.PLAIN, lambda _, posted: reply_xml(posted.fields, "<MsgType>image</MsgType>")),
    (Flaw.EMPTY_TEXT, Mode.PLAIN, lambda _, posted: reply_xml(posted.fields, text(""))),
    (Flaw.LONG_TEXT, Mode.PLAIN, lambda _, posted: reply_xml(posted.fields, text("策" * 683))),
    (Flaw.SEALED_IN_PLAIN_MODE, Mode.PLAIN, lambda stage, posted: envelope(stage, posted, "x")),
    (Flaw.PLAIN_IN_SAFE_MODE, Mode.SAFE, lambda _, posted: reply_xml(safe_push(posted), text("x"))),
    (Flaw.BAD_SIGNATURE, Mode.SAFE, lambda stage, posted: envelope(stage, posted, "x", token="other")),
    (Flaw.BAD_CIPHER, Mode.SAFE, lambda stage, posted: envelope(stage, posted, "x", key=OTHER_KEY)),
    (Flaw.BAD_CIPHER, Mode.SAFE, lambda stage, posted: envelope(stage, posted, "x", app="wxdemo-other")),
]


def safe_push(posted: Posted) -> dict[str, str]:
    return {"FromUserName": posted.query["openid"], "ToUserName": posted.fields["ToUserName"]}


@pytest.mark.parametrize(("flaw", "mode", "make"), BAD)
async def test_a_bad_answer_is_the_failure_line_at_once_or_nothing_if_so_switched(
    stage: Stage, flaw: Flaw, mode: Mode, make: Callable[[Stage, Posted], str]
) -> None:
    phone = await stage.follower()
    stage.use(mode)

    async def bad(posted: Posted) -> web.StreamResponse:
        return web.Response(text=make(stage, posted))

    stage.answer = bad
    assert said(await phone.say("你好")) == ["failure"]
    assert len(stage.posts) == 1
    stage.platform.switches.reactions[flaw] = Reaction.IGNORE
    assert await phone.say("你好") == []


@pytest.mark.parametrize("flaw", [Flaw.WRONG_PARTIES, Flaw.LONG_TEXT, Flaw.PLAIN_IN_SAFE_MODE, Flaw.BAD_SIGNATURE])
async def test_a_flaw_that_still_can_be_shown_is_shown_if_so_switched(stage: Stage, flaw: Flaw) -> None:
    phone = await stage.follower()
    mode, make = next((mode, make) for known, mode, make in BAD if known is flaw)
    stage.use(mode)
    stage.platform.switches.reactions[flaw] = Reaction.ACCEPT

    async def bad(posted: Posted) -> web.StreamResponse:
        return web.Response(text=make(stage, posted))

    stage.answer = bad
    assert said(await phone.say("你好"))[0][0] in "x策"


async def test_safe_mode_takes_sealed_answers_and_a_bare_success(stage: Stage) -> None:
    phone = await stage.follower()
    stage.use(Mode.SAFE)
    assert await phone.say("嗯") == []

    async def sealed(posted: Posted) -> web.StreamResponse:
        return web.Response(text=envelope(stage, posted, "密"))

    stage.answer = sealed
    assert said(await phone.say("好")) == ["密"]


async def test_compatible_mode_takes_plain_and_sealed_answers(stage: Stage) -> None:
    phone = await stage.follower()
    stage.use(Mode.COMPATIBLE)

    async def either(posted: Posted) -> web.StreamResponse:
        if len(stage.posts) == 1:
            return web.Response(text=envelope(stage, posted, "密"))
        return reply(posted, text("明"))

    stage.answer = either
    assert said(await phone.say("一")) == ["密"]
    assert said(await phone.say("二")) == ["明"]


async def test_an_answer_may_be_sealed_with_the_current_or_the_previous_key(stage: Stage) -> None:
    phone = await stage.follower()
    stage.use(Mode.SAFE)
    stage.account.rotate_key(OTHER_KEY)
    for key in (OTHER_KEY, KEY):

        async def sealed(posted: Posted, key: str = key) -> web.StreamResponse:
            return web.Response(text=envelope(stage, posted, "密", key=key))

        stage.answer = sealed
        assert said(await phone.say("好")) == ["密"]


async def test_of_two_articles_a_message_shows_the_first_or_refuses_if_so_switched(stage: Stage) -> None:
    phone = await stage.follower()

    async def two(posted: Posted) -> web.StreamResponse:
        return reply(posted, news(2))

    stage.answer = two
    assert [card["title"] for card in (await phone.say("图文"))[0].cards] == ["1"]
    stage.platform.switches.reactions[Flaw.TOO_MANY_ARTICLES] = Reaction.FAIL
    assert said(await phone.say("图文")) == ["failure"]


async def test_an_event_may_be_answered_with_eight_articles() -> None:
    menu = {"button": [{"type": "click", "name": "看", "key": "k"}]}
    async with Stage(options={"menu": menu}) as stage:
        phone = await stage.follower()

        async def nine(posted: Posted) -> web.StreamResponse:
            return reply(posted, news(9))

        stage.answer = nine
        assert len((await phone.tap_menu("看"))[0].cards) == 8


@pytest.mark.parametrize("length", [682, 683])
async def test_a_text_may_have_2048_bytes_and_not_one_more(stage: Stage, length: int) -> None:
    phone = await stage.follower()

    async def long(posted: Posted) -> web.StreamResponse:
        return reply(posted, text("策" * length))

    stage.answer = long
    assert said(await phone.say("长")) == (["策" * 682] if length == 682 else ["failure"])


async def test_the_create_time_of_an_answer_is_not_looked_at(stage: Stage) -> None:
    """Every reply of these tests claims to be from 1970."""
    phone = await stage.follower()

    async def old(posted: Posted) -> web.StreamResponse:
        return reply(posted, text("旧"))

    stage.answer = old
    assert said(await phone.say("时间")) == ["旧"]


async def test_every_reply_type_is_shown(stage: Stage) -> None:
    phone = await stage.follower()
    kinds = {
        "image": "<Image><MediaId>m</MediaId></Image>",
        "voice": "<Voice><MediaId>m</MediaId></Voice>",
        "video": "<Video><MediaId>m</MediaId><Title>t</Title></Video>",
        "music": "<Music><Title>t</Title><ThumbMediaId>m</ThumbMediaId></Music>",
        "transfer_customer_service": "",
    }
    for kind, inner in kinds.items():

        async def answer(posted: Posted, kind: str = kind, inner: str = inner) -> web.StreamResponse:
            return reply(posted, f"<MsgType>{kind}</MsgType>{inner}")

        stage.answer = answer
        await phone.say(kind)
    shown = [bubble.kind for bubble in await phone.transcript() if bubble.side != "mine"]
    assert shown[1:] == ["image", "voice", "video", "music", "handed_over"]


async def test_an_answer_to_an_event_that_takes_none_is_not_shown(stage: Stage) -> None:
    phone = await stage.follower()

    async def talk(posted: Posted) -> web.StreamResponse:
        return reply(posted, text("多嘴"))

    stage.answer = talk
    assert await phone.oddity("location_event") == []
    assert await phone.unfollow() == []
