"""Unanswered questions: asked in chat, grouped in the console, answered, approved, sent, withdrawn."""

from datetime import date, timedelta
from itertools import count

import pytest

from bot.app import _notify_answers
from bot.chat.inbound import Inbound
from bot.chat.router import Router
from bot.live.matcher import LiveMatcher
from bot.services.people.data_export import everything
from bot.wechat.messages import Text, Unsubscribe
from config.calendar import shanghai_day
from storage.audit import audit
from storage.engine.transactions import Tx
from storage.people import people
from storage.people.roles import RoleGrant, RoleKind
from storage.policy import unanswered_questions
from storage.policy.unanswered_questions import SILENCE
from tests.console.stage import Browser, DeskStage

OPEN, MISSED = "算力券什么时候申报", "厂房屋顶漏水谁来修"
NUMBERS = count(1)


class Phone:
    """A person writing to one node of the bot."""

    def __init__(self, desk: DeskStage, openid: str, node: Inbound | None = None) -> None:
        self.node = node or Inbound(desk.database, Router(desk.parts), LiveMatcher(), desk.parts.texts.error)
        self._openid = openid

    async def say(self, words: str) -> str:
        key = str(next(NUMBERS))
        push = Text(account="gh", openid=self._openid, created=1, key=key, secure=True, content=words)
        return await self.node(push) or ""

    async def leave(self) -> None:
        push = Unsubscribe(account="gh", openid=self._openid, created=1, key=str(next(NUMBERS)), secure=True)
        await self.node(push)


def kept(tx: Tx) -> list[tuple[str, str, bool]]:
    rows = {row.id: row.person_id for row in tx.execute(SILENCE.select())}
    return [
        (question.text, question.about, rows[question.id] is not None) for question in unanswered_questions.waiting(tx)
    ]


async def browsers(desk: DeskStage) -> tuple[Browser, Browser]:
    """Return an editor and an approver of the whole city."""
    return await desk.official(RoleKind.EDITOR), await desk.official(RoleKind.APPROVER)


async def gathered(desk: DeskStage, editor: Browser, title: str = OPEN) -> str:
    """Return the address of the question made from the first group."""
    page = await editor.get("/console/silence")
    first = page.text.split('name="group" value="')[1].split('"')[0]
    made = await editor.post("/console/silence", group=first, title=title)
    assert made.status == 303, made.text
    return made.location


async def published(desk: DeskStage, reply: str, title: str = OPEN) -> tuple[str, Browser, Browser]:
    """Return a question whose reply was published by two people."""
    editor, approver = await browsers(desk)
    matter = await gathered(desk, editor, title)
    today = (await desk.database.read(lambda tx: shanghai_day(tx.now))).isoformat()
    await editor.get(matter)
    assert (await editor.post(f"{matter}/ask", agency="市工信局", day=today)).status == 303
    assert (await editor.post(f"{matter}/answer", reply=reply, source="来函〔2026〕1号", day=today)).status == 303
    reading = (await approver.get(matter)).text.split('name="reading" value="')[1].split('"')[0]
    assert (await approver.post(f"{matter}/approve", reading=reading)).status == 303
    await _notify_answers(desk.database, desk.parts.texts)
    return matter, editor, approver


async def test_only_what_was_not_answered_is_kept_and_numbers_are_hidden(desk: DeskStage) -> None:
    phone = Phone(desk, "o-asks")
    for words in ("小巨人奖励多少钱", "第五条", "帮助", "今天天气怎么样", "苏州有什么补贴", "你好", OPEN, OPEN, MISSED):
        await phone.say(words)
    await phone.say("屋顶漏水打我电话13812345678行不行")
    found = await desk.database.read(kept)
    assert [(text, about.partition(" ")[0], linked) for text, about, linked in found] == [
        (OPEN, "windows", True),
        (MISSED, "", True),
        ("屋顶漏水打我电话＊＊＊行不行", "", True),
    ]
    rows = await desk.database.read(lambda tx: tx.execute(SILENCE.select()).all())
    assert "算力" not in repr(rows)


