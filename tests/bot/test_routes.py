"""The chat's table of routes: its order and why neighbours stand so, commands and handlers, reading before writing."""

import asyncio
import shutil
from pathlib import Path

import pytest

from bot.chat.context import ChatServices, ReadBefore
from bot.chat.inbound import Inbound
from bot.chat.router import Router
from bot.chat.routes import COMMANDS, ROUTES, RouteNeed, fitting, listed, needs_read
from bot.live.matcher import LiveMatcher
from bot.services.demo import seed
from bot.wechat.messages import Push
from bot.wechat.replies import TextReply
from config.commands import FOLDER, CommandWords, TypedText
from config.errors import UnavailableError
from storage.chat import dialog_states
from storage.chat.dialog_states import DialogState
from storage.engine.database import Database
from storage.engine.transactions import Tx
from tests.bot.test_inbound import OPENID, content_of, text

WORDS = CommandWords.load()
ORDER = """
too long, desk_work, enter, role by invitation, receipt, firm's code, prove, administrator's order,
colleagues, join, leave, leave_anyway, event or meeting, code of an address, mail, sms,
unsubscribe, subscribe, settings, switch of a topic, unsubscribe a topic,
tap under a reminder, my reminders, calendar, own date, own date, day first, tap under an award,
cancel, more, go_on, empty, question to people, running dialog,
ask_eligible, register, register_again, clauses, help, my_contact, my_profile, my_products, my_zone, my_messages,
export_data, erase, windows, challenges, my_bids, events, my_meetings, human, my_tickets,
correction of a fact, confirmation of a fact,
registration of, products are, statement of an award, statement of a fact, challenge, question
"""
# The routes of free words, after every other.
FREE = "statement of an award, statement of a fact, challenge, question"
# Said, and the routes that are asked in turn until one takes the words; "running dialog" takes them where it fits.
STORY = {
    "长" * 1001: "too long",
    "登录？": "enter",
    "我要发榜": f"desk_work, running dialog, {FREE}",
    "邀请 ABCD2345": "role by invitation",
    "回执 ABCD2345": "receipt",
    "核验": "prove",
    "核验码：ＡＢＣＤ2345": "firm's code",
    "同意 1": f"administrator's order, running dialog, {FREE}",
    "报名": "running dialog, events",
    "报名 3": f"event or meeting, running dialog, {FREE}",
    "123456": f"code of an address, running dialog, {FREE}",
    "退订": "unsubscribe",
    "退订 活动": f"unsubscribe a topic, running dialog, {FREE}",
    "提醒": "my reminders",
    "提醒 活动 关": f"switch of a topic, running dialog, {FREE}",
    "提醒我 3月15日 交材料": "own date",
    "下周五提醒我交材料": f"own date, day first, running dialog, {FREE}",
    "已领 5.2": f"tap under an award, running dialog, {FREE}",
    "取消": "cancel",
    "。。。": "empty",
    "人工": "running dialog, human",
    "人工 政府采购怎么报": "question to people",
    "1": f"running dialog, {FREE}",
    "小型": f"running dialog, {FREE}",
    "帮助": "running dialog, help",
    "注册": "running dialog, register",
    "注册 云杼传感": "running dialog, registration of",
    "我的产品 伺服电机": "running dialog, products are",
    "榜单": "running dialog, challenges",
    "5.2领过了": f"running dialog, {FREE}",
    "修改 企业规模": f"running dialog, correction of a fact, {FREE}",
    "没变 3": "running dialog, confirmation of a fact",
    "算力券": f"running dialog, {FREE}",
}
# Words that fit two routes: the first must come before the second, and why.
NEIGHBOURS = [
    ("提醒 活动 关", "switch of a topic", "question", "a switch is no question about the policy"),
    (
        "已领 5.2",
        "tap under an award",
        "running dialog",
        "a tap stands under a reply of its own",
    ),
    ("取消", "cancel", "running dialog", "a dialog must not take 取消 for an answer"),
    (
        "人工 怎么报",
        "question to people",
        "running dialog",
        "the question is complete already",
    ),
    ("帮助", "running dialog", "help", "a registration explains its step"),
    ("注册", "running dialog", "register", "at the name's step a firm may be called so"),
    ("5.2领过了", "statement of an award", "question", "what a firm says of itself is no question about the item"),
    ("修改 3", "running dialog", "correction of a fact", "a registration numbers its own answers"),
    ("我们不买算力了", "statement of a fact", "question", "what a firm says of itself is no question about the item"),
    ("那个盾构机的榜还能报吗", "challenge", "question", "a challenge's own title is nearer than the policy"),
    ("！", "empty", "running dialog", "nothing was said, so nothing is a wrong answer"),
]


def order() -> list[str]:
    return [route.name for route in ROUTES]


def names(said: str) -> list[str]:
    """The routes that are asked: none below the first that takes whatever it fits."""
    found = [route for route, _ in fitting(WORDS.read(said))]
    last = next(number for number, route in enumerate(found) if not route.passes_on)
    return [route.name for route in found[: last + 1]]


def test_the_routes_stand_in_this_order() -> None:
    assert ", ".join(order()) == " ".join(ORDER.split())
    assert len(set(order())) == len(ROUTES)


