"""已领过: statements about one-time awards received and first awards; and undoing them."""

import pytest

from storage.audit import audit
from storage.engine.transactions import Tx
from storage.firms import firms
from storage.firms.firms import KnownFact
from storage.people import people
from tests.conversations.stage import Stage, openid_of, register, said

PHONE = "企业·财务"
GIANT = "澜砚数控"


async def kept(stage: Stage, fact: str) -> KnownFact | None:
    """Return this phone's firm's statement of this fact."""

    def read(tx: Tx) -> KnownFact | None:
        person = people.find(tx, openid_of(stage, PHONE))
        assert person is not None
        assert person.firm_id is not None
        return firms.own_word(tx, person.firm_id).get(fact)

    return await stage.database().read(read)


async def value(stage: Stage, fact: str) -> object:
    found = await kept(stage, fact)
    return None if found is None else found.value


async def test_each_met_award_is_asked_about_and_a_tap_is_the_answer(stage: Stage) -> None:
    phone = stage.phone(PHONE)
    await register(phone, GIANT)
    overview = said(await phone.say("我能享受什么"))
    assert "5.2领过吗？没说的按没领过看：已领　没领　不清楚" in overview
    assert "5.1领过吗" not in overview
    assert "5.2领过吗？" in said(await phone.say("5.2"))
    assert "5.2领过吗？" in said(await phone.say("小巨人奖励多少钱"))
    done = said(await phone.tap("已领"))
    assert "记下了（2026-11-05，据您所说）" in done
    assert "5.2 首次获评小巨人奖励（第五条）：已享受" in done
    assert "原文：“对首次获评的国家制造业单项冠军企业、国家专精特新“小巨人”企业分别给予300万元、100万元奖励”" in done
    one = said(await phone.say("5.2"))
    assert "贵公司：已享受" in one
    assert "第五条" in one
    assert "5.2 首次获评小巨人奖励" not in said(await phone.say("我能享受什么")).split("还差")[0]
    assert "首次获评小巨人奖励（5.1、5.4、8.3不清楚）（您填写，2026-11-05）" in said(await phone.say("我的资料"))


async def test_what_was_said_can_be_taken_back(stage: Stage) -> None:
    phone = stage.phone(PHONE)
    await register(phone, GIANT)
    await phone.say("已领 5.2")
    assert "记下吗" in said(await phone.say("其实没领"))
    assert "文件没有写适用于哪一年获评的企业" in said(await phone.say("是"))
    told = said(await phone.say("5.2"))
    assert "文件没有写适用于哪一年获评的企业" in told
    assert "领过吗" not in told
    await phone.say("不清楚 5.2")
    assert await value(stage, "already_received") is None
    assert "5.2领过吗？" in said(await phone.say("5.2"))


@pytest.mark.parametrize(
    ("typed", "asked", "fact", "now"),
    [
        ("5.2已经领过了", "5.2 首次获评小巨人奖励：已领过", "already_received", ["?5.1", "5.2", "?5.4", "?8.3"]),
        ("我们已经领过小巨人奖励100万了", "5.2 首次获评小巨人奖励：已领过", "already_received", None),
        ("领过了", "5.2 首次获评小巨人奖励：已领过", "already_received", None),
        ("100万到账了", "5.2 首次获评小巨人奖励：已领过\n记下吗", "already_received", ["?5.1", "5.2", "?5.4", "?8.3"]),
        ("奖励到账了", "5.2 首次获评小巨人奖励：已领过", "already_received", None),
        ("还没领过", "5.2 首次获评小巨人奖励：还没领过", "already_received", ["?5.1", "?5.4", "?8.3"]),
        (
            "首次获评不对，我们是复核",
            "国家专精特新“小巨人”企业：不是首次获评（复核）",
            "first_award",
            ["?innovative", "?srdi", "?champion"],
        ),
        ("我们不是首次获评小巨人", "国家专精特新“小巨人”企业：不是首次获评（复核）", "first_award", None),
    ],
)
async def test_what_is_said_in_free_words_is_said_back_and_kept_on_a_yes(
    stage: Stage, typed: str, asked: str, fact: str, now: list[str] | None
) -> None:
    phone = stage.phone(PHONE)
    await register(phone, GIANT)
    proposed = said(await phone.say(typed))
    assert asked in proposed
    assert "记下吗？" in proposed
    assert await kept(stage, fact) is None
    assert "没有改动" in said(await phone.tap("否"))
    assert await kept(stage, fact) is None
    await phone.say(typed)
    done = said(await phone.tap("是"))
    assert "据您所说" in done
    assert "第五条" in done
    found = await kept(stage, fact)
    assert found is not None
    assert found.source == "self"
    assert now is None or sorted(found.value) == sorted(now)
    seen = audit.AuditQuery(action="learn")
    assert await stage.database().read(lambda tx: audit.count(tx, seen)) >= 1


