"""Each push is answered once: repeats get the first answer, a refused one leaves no trace."""

import asyncio
from xml.etree import ElementTree

import pytest
from sqlalchemy import func, select

from bot.chat.context import ChatServices
from bot.chat.inbound import Inbound
from bot.chat.router import Router
from bot.live.matcher import LiveMatcher
from bot.services.demo import seed
from bot.wechat.messages import Push, Subscribe, Text, Unsubscribe
from bot.wechat.parsing import parse
from config.errors import InputError, UnavailableError
from storage.audit.audit import AuditRow
from storage.chat.inbox import INBOX
from storage.engine.columns import table_of
from storage.engine.database import Database
from storage.engine.transactions import Tx
from storage.firms.firms import FIRMS
from storage.people import people
from tests.wechat import platform

OPENID = "o-accountant"


def text(content: str, msg_id: int) -> Text:
    return Text(account="gh_1", openid=OPENID, created=1, key=str(msg_id), secure=True, content=content)


def content_of(xml: str | None) -> str:
    assert xml is not None
    return ElementTree.fromstring(xml).findtext("Content") or ""


def count(tx: Tx, table: str) -> int:
    tables = {"firm": FIRMS, "inbox": INBOX, "audit": table_of(AuditRow)}
    return int(tx.execute(select(func.count()).select_from(tables[table])).scalar_one())


@pytest.fixture
async def inbound(database: Database, parts: ChatServices) -> Inbound:
    await database.write(seed)
    return Inbound(database, Router(parts), LiveMatcher(), parts.texts.error)


async def test_a_repeat_gets_the_first_answer_and_changes_nothing(inbound: Inbound, database: Database) -> None:
    for number, words in enumerate(("注册 云杼传感", "小型", "跳过"), 1):
        await inbound(text(words, number))
    before = await database.read(count, "firm")
    first = await inbound(text("确认", 9))
    assert "已登记" in content_of(first)
    assert await inbound(text("确认", 9)) == first
    assert await database.read(count, "firm") == before + 1


async def test_repeats_that_arrive_while_the_first_runs_share_its_answer(inbound: Inbound, database: Database) -> None:
    answers = await asyncio.gather(*(inbound(text("算力券", 1)) for _ in range(20)))
    assert len(set(answers)) == 1
    assert await database.read(count, "inbox") == 1


async def test_the_same_words_in_another_message_are_another_message(inbound: Inbound, database: Database) -> None:
    await asyncio.gather(*(inbound(text("算力券", number)) for number in range(20)))
    assert await database.read(count, "inbox") == 20


async def test_a_second_follow_and_a_late_unfollow_are_each_taken_once(inbound: Inbound, database: Database) -> None:
    def push(kind: type[Push], second: int) -> Push:
        key = f"{OPENID}{second}{kind.__name__}"
        return kind(account="gh_1", openid=OPENID, created=second, key=key, secure=True)

    follow = push(Subscribe, 1)
    assert await inbound(follow) == await inbound(follow)
    assert await inbound(push(Unsubscribe, 2)) is None
    assert await inbound(push(Unsubscribe, 2)) is None
    assert "15条" in content_of(await inbound(push(Subscribe, 3)))


async def test_two_persons_with_one_message_id_each_have_their_own_answer(inbound: Inbound) -> None:
    def sent(openid: str, words: str) -> Push:
        nodes = f"<Content><![CDATA[{words}]]></Content>"
        return parse(platform.message("text", nodes, sender=openid, msg_id="7"), secure=True)

    first = await inbound(sent("o-ann", "算力券"))
    second = await inbound(sent("o-bob", "第五条"))
    assert first is not None
    assert second is not None
    assert ("o-ann" in first, "o-bob" in second, "o-ann" in second) == (True, True, False)
    assert "第五条" in content_of(second)
    assert await inbound(sent("o-ann", "算力券")) == first
    both = await asyncio.gather(inbound(sent("o-cat", "算力券")), inbound(sent("o-dan", "算力券")))
    assert [openid in str(xml) for openid, xml in zip(("o-cat", "o-dan"), both, strict=True)] == [True, True]


async def test_a_late_repeat_of_an_unfollow_erases_nobody_who_is_back(inbound: Inbound, database: Database) -> None:
    def push(name: str, created: int) -> Push:
        return parse(platform.event(name, sender=OPENID, created=created), secure=True)  # type: ignore[arg-type]

    await inbound(push("subscribe", 100))
    await inbound(push("unsubscribe", 103))
    await inbound(push("subscribe", 105))
    known = await database.read(people.find, OPENID)
    await inbound(push("unsubscribe", 104))
    assert await database.read(people.find, OPENID) == known is not None
    await inbound(push("unsubscribe", 106))
    assert await database.read(people.find, OPENID) is None


class Refusing(Router):
    """Writes first and then refuses, as no dialog should."""

    def answer(self, tx: Tx, push: Push, *read_before: object) -> None:
        seed(tx)
        raise InputError("not_registered")


async def test_what_a_refused_message_had_begun_is_undone(database: Database, parts: ChatServices) -> None:
    inbound = Inbound(database, Refusing(parts), LiveMatcher(), parts.texts.error)
    before = await database.read(count, "firm")
    first = await inbound(text("注册", 1))
    assert "还没有登记企业" in content_of(first)
    assert await inbound(text("注册", 1)) == first
    assert await database.read(count, "firm") == before
    assert await database.read(count, "audit") == 0


async def test_a_failing_store_brings_no_answer_at_all(inbound: Inbound, database: Database) -> None:
    await database.close()
    with pytest.raises(UnavailableError):
        await inbound(text("算力券", 1))


async def test_a_listener_that_hangs_up_does_not_stop_the_work(inbound: Inbound) -> None:
    impatient = asyncio.create_task(inbound(text("注册 云杼传感", 1)))
    await asyncio.sleep(0)
    impatient.cancel()
    with pytest.raises(asyncio.CancelledError):
        await impatient
    assert "名录里找到" in content_of(await inbound(text("注册 云杼传感", 1)))


class CountingMatcher(LiveMatcher):
    """Counts how often the roster's names are loaded."""

    loads = 0

    def _load_roster(self, tx: Tx, since: int, _held: None) -> None:
        self.loads += 1
        super()._load_roster(tx, since, None)


async def test_the_first_name_finds_the_roster_loaded(database: Database, parts: ChatServices) -> None:
    await database.write(seed)
    matcher = CountingMatcher()
    inbound = Inbound(database, Router(parts), matcher, parts.texts.error)
    await database.read(inbound.get_ready)
    assert matcher.loads == 1
    assert "云杼传感" in content_of(await inbound(text("云杼传感", 1)))
    assert matcher.loads == 1
