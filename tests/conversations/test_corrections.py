"""我的资料, 修改 N, 算力填错了: every answer can be seen with its source and day, and corrected."""

from datetime import timedelta

import pytest

from notifications.text_splitting import MOST_TEXT_BYTES
from storage.engine.transactions import Tx
from storage.firms import firms
from storage.people import people
from tests.conversations.stage import Stage, openid_of, register, said

PHONE = "企业·财务"


async def value(stage: Stage, fact: str) -> object:
    """Return this phone's firm's statement of this fact; None if unknown."""

    def read(tx: Tx) -> object:
        person = people.find(tx, openid_of(stage, PHONE))
        assert person is not None
        assert person.firm_id is not None
        found = firms.own_word(tx, person.firm_id).get(fact)
        return None if found is None else found.value

    return await stage.database().read(read)


async def test_each_fact_is_listed_with_a_number_its_source_and_its_day(stage: Stage) -> None:
    phone = stage.phone(PHONE)
    await register(phone)
    profile = said(await phone.say("我的资料"))
    assert "1. 称号：专精特新中小企业（名录，2026-11-05）" in profile
    assert "企业规模：小型（您填写，2026-11-05）" in profile
    assert "要改哪项发“修改”加数字或名称" in profile


async def test_a_fact_is_asked_again_by_its_number_and_by_its_name(stage: Stage) -> None:
    phone = stage.phone(PHONE)
    await register(phone)
    profile = said(await phone.say("我的资料"))
    number = next(line.split(".")[0] for line in profile.splitlines() if "企业规模：" in line)
    asked = said(await phone.say(f"修改 {number}"))
    assert "企业规模，现在记的是：小型（您填写，2026-11-05）" in asked
    assert "3. 中型" in asked
    assert "企业规模：小型 → 中型" in said(await phone.say("3"))
    assert await value(stage, "size") == "medium"
    for words in ("修改 企业规模", "修改企业规模", "改规模", "修改　规模"):
        assert "企业规模，现在记的是：中型" in said(await phone.say(words))
    assert "企业规模：中型 → 不清楚" in said(await phone.tap("不清楚"))
    assert await value(stage, "size") is None
    assert "没有第99项" in said(await phone.say("修改 99"))


async def test_what_comes_from_the_roster_is_corrected_by_officials_only(stage: Stage) -> None:
    phone = stage.phone(PHONE)
    await register(phone)
    for words in ("修改 1", "修改 称号", "改区"):
        told = said(await phone.say(words))
        assert "来自名录，企业自己不能改" in told
        assert "人工" in told
    assert "来自名录" in said(await phone.say("我们搬到溧水区了"))


@pytest.mark.parametrize(
    ("typed", "change", "fact", "now"),
    [
        ("我们有高价值专利了", "高价值专利：不清楚 → 有", "holds_patents", True),
        ("我们不买算力了", "购买智算服务：不清楚 → 不买", "buys_compute", False),
        ("算力填错了，改成没有", "购买智算服务：不清楚 → 不买", "buys_compute", False),
        ("我们的规模不是小型，是中型", "企业规模：小型 → 中型", "size", "medium"),
        ("我们现在没有出口了", "出口：不清楚 → 不做", "exports", False),
    ],
)
async def test_a_correction_in_words_is_said_back_and_saved_on_a_yes(
    stage: Stage, typed: str, change: str, fact: str, now: object
) -> None:
    phone = stage.phone(PHONE)
    await register(phone)
    before = await value(stage, fact)
    proposed = said(await phone.say(typed))
    assert change in proposed
    assert "改吗？" in proposed
    assert "没有改动" in said(await phone.tap("不是"))
    assert await value(stage, fact) == before
    await phone.say(typed)
    done = said(await phone.tap("是"))
    assert change in done
    assert "据您所说" in done
    assert await value(stage, fact) == now


async def test_of_a_name_with_several_meanings_it_is_asked_which(stage: Stage) -> None:
    phone = stage.phone(PHONE)
    await register(phone)
    asked = said(await phone.say("我们不需要贷款了"))
    assert "1. 银行融资" in asked
    assert "2. 转贷" in asked
    assert "转贷：不清楚 → 没有" in said(await phone.say("2"))
    await phone.say("是")
    assert await value(stage, "needs_loan_bridging") is False
    assert "1. 银行融资" in said(await phone.say("贷款填错了"))
    assert "您说的是哪一项？" in said(await phone.say("9"))
    assert "第五条" in said(await phone.say("5.2"))
    assert "转贷，现在记的是：没有" in said(await phone.say("2"))


async def test_awards_received_are_asked_among_those_given_once_by_number_or_code(stage: Stage) -> None:
    phone = stage.phone(PHONE)
    await register(phone)
    asked = said(await phone.say("修改 领过的奖励"))
    assert "4. 生成式人工智能大模型备案奖励" in asked
    assert "5. " not in asked
    assert "已享受的一次性奖励：不清楚 → 首次获评小巨人奖励" in said(await phone.say("5.2"))
    assert await value(stage, "already_received") == ["5.2"]
    await phone.say("修改 领过的奖励")
    await phone.say("0")
    assert await value(stage, "already_received") == []