async def test_a_firm_that_says_it_was_reviewed_is_not_told_of_the_first_award_any_more(stage: Stage) -> None:
    phone = stage.phone(PHONE)
    await register(phone, GIANT)
    await phone.say("首次获评不对，我们是复核")
    assert "5.2 首次获评小巨人奖励（第五条）：未满足：首次获评" in said(await phone.say("是"))
    assert "未满足：首次获评" in said(await phone.say("5.2"))
    await phone.say("不是复核，是首次获评")
    assert "文件没有写适用于哪一年获评的企业" in said(await phone.say("是"))


async def test_the_rosters_denial_of_a_first_award_stands_against_the_firms_word(stage: Stage) -> None:
    phone = stage.phone(PHONE)
    await register(phone, "石臼湖新材料")
    await phone.say("小巨人我们是首次获评")
    told = said(await phone.say("是"))
    assert "名录显示国家专精特新“小巨人”企业此前已有或属复核" in told
    assert "5.2 首次获评小巨人奖励（第五条）：未满足：首次获评" in told


async def test_nothing_is_written_for_a_question_and_the_offer_lapses_with_the_next_message(stage: Stage) -> None:
    phone = stage.phone(PHONE)
    await register(phone, GIANT)
    for typed in ("领过了还能再领吗", "如果5.2领过了呢", "他们领过小巨人奖励了", "5.2领过没"):
        assert "记下吗" not in said(await phone.say(typed))
        await phone.say("是")
    await phone.say("5.2已经领过了")
    assert "算力券" in said(await phone.say("算力券"))
    await phone.say("是")
    assert await kept(stage, "already_received") is None


async def test_where_it_is_not_clear_which_award_is_meant_the_awards_are_offered(stage: Stage) -> None:
    phone = stage.phone(PHONE)
    await register(phone)
    offered = said(await phone.say("领过了"))
    for title in ("首次获评单项冠军奖励", "首次获评小巨人奖励", "大模型备案奖励"):
        assert title in offered
    assert "请说清是哪个称号" in said(await phone.say("首次获评不对，我们是复核"))


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("5.2已经领过了", "领过的按已享受判断，不再对上：5.2 首次获评小巨人奖励（第五条）"),
        ("小巨人的奖励我们还没领过", "没领过的，5.2 首次获评小巨人奖励（第五条）还要看条件"),
        ("小巨人是复核通过的", "复核通过不算首次获评，对不上：5.2 首次获评小巨人奖励（第五条）"),
        ("小巨人我们是第一次评上", "首次获评的，看5.2 首次获评小巨人奖励（第五条）"),
        ("没领 5.2", "您还没有登记企业，这句没有保存"),
    ],
)
async def test_whoever_has_not_registered_hears_what_it_means_and_nothing_is_kept(
    stage: Stage, typed: str, answer: str
) -> None:
    phone = stage.phone(PHONE)
    await phone.follow()
    told = said(await phone.say(typed))
    assert answer in told
    assert "这句没有保存" in told
    assert "您还没有登记企业" in told