async def test_the_same_question_counts_once_a_day_and_nobody_fills_the_list_alone(desk: DeskStage) -> None:
    phone, other = Phone(desk, "o-asks"), Phone(desk, "o-other")
    for _ in range(3):
        await phone.say(OPEN)
    await other.say(OPEN)
    assert len(await desk.database.read(kept)) == 2
    desk.ahead(timedelta(days=1))
    await phone.say(OPEN)
    assert len(await desk.database.read(kept)) == 3
    for number in range(30):
        await phone.say(f"厂房屋顶漏水第{number}块板谁来修")
    assert len(await desk.database.read(kept)) == 2 + unanswered_questions.MOST_A_DAY


async def test_whoever_asks_on_after_an_unsure_answer_gets_a_whole_one(desk: DeskStage) -> None:
    phone = Phone(desk, "o-asks")
    for _ in range(2):
        assert "最接近的是" in await phone.say("买地便宜吗")
    assert "没能对上" in await phone.say(MISSED)


async def test_a_wrong_answer_in_a_journey_is_no_question(desk: DeskStage) -> None:
    phone = Phone(desk, "o-asks")
    await phone.say("注册")
    await phone.say("张三李四王五")
    await phone.say("屋顶漏水")
    assert await desk.database.read(kept) == []


async def test_an_agency_answers_two_officials_publish_and_those_who_asked_are_told(desk: DeskStage) -> None:
    phone, other = Phone(desk, "o-asks"), Phone(desk, "o-other")
    await phone.say(OPEN)
    await other.say("请问算力券什么时候可以申报呢？")
    await published(desk, "2026年12月1日起在网上申报。")
    told = await phone.say("帮助")
    assert told.count("【消息】") == 1
    assert "您问过“算力券什么时候申报”" in told
    assert "市工信局" in told
    assert "来函〔2026〕1号" in told
    assert "【消息】" not in await phone.say("帮助"), "once"
    assert "【消息】" in await other.say("帮助")
    # Another node, a new asker: the reply first with its source, then what the policy says.
    fresh = Phone(desk, "o-fresh")
    answer = await fresh.say("算力券什么时候申报？")
    day = (await desk.database.read(lambda tx: shanghai_day(tx.now))).isoformat()
    assert f"据市工信局{day}答复：2026年12月1日起在网上申报。" in answer
    assert "———" in answer
    assert "8.1" in answer
    assert "本措施未规定" in answer
    # Running nodes get it too, and the policy's own answers stay as they were.
    assert "2026年12月1日" in await other.say(OPEN)
    for words in ("算力券", "算力券给多少", "模型券什么时候申报", "算力券要什么材料", "8.1", "第八条"):
        assert "2026年12月1日" not in await fresh.say(words), words


async def test_a_missed_question_is_answered_only_where_it_is_surely_the_same(desk: DeskStage) -> None:
    phone = Phone(desk, "o-asks")
    await phone.say(MISSED)
    await published(desk, "由园区物业负责。", MISSED)
    said = await phone.say("厂房屋顶漏水谁来修？")
    assert "由园区物业负责" in said
    assert "不是《若干措施》原文" in said
    for words in ("厂房谁来修", "屋顶漏水", "厂房屋顶漏水谁来修，顺便讲讲5.2", "厂房屋顶装光伏谁来修"):
        assert "由园区物业负责" not in await phone.say(words), words
    assert MISSED not in [text for text, _, _ in await desk.database.read(kept)], "what is answered is missed no more"