async def test_the_policy_on_what_is_corrected_is_one_tap_away(stage: Stage) -> None:
    phone = stage.phone(PHONE)
    await register(phone)
    assert "只想看政策，发8.1。" in said(await phone.say("我们不买算力了"))
    assert "第八条" in said(await phone.tap("8.1"))


async def test_a_correction_in_the_middle_of_the_questions_is_taken_too(stage: Stage) -> None:
    phone = stage.phone(PHONE)
    await register(phone)
    await phone.say("我能享受什么")
    await phone.say("1")
    assert "制定标准：国家标准 → 国际标准" in said(await phone.say("标准填错了，改成国际标准"))
    assert "据您所说" in said(await phone.tap("是"))
    assert await value(stage, "standards_role") == "international"


async def test_nothing_is_changed_by_a_question_and_an_offer_lapses_with_the_next_message(stage: Stage) -> None:
    phone = stage.phone(PHONE)
    await register(phone)
    for typed in ("没有专利能享受什么吗？", "我们有没有专利", "如果我们不买算力了", "算力券没有了", "我们有算力没有"):
        assert "改吗？" not in said(await phone.say(typed))
        await phone.say("是")
    await phone.say("我们有高价值专利了")
    assert "算力券" in said(await phone.say("算力券"))
    await phone.say("是")
    assert await value(stage, "holds_patents") is None


async def test_a_plain_statement_corrects_only_what_is_recorded_otherwise(stage: Stage) -> None:
    phone = stage.phone(PHONE)
    await register(phone)
    assert "改吗？" not in said(await phone.say("我们要出口"))
    await phone.say("我们不出口了")
    await phone.say("是")
    assert "出口：不做 → 做或想做" in said(await phone.say("我们要出口"))


async def test_what_was_said_a_year_ago_is_asked_anew(stage: Stage) -> None:
    phone = stage.phone(PHONE)
    await register(phone)
    await phone.say("我们不买算力了")
    await phone.say("是")
    await phone.say("我们是民营企业了")
    await phone.say("是")
    stage.clock.advance(timedelta(days=364))
    assert "一年前说的" not in said(await phone.say("我的资料"))
    stage.clock.advance(timedelta(days=1))
    profile = said(await phone.say("我的资料"))
    lines = [line for line in profile.splitlines() if "一年前说的，还对吗？" in line]
    assert [line.split("（")[0].split(". ")[1] for line in lines] == ["企业规模：小型", "购买智算服务：不买"]
    number = lines[1].split(".")[0]
    assert "购买智算服务仍是不买，日期记为2027-11-05" in said(await phone.say(f"没变 {number}"))
    assert "购买智算服务：不买（您填写，2027-11-05）" in said(await phone.say("我的资料"))
    asked = said(await phone.say("我能享受什么"))
    assert "企业规模是2026-11-05说的（小型），现在还对吗？" in asked
    assert "还对" in asked
    await phone.say("还对")
    assert "企业规模：小型（您填写，2027-11-05）" in said(await phone.say("我的资料"))


async def test_a_long_list_comes_in_pages(stage: Stage) -> None:
    phone = stage.phone(PHONE)
    await register(phone)

    def state_all(tx: Tx) -> None:
        person = people.find(tx, openid_of(stage, PHONE))
        assert person is not None
        bools = [name for name, fact in stage.parts.policy.facts.items() if fact.kind == "bool"]
        firms.save_facts(tx, person.firm_id or 0, dict.fromkeys(bools, True), "self")

    await stage.database().write(state_all)
    first = await phone.say("我的资料")
    assert len(first[0].text.encode()) <= MOST_TEXT_BYTES
    assert "没显示完" in said(first)
    pages = said(first) + said(await phone.say("更多"))
    assert "低" in pages
    last = max(int(line.split(".")[0]) for line in pages.splitlines() if line.split(".")[0].isdigit())
    assert "现在记的是：是（您填写" in said(await phone.say(f"修改 {last}"))


async def test_an_award_date_needs_its_title_and_a_day_that_exists(stage: Stage) -> None:
    phone = stage.phone(PHONE)
    await register(phone)
    assert "获评日期，现在记的是：不清楚" in said(await phone.say("修改 获评日期"))
    for wrong in ("1", "2026-09-30", "小巨人 2026-02-30", "小巨人 2026-09"):
        await phone.say(wrong)
        assert await value(stage, "award_dates") is None, wrong
    await phone.say("修改 获评日期")
    await phone.say("小巨人 2026年9月30日、专精特新 2024.12.1")
    assert await value(stage, "award_dates") == {"little_giant": "2026-09-30", "srdi": "2024-12-01"}
    assert "国家专精特新“小巨人”企业 2026-09-30、专精特新中小企业 2024-12-01" in said(await phone.say("我的资料"))
    assert "条件已对上" in said(await phone.say("我能享受什么"))
