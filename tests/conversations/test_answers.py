"""Answers to anything typed: a clause, an item, nonsense, nothing, and everything after expiry."""

from datetime import UTC, datetime

from tests.conversations.stage import Stage, register, said


async def test_a_clause_comes_in_its_own_words_with_its_items(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await phone.follow()
    clause = said(await phone.say("第五条"))
    assert "分别给予300万元、100万元奖励" in clause
    assert "5.2 首次获评小巨人奖励：100万元" in clause


async def test_an_item_names_agency_and_what_the_text_leaves_open(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await phone.follow()
    item = said(await phone.say("小巨人奖励多少钱"))
    assert "第五条" in item
    assert "市工信局、市财政局、市税务局、市统计局" in item
    assert "没有写适用于哪一年获评" in item


async def test_nonsense_is_met_with_help_and_nothing_invented(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await phone.follow()
    for words in ("今天天气怎么样", "asdfgh", "😀😀", "<script>alert(1)</script>", "{{7*7}}", "'; DROP TABLE firm;--"):
        answer = said(await phone.say(words))
        assert "我不乱说" in answer or "最接近的是" in answer
        assert "script" not in answer
        assert "49" not in answer


async def test_an_empty_text_gets_a_hint(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await phone.follow()
    assert "收到一条空消息" in said(await phone.say(""))


async def test_nothing_is_added_up(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone, "江岚智能机器人")
    overview = said(await phone.say("我能享受什么"))
    assert "5.1 首次获评单项冠军奖励：300万元" in overview
    assert "合计" not in overview
    assert "共计" not in overview


async def test_a_firm_that_only_passed_review_is_not_promised_the_award(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone, "石臼湖新材料")
    assert "先说实话" in said(await phone.say("我能享受什么"))
    assert "未满足" in said(await phone.say("5.2"))


async def test_from_2029_on_every_answer_says_that_the_policy_has_expired(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    stage.clock.advance(datetime(2028, 12, 31, 15, 59, 50, tzinfo=UTC) - stage.clock.now())
    assert "政策已到期" not in said(await phone.say("算力券"))
    stage.clock.advance(datetime(2028, 12, 31, 16, 0, 1, tzinfo=UTC) - stage.clock.now())
    for words in ("算力券", "第五条", "我能享受什么", "帮助", "天气", "十五条", "我的资料"):
        assert said(await phone.say(words)).startswith("政策已到期（有效期至2028年12月31日）")
    assert "条件已对上" not in said(await phone.say("我能享受什么"))