async def test_nobody_approves_their_own_reply_or_one_they_have_not_read(desk: DeskStage) -> None:
    await Phone(desk, "o-asks").say(OPEN)
    both = await desk.person(
        "o-both",
        *(RoleGrant(kind, "某人", date.min, agency="市工信局") for kind in (RoleKind.EDITOR, RoleKind.APPROVER)),
    )
    browser = await desk.inside(both)
    other = await desk.official(RoleKind.APPROVER)
    matter = await gathered(desk, browser)
    today = (await desk.database.read(lambda tx: shanghai_day(tx.now))).isoformat()
    await browser.get(matter)
    early = await browser.post(f"{matter}/answer", reply="早了", source="x", day=today)
    assert early.status == 422, "nothing was asked yet"
    await browser.post(f"{matter}/ask", agency="市工信局", day=today)
    await browser.post(f"{matter}/answer", reply="第一稿", source="x", day=today)
    assert "须由另一位审核员" in (await browser.get(matter)).text
    reading = (await other.get(matter)).text.split('name="reading" value="')[1].split('"')[0]
    mine = await browser.post(f"{matter}/approve", reading=reading)
    assert (mine.status, "须是两个人" in mine.text) == (422, True)
    await browser.post(f"{matter}/answer", reply="第二稿", source="x", day=today)
    changed = await other.post(f"{matter}/approve", reading=reading)
    assert (changed.status, "状态已经变了" in changed.text) == (422, True)
    assert "稿" not in await Phone(desk, "o-x").say(OPEN)


async def test_a_withdrawn_reply_is_given_no_more_and_who_was_told_hears_of_it(desk: DeskStage) -> None:
    told, late = Phone(desk, "o-told"), Phone(desk, "o-late")
    await told.say(OPEN)
    await late.say("算力券几时申报")
    await late.say(OPEN)
    matter, editor, _ = await published(desk, "十二月申报。")
    assert "十二月申报" in await told.say("帮助")
    await editor.get(matter)
    assert (await editor.post(f"{matter}/withdraw")).status == 303
    await _notify_answers(desk.database, desk.parts.texts)
    assert "已撤回" in await told.say("帮助")
    assert "十二月申报" not in await late.say("帮助"), "what was not said yet is not said any more"
    assert "十二月申报" not in await late.say(OPEN)


async def test_who_leaves_is_unlinked_and_the_question_stays(desk: DeskStage) -> None:
    phone = Phone(desk, "o-asks")
    await phone.say(OPEN)
    await phone.say(MISSED)

    def own(tx: Tx) -> list[str]:
        found = people.find(tx, "o-asks")
        assert found is not None
        return [asked["text"] for asked in everything(tx, found.id)["questions"]]

    assert await desk.database.read(own) == [OPEN, MISSED]
    await phone.leave()
    assert [(text, linked) for text, _, linked in await desk.database.read(kept)] == [(OPEN, False), (MISSED, False)]
    await phone.say(OPEN)
    await published(desk, "十二月申报。")
    assert "十二月申报" in await phone.say("帮助")


async def test_a_later_group_joins_the_matter_it_is_like_and_noise_is_dropped(desk: DeskStage) -> None:
    phone = Phone(desk, "o-asks")
    await phone.say(OPEN)
    editor, approver = await browsers(desk)
    matter = await gathered(desk, editor)
    await phone.say("请问算力券什么时候可以申报")
    await phone.say("屋顶漏水谁来修")
    page = await editor.get("/console/silence")
    assert "相近" in page.text
    first = page.text.split('name="group" value="')[1].split('"')[0]
    joined = await editor.post("/console/silence/join", group=first, matter=matter.rpartition("/")[2])
    assert joined.location == matter
    page = await editor.get("/console/silence")
    assert "2 次" in page.text
    first = page.text.split('name="group" value="')[1].split('"')[0]
    assert (await editor.post("/console/silence/drop", group=first)).location == "/console/silence"
    again = await approver.get("/console/silence")
    assert "没有待处理的提问" in again.text
    late = await approver.post("/console/silence", group=first, title="x")
    assert (late.status, "已经有人处理过" in late.text) == (422, True)


