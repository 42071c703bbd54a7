"""Too long a message is refused with advice, before anything reads it; a running dialog continues."""

import pytest

from bot.chat.context import MOST_TYPED
from tests.conversations.stage import Stage, said


@pytest.mark.parametrize("words", ["长" * (MOST_TYPED + 1), "1" * 8_000, "ﷺ" * 100, "人工 " + "问" * 2_000])
async def test_a_long_message_is_refused_and_the_journey_goes_on(stage: Stage, words: str) -> None:
    phone = stage.phone("企业·财务")
    await phone.follow()
    await phone.say("注册")
    answer = said(await phone.say(words))
    assert f"请缩短到{MOST_TYPED}个字以内" in answer
    assert "企业名称" in answer
    assert "名录里找到" in said(await phone.say("云杼传感"))


async def test_blanks_around_a_message_do_not_count(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await phone.follow()
    assert "8.1" in said(await phone.say(" \n" * MOST_TYPED + "算力券" + "\u3000" * MOST_TYPED))
