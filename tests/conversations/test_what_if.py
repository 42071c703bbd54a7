"""如果我成了小巨人: what would additionally be met; a hypothesis that leaves no trace."""

import pytest

from tests.conversations.stage import Stage, register, said


async def test_what_a_title_would_add_is_said_as_a_supposition(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    added = said(await phone.say("如果我成了小巨人"))
    assert "只是假设，没有记下任何情况" in added
    assert "13.1" in added
    assert "5.2 首次获评小巨人奖励：100万元（第五条，市工信局，按通知申报）" in added.partition("适用于哪一年获评")[2]
    assert "没有写适用于哪一年获评" in added
    assert "13.3 博士租房补贴上浮：2400元/月，给毕业生本人（第十三条）还需了解：租房的博士毕业生" in added
    assert "10.2" not in added
    profile = said(await phone.say("我的资料"))
    assert "小巨人" not in profile


async def test_passing_review_is_no_first_award(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    again = said(await phone.say("如果小巨人复核通过"))
    assert "复核通过不是首次获评" in again
    assert "100万元" not in again
    first = said(await phone.say("要是首次评上单项冠军能多拿什么"))
    assert "5.1 首次获评单项冠军奖励：300万元" in first
    assert "合计" not in first


@pytest.mark.parametrize("words", ["要是评上小巨人能多拿什么", "假如我们公司成为小巨人", "评上小巨人能多享受什么？"])
async def test_free_words_work_before_registration_too(stage: Stage, words: str) -> None:
    phone = stage.phone("企业·财务")
    await phone.follow()
    added = said(await phone.say(words))
    assert "您还没有登记" in added
    assert "5.2" in added


@pytest.mark.parametrize("words", ["如果我是小巨人给多少钱", "小巨人", "如果我们是中型企业，政府采购扣除还有吗"])
async def test_a_question_stays_a_question(stage: Stage, words: str) -> None:
    phone = stage.phone("企业·财务")
    await phone.follow()
    assert "只是假设" not in said(await phone.say(words))


async def test_a_title_that_is_held_adds_nothing(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone, "澜砚数控")
    assert "已经有国家专精特新“小巨人”企业称号" in said(await phone.say("如果我成了小巨人"))