@pytest.mark.parametrize(
    "hostile",
    [
        "屋顶<script>alert(1)</script>漏水",
        "屋顶{{7*7}}漏水[[注册]]",
        "屋顶'; DROP TABLE silence;--漏水",
        "屋顶=1+1漏水",
    ],
)
async def test_hostile_words_are_words(desk: DeskStage, hostile: str) -> None:
    phone = Phone(desk, "o-asks")
    await phone.say(hostile)
    editor, _ = await browsers(desk)
    page = (await editor.get("/console/silence")).text
    assert "<script>alert" not in page
    assert "49漏水" not in page
    await published(desk, f"<a href='https://x'>点我</a>{hostile}", hostile)
    told = await phone.say("帮助")
    assert "<a href='https://x'>" not in told
    assert "<script>" not in told


async def test_the_oldest_go_when_the_list_is_full_and_the_page_says_so(
    desk: DeskStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unanswered_questions, "MOST_KEPT", 3)
    for number in range(5):
        await Phone(desk, f"o-{number}").say(f"屋顶漏水{'哎' * number}谁来修")
    await _notify_answers(desk.database, desk.parts.texts)
    assert len(await desk.database.read(kept)) == 3
    assert "已满：只保留最近 3 条" in (await (await desk.official(RoleKind.EDITOR)).get("/console/silence")).text


async def test_half_a_year_later_nothing_says_who_asked(desk: DeskStage) -> None:
    await Phone(desk, "o-asks").say(OPEN)
    desk.ahead(timedelta(days=181))
    await _notify_answers(desk.database, desk.parts.texts)
    assert [linked for _, _, linked in await desk.database.read(kept)] == [False]


async def test_each_step_is_in_the_audit_without_words(desk: DeskStage) -> None:
    await Phone(desk, "o-asks").say(OPEN)
    await published(desk, "十二月申报。")
    rows = await desk.database.read(lambda tx: tx.execute(audit.AUDIT.select()).all())
    acts = [row.action for row in rows]
    for act in ("gather_questions", "ask_agency", "enter_reply", "publish_reply"):
        assert acts.count(act) == 1
    assert "十二月" not in repr(rows)
    assert await desk.database.read(lambda tx: people.find(tx, "o-asks")) is not None


async def test_the_platform_for_overdue_payment_is_the_officials_word_with_its_day_and_source(desk: DeskStage) -> None:
    phone = Phone(desk, "o-asks")
    before = await phone.say("拖欠货款怎么投诉")
    assert "在这里留言不是投诉" in before
    editor, approver = await browsers(desk)
    await editor.get("/console/silence")
    matter = (await editor.post("/console/silence/item-notes", item="15.1", title="官方投诉平台")).location
    today = (await desk.database.read(lambda tx: shanghai_day(tx.now))).isoformat()
    await editor.get(matter)
    await editor.post(f"{matter}/ask", agency="市工信局", day=today)
    await editor.post(f"{matter}/answer", reply="某某登记平台 https://x.example", source="工信部公告", day=today)
    assert "某某登记平台" not in await phone.say("拖欠货款怎么投诉"), "one official is not enough"
    reading = (await approver.get(matter)).text.split('name="reading" value="')[1].split('"')[0]
    await approver.post(f"{matter}/approve", reading=reading)
    said = await phone.say("拖欠货款怎么投诉")
    assert f"官方投诉平台：某某登记平台 https://x.example（市工信局{today}核实，来源：工信部公告）" in said
    assert "某某登记平台" in await Phone(desk, "o-other").say("15.1")
    assert "某某登记平台" not in await phone.say("15.2")
    assert (await editor.post("/console/silence/item-notes", item="5.1", title="x")).status == 422
    await editor.get(matter)
    await editor.post(f"{matter}/withdraw")
    assert "某某登记平台" not in await phone.say("拖欠货款怎么投诉")
