"""Officials enter the policy's extension: answers, verdicts and reminders follow, naming the document."""

from datetime import date

from storage.engine.transactions import Tx
from storage.policy import published_details
from tests.conversations.stage import Stage, register, said
from tests.conversations.test_reminders import shanghai, tick, told, wait_until
from tests.details import an_extension, publish

CITED = "有效期已延长至2030年12月31日（含当日），依据〈关于延长若干措施有效期的通知〉（市政府办公厅，2026-10-08）。"


async def test_what_names_the_old_last_day_names_the_document_that_extends_it(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    assert CITED not in said(await phone.say("有效期到什么时候"))
    await stage.database().write(publish, an_extension())
    answer = said(await phone.say("有效期到什么时候"))
    assert "有效期至2028年12月31日" in answer, "the quote stays as it is"
    assert CITED in answer
    assert CITED not in said(await phone.say("算力券"))
    assert "有效期至2030年12月31日" in said(await stage.phone("企业·负责人").follow())


async def test_verdicts_turn_only_at_the_new_end(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    await stage.database().write(publish, an_extension())
    wait_until(stage, shanghai("2029-01-01T00:00:01"))
    assert "政策已到期" not in said(await phone.say("8.1"))
    assert "政策已到期" not in said(await phone.say("我能享受什么"))
    wait_until(stage, shanghai("2031-01-01T00:00:01"))
    assert said(await phone.say("8.1")).startswith("政策已到期（有效期至2030年12月31日）。")


async def test_an_extension_that_is_taken_back_leaves_the_policys_own_end(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    number = await stage.database().write(publish, an_extension())
    assert CITED in said(await phone.say("有效期到什么时候"))

    def take_back(tx: Tx) -> None:
        published_details.set_state(tx, number, "withdrawn", 2, "录错了")

    await stage.database().write(take_back)
    assert CITED not in said(await phone.say("有效期到什么时候"))
    wait_until(stage, shanghai("2029-01-01T00:00:01"))
    assert said(await phone.say("8.1")).startswith("政策已到期（有效期至2028年12月31日）。")


async def test_of_two_extensions_the_newer_document_counts(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    await stage.database().write(publish, an_extension())
    await stage.database().write(publish, an_extension(date(2032, 12, 31)))
    assert "有效期已延长至2032年12月31日" in said(await phone.say("有效期到什么时候"))


async def test_who_was_told_of_the_end_is_told_of_the_new_one_and_reminded_before_that(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    await tick(stage)
    wait_until(stage, shanghai("2028-10-02T12:00:00"))
    await tick(stage)
    before = await told(stage)
    assert any("有效期至2028年12月31日" in text for text in before)
    said(await phone.say("帮助"))
    await stage.database().write(publish, an_extension())
    await tick(stage)
    corrections = await told(stage)
    assert any("2030年12月31日" in text and "2028年12月31日" in text for text in corrections), corrections
    wait_until(stage, shanghai("2028-12-30T12:00:00"))
    await tick(stage)
    assert not any("有效期至2028年12月31日" in text for text in (await told(stage))[len(corrections) :])
    wait_until(stage, shanghai("2030-12-02T12:00:00"))
    await tick(stage)
    assert any("有效期至2030年12月31日" in text for text in await told(stage))
