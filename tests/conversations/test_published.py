"""Publications of departments and districts are shown beside the clause, with source; ended ones as ended."""

from datetime import date, datetime, timedelta

import pytest

from config.markup import visible_length
from storage.engine.transactions import Tx
from storage.policy import published_details
from storage.policy.detail_content import DetailContent, SourceDocument
from tests.conversations.stage import STORY_BEGINS, Stage, register, said
from tests.details import CLOSES, a_rule, a_source, a_statement, a_window, publish

CITED = "另据〈算力券申报通知〉（市工信局，2026-10-08）：企业网上提交截至2026年12月15日17:00"


async def put(stage: Stage, *contents: DetailContent) -> list[int]:
    return [await stage.database().write(publish, content) for content in contents]


def wait_until(stage: Stage, moment: datetime) -> None:
    """Advance the story's time to this moment."""
    stage.clock.advance(moment - stage.clock.now())


@pytest.mark.parametrize("question", ["8.1", "算力券", "8.1什么时候申报", "算力券什么时候申报"])
async def test_an_answer_about_an_item_cites_the_window_beside_the_clause(stage: Stage, question: str) -> None:
    phone = stage.phone("王会计")
    await phone.follow()
    assert "另据" not in said(await phone.say(question))
    await put(stage, a_window())
    reply = said(await phone.say(question))
    assert f"{CITED}（区审核2026年12月18日24点），还剩40天。" in reply
    assert "第八条" in reply
    assert "原文：“" in reply


@pytest.mark.parametrize("question", ["8.1什么时候申报", "算力券什么时候申报", "申报窗口"])
async def test_with_nothing_entered_it_says_that_the_text_does_not_say(stage: Stage, question: str) -> None:
    phone = stage.phone("王会计")
    await phone.follow()
    assert "本措施未规定，以责任单位的实施细则或通知为准" in said(await phone.say(question))


async def test_a_window_turns_at_its_second_and_stays_as_ended(stage: Stage) -> None:
    phone = stage.phone("王会计")
    await phone.follow()
    await put(stage, a_window())
    wait_until(stage, CLOSES - timedelta(seconds=2))
    assert f"{CITED}（区审核2026年12月18日24点），今天截止。" in said(await phone.say("8.1"))
    wait_until(stage, CLOSES + timedelta(seconds=1))
    reply = said(await phone.say("8.1"))
    assert "另据〈算力券申报通知〉（市工信局，2026-10-08）：企业网上提交已于2026年12月15日17:00结束。" in reply
    assert "还剩" not in reply
    assert "目前没有录入与您有关的申报窗口" in said(await phone.say("申报窗口"))


async def test_24_oclock_is_the_next_days_first_second(stage: Stage) -> None:
    phone = stage.phone("王会计")
    await phone.follow()
    await put(stage, a_window(closes=datetime.fromisoformat("2027-01-01T00:00:00+08:00")))
    wait_until(stage, datetime.fromisoformat("2026-12-31T23:59:57+08:00"))
    assert "截至2026年12月31日24点，今天截止" in said(await phone.say("8.1"))
    wait_until(stage, datetime.fromisoformat("2027-01-01T00:00:00+08:00"))
    assert "已于2026年12月31日24点结束" in said(await phone.say("8.1"))


async def test_a_draft_is_nobodys_and_a_withdrawn_one_is_gone_at_once(stage: Stage) -> None:
    phone = stage.phone("王会计")
    await phone.follow()
    (detail_id,) = await put(stage, a_statement("按30%抵扣"))
    await stage.database().write(published_details.add, a_statement("按90%抵扣"), 1)
    reply = said(await phone.say("8.1"))
    assert ("30%" in reply, "90%" in reply) == (True, False)

    def take_back(tx: Tx) -> None:
        published_details.set_state(tx, detail_id, "withdrawn", 1, "写错了")

    await stage.database().write(take_back)
    assert "另据" not in said(await phone.say("8.1"))


