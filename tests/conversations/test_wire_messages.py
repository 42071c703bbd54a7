"""Everything that is not typed: voice, pictures, locations, taps on an old menu, a closed account."""

import pytest

from bot.simulator.oddities import ODDITIES
from tests.conversations.stage import Stage, register, said


async def test_a_recognised_voice_is_answered_like_typing(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await phone.follow()
    assert "8.1" in said(await phone.send_voice("算力券。"))


async def test_a_voice_without_words_asks_to_type(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await phone.follow()
    assert "没能转成文字" in said(await phone.send_voice())


async def test_a_picture_in_the_middle_of_a_step_keeps_the_step(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await phone.follow()
    await phone.say("注册")
    answer = said(await phone.send_picture())
    assert "请打字问" in answer
    assert "企业名称" in answer
    assert "名录里找到" in said(await phone.say("云杼传感"))


async def test_a_place_gets_a_helpful_line(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await phone.follow()
    assert "请打字问" in said(await phone.send_location())


async def test_a_qr_code_greets_whoever_is_known(stage: Stage) -> None:
    stranger, known = stage.phone("路过"), stage.phone("企业·财务")
    await stranger.follow("door")
    assert "欢迎回来。可以直接问政策" in said(await stranger.scan("door"))
    await register(known)
    assert "您正代表：南京云杼传感科技有限公司" in said(await known.scan("door"))


async def test_a_closed_account_is_erased(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    assert await phone.oddity("account_deleted") == []
    assert "还没有登记企业" in said(await phone.say("我的资料"))


@pytest.mark.parametrize("name", sorted(ODDITIES.keys() - {"forged"}))
async def test_nothing_rare_that_the_platform_pushes_fails(stage: Stage, name: str) -> None:
    phone = stage.phone("企业·财务")
    await phone.follow()
    assert [bubble.kind for bubble in await phone.oddity(name) if bubble.kind != "text"] == []
    assert "第八条" in said(await phone.say("8.1"))


@pytest.mark.parametrize("name", ["file", "unknown_type"])
async def test_a_message_of_a_kind_nobody_reads_gets_a_helpful_line_and_keeps_the_step(stage: Stage, name: str) -> None:
    phone = stage.phone("企业·财务")
    await phone.follow()
    await phone.say("注册")
    answer = said(await phone.oddity(name))
    assert "请打字问" in answer
    assert "企业名称" in answer


async def test_an_event_nobody_knows_is_taken_in_silence(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await phone.follow()
    assert await phone.oddity("unknown_event") == []
