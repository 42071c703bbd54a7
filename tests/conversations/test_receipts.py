"""回执: an answer is found again by its code, only by the firm's own people, and is gone with its reader."""

import re

from sqlalchemy import select

from storage.chat.receipts import RECEIPTS
from storage.engine.transactions import Tx
from tests.conversations.stage import Stage, register, said

WRONG = "没有找到这张回执"


def code_in(text: str) -> str:
    found = re.search(r"回执 ([2-9A-HJ-NP-Z]{8})", text)
    assert found is not None, text
    return found[1]


async def test_a_receipt_shows_verdicts_grounds_and_what_has_changed(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    code = code_in(said(await phone.say("我能享受什么")))
    unchanged = said(await phone.say(f"回执 {code}"))
    assert "2026-11-05" in unchanged
    assert "企业规模：小型（您填写" in unchanged
    assert "到现在没有变化" in unchanged
    await phone.say("4")
    changed = said(await phone.say(f"回执：{code[:4].lower()}-{code[4:].lower()}"))
    assert "出口：不清楚 → 做或想做" in changed
    assert "11.1 “借船、链式、抱团”出海平台（第十一条）：还差情况 → 条件已对上" in changed


async def test_the_same_result_on_the_same_day_keeps_its_code(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    first = code_in(said(await phone.say("我能享受什么")))
    assert code_in(said(await phone.say("我能享受什么"))) == first
    await phone.say("4")
    assert code_in(said(await phone.tap("以后再说"))) != first


async def test_others_are_told_the_same_as_for_a_code_of_nothing_and_after_five_one_waits(stage: Stage) -> None:
    first, second = stage.phone("甲"), stage.phone("乙")
    await register(first)
    code = code_in(said(await first.say("我能享受什么")))
    await register(second)
    assert said(await second.say(f"回执 {code}")) == said(await second.say("回执 WWWWWWWW"))
    for _ in range(3):
        await second.say("回执 XXXXXXXX")
    own = code_in(said(await second.say("我能享受什么")))
    assert "这一次没有核对。请等1分钟" in said(await second.say(f"回执 {own}"))
    assert "条件已对上" in said(await first.say(f"回执 {code}"))


async def test_a_receipt_is_sealed_and_stays_with_the_firm_without_its_person(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    code = code_in(said(await phone.say("我能享受什么")))

    def kept(tx: Tx) -> list[str]:
        return [repr(row) for row in tx.execute(select(RECEIPTS))]

    (row,) = await stage.database().read(kept)
    assert code not in row
    assert "云杼" not in row
    await phone.unfollow()
    assert len(await stage.database().read(kept)) == 1
    assert await stage.database().read(lambda tx: tx.execute(select(RECEIPTS.c.person_id)).scalars().all()) == [None]


async def test_a_receipt_word_alone_is_told_how_to_ask(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await phone.follow()
    assert "请连同回执号一起发" in said(await phone.say("回执"))