async def test_a_firm_hears_its_own_district_and_not_another(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    profile = said(await phone.say("我的资料"))
    own = (
        "江宁" if "江宁" in profile else next(area for area in ("玄武", "栖霞", "浦口", "江北新区") if area in profile)
    )
    other = "高淳" if own != "高淳" else "六合"
    await put(stage, a_statement("本区再补10%", area=own), a_statement("另一区再补20%", area=other))
    reply = said(await phone.say("8.1"))
    assert ("10%" in reply, "20%" in reply) == (True, False)
    assert "20%" in said(await phone.say(f"{other}区算力券有什么补贴"))
    stranger = stage.phone("李会计")
    await stranger.follow()
    assert "另据" not in said(await stranger.say("8.1"))


async def test_the_districts_rule_decides_with_its_own_sum_and_ends(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    before = said(await phone.say("5.3"))
    assert "尚未录入" in before
    facts = said(await phone.say("我的资料"))
    area = next(
        area
        for area in (
            "江宁",
            "玄武",
            "栖霞",
            "浦口",
            "雨花台",
            "秦淮",
            "建邺",
            "鼓楼",
            "六合",
            "溧水",
            "高淳",
            "江北新区",
        )
        if area in facts
    )
    await put(stage, a_rule({}, area=area, until=date(2027, 1, 1)))
    reply = said(await phone.say("5.3"))
    assert f"另据〈江宁区专精特新奖励办法〉（江宁区工信局，2026-10-08）：{area}：20万元（" in reply
    assert "尚未录入" not in reply
    assert "条件已对上" in reply
    wait_until(stage, datetime.fromisoformat("2027-01-01T00:00:00+08:00"))
    after = said(await phone.say("5.3"))
    assert "已于2026-12-31结束" in after
    assert "尚未录入" in after


async def test_who_has_not_said_where_is_told_which_districts_have_a_rule(stage: Stage) -> None:
    phone = stage.phone("王会计")
    await phone.follow()
    await put(stage, a_rule(area="江宁"), a_rule(area="溧水", amount=100_000))
    reply = said(await phone.say("5.3"))
    assert "已录入规定的区：江宁、溧水" in reply
    assert "20万元" not in reply
    named = said(await phone.say("江宁区专精特新奖励"))
    assert "江宁：20万元" in named
    assert "10万元" not in named


async def test_the_command_lists_what_is_open_deadline_first_and_a_number_opens_one(stage: Stage) -> None:
    phone = stage.phone("王会计")
    await phone.follow()
    link = "https://example.gov.cn/notice"
    source = SourceDocument("数字化改造申报通知", "市工信局", date(2026, 10, 20), "宁工信〔2026〕9号", link)
    later = a_window(items=("7.1",), closes=CLOSES + timedelta(days=9))
    await put(
        stage,
        DetailContent(None, source, later.body),
        a_window(),
        a_window(title="尚早的通知", opens=STORY_BEGINS + timedelta(days=200), closes=None),
        a_window(title="江宁的通知", area="江宁"),
        a_window(title="等通知", items=("9.1",), opens=None, closes=None),
    )
    reply = said(await phone.say("申报窗口"))
    assert visible_length(reply) <= 300
    lines = [line for line in reply.splitlines() if line[:1].isdigit()]
    assert lines[0].startswith("1. 截至2026年12月15日17:00｜8.1 算力券（第八条，市工信局）")
    assert lines[1].startswith("2. 截至2026年12月24日17:00｜7.1")
    assert lines[2].startswith("3. 时间另行通知｜9.1")
    assert len(lines) == 3
    opened = said(await phone.say("2"))
    assert "另据〈数字化改造申报通知〉（宁工信〔2026〕9号，市工信局，2026-10-20）" in opened
    assert link in opened
    assert "第七条" in opened
    assert "另据〈算力券申报通知〉" in said(await phone.say("1"))
    assert "算力券" in said(await phone.say("8.1")), "whatever else is typed is a question as ever"


async def test_a_long_list_goes_on_under_0(stage: Stage) -> None:
    phone = stage.phone("王会计")
    await phone.follow()
    await put(stage, *(a_window(title=f"通知{n}", closes=CLOSES + timedelta(days=n)) for n in range(15)))
    seen: list[str] = []
    reply = said(await phone.say("申报窗口"))
    for _ in range(5):
        assert visible_length(reply) <= 300
        seen += [line for line in reply.splitlines() if "｜" in line]
        if "0. 还有" not in reply:
            break
        reply = said(await phone.say("0"))
    assert len(seen) == 15
    assert len({line.partition("｜")[0].partition(". ")[2] for line in seen}) == 15


async def test_a_firm_that_cannot_use_an_item_is_not_shown_its_window(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    await put(stage, a_window(titles=("champion",), title="冠军的通知"), a_window(title="大家的通知"))
    reply = said(await phone.say("申报窗口"))
    assert reply.count("｜") == 1
    assert "大家的通知" in said(await phone.say("1"))


async def test_hostile_words_of_a_notice_open_no_link(stage: Stage) -> None:
    phone = stage.phone("王会计")
    await phone.follow()
    bad = '[[注册]]<a href="http://x">点</a>]]>'
    await put(stage, DetailContent(None, a_source(bad, bad), a_statement(bad).body))
    (bubble,) = await phone.say("8.1")
    assert '<a href="http' not in bubble.text
    assert "＜a href" in bubble.plain


async def test_two_nodes_and_a_restart_know_the_same(stage: Stage) -> None:
    phone = stage.phone("王会计")
    await phone.follow()
    await put(stage, a_window())
    assert CITED in said(await phone.say("8.1"))
    await stage.restart()
    assert CITED in said(await phone.say("8.1"))


async def test_the_overview_cites_what_was_published_on_what_the_firm_meets(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    assert "部门和区发布的通知" not in said(await phone.say("我能享受什么"))
    await phone.say("先到这里")
    await put(
        stage, a_statement("建档后即可查看", item="5.5", title="一户一档通知"), a_statement("不相干", item="15.1")
    )
    reply = said(await phone.say("我能享受什么"))
    assert "部门和区发布的通知：\n另据〈一户一档通知〉（市工信局，2026-10-08）：建档后即可查看。" in reply
    assert "不相干" not in reply