@pytest.mark.parametrize("said", STORY)
def test_words_are_offered_to_these_routes_in_turn(said: str) -> None:
    assert ", ".join(names(said)) == STORY[said]


@pytest.mark.parametrize(("said", "first", "second", "why"), NEIGHBOURS)
def test_of_two_routes_that_words_fit_the_right_one_comes_first(said: str, first: str, second: str, why: str) -> None:
    fits = [route.name for route, _ in fitting(WORDS.read(said))]
    assert {first, second} <= set(fits), why
    assert order().index(first) < order().index(second), why


def test_any_words_at_all_come_to_a_route_that_answers() -> None:
    last = ROUTES[-1]
    assert (last.pattern, last.command, last.when, last.passes_on) == (None, "", None, False)


def test_the_list_of_routes_says_what_each_is_for_and_what_it_needs() -> None:
    rows = {name: (matches, needs) for name, matches, needs in listed()}
    assert list(rows) == order()
    assert rows["my_bids"] == ("my_bids", "a registered firm")
    assert rows["question"] == ("any words", "a read before the write")
    assert all(matches for matches, _ in rows.values())


@pytest.mark.parametrize(
    ("said", "reads"),
    [
        *((said, False) for said in ("帮助", "取消", "登录", "人工", "提醒我 3月15日 交材料")),
        *((said, True) for said in ("算力券", "注册 云杼传感", "云杼传感", "小型", "同意 1", "5.2")),
    ],
)
def test_the_words_tell_whether_something_is_read_before_the_write(said: str, reads: bool) -> None:
    assert needs_read(WORDS.read(said)) == reads


# Commands and handlers: a closed kind.


def test_each_command_has_a_handler_and_each_handler_a_command() -> None:
    WORDS.check_handled(COMMANDS)
    assert [route.command for route in ROUTES if route.command] == list(COMMANDS), "no command has two routes"


def test_a_command_without_a_handler_cannot_start(parts: ChatServices, tmp_path: Path) -> None:
    path = tmp_path / "words.toml"
    shutil.copy(FOLDER / "words.toml", path)
    with path.open("a", encoding="utf-8") as file:
        file.write('my_invoices = ["我的发票"]\n')
    line = len(path.read_text("utf-8").splitlines())
    with pytest.raises(UnavailableError) as refused:
        Router(_with(parts, CommandWords.load(path)))
    assert f"words.toml 第{line}行：指令 my_invoices 没有对应的处理" in parts.texts.error(refused.value)


def test_a_handler_without_a_command_cannot_start(parts: ChatServices) -> None:
    with pytest.raises(UnavailableError) as refused:
        Router(_with(parts, CommandWords({name: [WORDS.first(name)] for name in COMMANDS if name != "my_bids"})))
    assert "没有指令 my_bids" in parts.texts.error(refused.value)


def _with(parts: ChatServices, words: CommandWords) -> ChatServices:
    return ChatServices(parts.policy, parts.texts, words, parts.talk, parts.overview)


# Reading before writing.


class Watched(Router):
    """Counts the runs of the write; after the first read of a message another of the same person may come between."""

    runs = 0
    between: DialogState | None = None

    def __init__(self, parts: ChatServices, database: Database) -> None:
        super().__init__(parts)
        self._database = database
        self._loop = asyncio.get_running_loop()

    def read(self, tx: Tx, push: Push, said: TypedText | None, name: str, matcher: LiveMatcher) -> ReadBefore | None:
        before = super().read(tx, push, said, name, matcher)
        if self.between is not None:
            state, self.between = self.between, None
            written = self._database.write(dialog_states.save, push.openid, state)
            asyncio.run_coroutine_threadsafe(written, self._loop).result()
        return before

    def answer(
        self, tx: Tx, push: Push, said: TypedText | None = None, before: ReadBefore | None = None
    ) -> TextReply | None:
        self.runs += 1
        return super().answer(tx, push, said, before)


async def test_a_message_is_written_once(database: Database, parts: ChatServices) -> None:
    await database.write(seed)
    router = Watched(parts, database)
    inbound = Inbound(database, router, LiveMatcher(), parts.texts.error)
    story = (
        "你好",
        "算力券",
        "云杼传感",
        "注册",
        "云杼传感",
        "小型",
        "跳过",
        "确认",
        "5.2",
        "我能享受什么",
        "5.2",
        "1 3",
    )
    for number, words in enumerate(story, 1):
        router.runs = 0
        await inbound(text(words, number))
        assert router.runs == 1, words


async def test_what_was_read_is_read_anew_where_another_message_came_between(
    database: Database, parts: ChatServices
) -> None:
    await database.write(seed)
    router = Watched(parts, database)
    inbound = Inbound(database, router, LiveMatcher(), parts.texts.error)
    router.between = DialogState("registration", "name", {"roster": {}})
    assert "名录里找到" in content_of(await inbound(text("云杼传感", 1))), (
        "it was the answer to the registration's question"
    )
    assert router.runs == 2
    state = await database.read(dialog_states.load, OPENID)
    assert state is not None
    assert state.data["name"] == "南京云杼传感科技有限公司"


def test_whatever_needs_a_read_stands_below_the_running_dialog() -> None:
    dialog = order().index("running dialog")
    assert all(RouteNeed.READ not in route.needs for route in ROUTES[:dialog])
