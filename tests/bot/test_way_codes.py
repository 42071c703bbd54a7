"""An address is used only after its owner typed the code sent there; nobody can cause mail to others."""

import logging
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.chat import routes
from bot.chat.context import Chat, ChatServices, ChatSetup
from bot.jobs.channel_codes import drop_unconfirmed, send_codes
from bot.jobs.outbox import Sender
from bot.live.read_first import ReadNeededError
from bot.services.people import erasure
from config.limits import QuotaLimits
from config.texts import Texts
from config.topics import NoticeTopic
from notifications.channels import Channel, Parcel, SendEnding, SendOutcome
from storage.engine.database import Database
from storage.engine.transactions import Tx
from storage.notices import channel_codes, contact_channels, outbox
from storage.people import people
from tests.conftest import MovableTime

HOW = "邮箱 wang@example.cn"


@dataclass
class Post:
    """A channel that records everything; `outcomes` are the next results."""

    outcomes: list[SendOutcome] = field(default_factory=list)
    sent: list[Parcel] = field(default_factory=list)

    async def send(self, parcel: Parcel) -> SendOutcome:
        self.sent.append(parcel)
        return self.outcomes.pop(0) if self.outcomes else SendOutcome(SendEnding.SENT)


class Wang:
    """A person in chat, with a mail channel."""

    def __init__(self, database: Database, parts: ChatServices, post: Post) -> None:
        self.database = database
        self.post = post
        self._parts = parts
        self._numbers = iter(range(100_001, 200_000))

    async def says(self, words: str, openid: str = "o-wang") -> str | None:
        parts = replace(self._parts, way_code=lambda: str(next(self._numbers)))
        setup = ChatSetup(outside={"mail", "sms"})

        def heard(tx: Tx) -> str | None:
            said = parts.words.read(words.strip())
            try:
                return str(routes.handle(Chat(tx, parts, people.meet(tx, openid), openid, said, setup=setup)))
            except ReadNeededError:
                # Nobody took the words as being about these ways: they are a free question.
                return None

        return await self.database.write(heard)

    async def post_goes(self) -> list[str]:
        """Run the tick; return the addresses it sent to."""
        before = len(self.post.sent)
        await send_codes(self.database, {Channel.MAIL: self.post}, self._parts.texts)
        return [parcel.address for parcel in self.post.sent[before:]]

    async def code(self) -> str:
        assert await self.post_goes()
        return self.post.sent[-1].text[:6]

    async def hour_passes(self) -> None:
        await drop_unconfirmed(self.database, {Channel.MAIL: self.post}, self._parts.texts)

    async def used(self) -> dict[str, str]:
        return await self.database.read(contact_channels.confirmed, 1)


@pytest.fixture
def wang(database: Database, parts: ChatServices) -> Wang:
    return Wang(database, parts, Post())


async def test_an_address_is_told_things_once_the_code_that_went_there_was_typed(wang: Wang) -> None:
    assert "我们先发一个验证码" in str(await wang.says("邮箱"))
    assert "我们先发一个验证码" in str(await wang.says("邮箱 wang@"))
    assert "6位验证码发到这个邮箱" in str(await wang.says(HOW))

    def plan(tx: Tx) -> None:
        outbox.plan(tx, key="window:1", person_id=1, topic=NoticeTopic.REMINDER, text="还剩7天")

    await wang.database.write(plan)
    sender = Sender(wang.database, {Channel.MAIL: wang.post})
    await sender()
    assert wang.post.sent == [], "nothing of substance goes to what is unconfirmed"
    code = await wang.code()
    assert await wang.used() == {}
    assert "邮箱已确认" in str(await wang.says(f" {code[:3]} {code[3:]}。"))
    assert await wang.used() == {"mail": "wang@example.cn"}
    await wang.database.write(lambda tx: outbox.release(tx, 1))
    await sender()
    assert [(parcel.address, parcel.text) for parcel in wang.post.sent[1:]] == [("wang@example.cn", "还剩7天")]
    assert "邮箱已确认" in str(await wang.says(HOW)), "and it is not asked for again"
    assert await wang.post_goes() == []
    assert await wang.says(code) is None, "a code is good once"
    assert "已删除" in str(await wang.says("邮箱 关"))
    assert await wang.used() == {}


async def test_the_first_message_is_the_code_and_nothing_else(wang: Wang) -> None:
    await wang.says(HOW)
    code = await wang.code()
    assert wang.post.sent[0].text == f"{code}是您在宁专通要的验证码，15分钟内在对话里输入。不是您本人要的，不用理会。"
    assert await wang.post_goes() == [], "it goes out once"


async def test_neither_code_nor_address_can_be_read_in_the_store_or_the_log(
    wang: Wang, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    wang.post.outcomes = [SendOutcome(SendEnding.LATER, "mail:451")]
    await wang.says(HOW)
    code = await wang.code()
    rows = await wang.database.read(lambda tx: repr(tx.execute(select(channel_codes.CODES)).all()))
    for text in (rows, caplog.text, repr(wang.post.sent)):
        assert code not in text
        assert "wang@" not in text


async def test_five_wrong_codes_spend_the_right_one(wang: Wang) -> None:
    await wang.says(HOW)
    code = await wang.code()
    lefts = [str(await wang.says("000000")) for _ in range(5)]
    assert [f"还可以试{left}次" in said for left, said in zip((4, 3, 2, 1), lefts, strict=False)] == [True] * 4
    assert "已作废" in lefts[4]
    assert await wang.says(code) is None
    assert await wang.used() == {}


@pytest.mark.parametrize(("minutes", "taken"), [(14, True), (15, False)])
async def test_a_code_is_good_for_fifteen_minutes(
    wang: Wang, time_offset: MovableTime, minutes: int, taken: bool
) -> None:
    await wang.says(HOW)
    code = await wang.code()
    time_offset.ahead += timedelta(minutes=minutes)
    assert ("已确认" if taken else "已过期") in str(await wang.says(code))
    assert bool(await wang.used()) is taken


async def test_the_newest_code_alone_counts(wang: Wang) -> None:
    await wang.says(HOW)
    first = await wang.code()
    await wang.says("邮箱 new@example.cn")
    second = await wang.code()
    assert "不对" in str(await wang.says(first))
    assert "已确认" in str(await wang.says(second))
    assert await wang.used() == {"mail": "new@example.cn"}


async def test_until_a_new_address_is_confirmed_the_old_one_is_used(wang: Wang) -> None:
    await wang.says(HOW)
    await wang.says(await wang.code())
    await wang.says("邮箱 new@example.cn")
    assert await wang.used() == {"mail": "wang@example.cn"}


async def test_a_person_has_three_codes_a_day(wang: Wang, time_offset: MovableTime) -> None:
    for number in range(3):
        assert "正在" in str(await wang.says(f"邮箱 wang{number}@example.cn"))
    assert "最多要3次" in str(await wang.says("邮箱 wang3@example.cn"))
    time_offset.ahead += timedelta(days=1)
    assert "正在" in str(await wang.says("邮箱 wang3@example.cn"))


async def test_leaving_and_coming_back_gives_no_new_codes(wang: Wang, time_offset: MovableTime) -> None:
    for number in range(3):
        assert "正在" in str(await wang.says(f"短信 1380000000{number}"))
        await wang.database.write(erasure.leave, "o-wang", Texts.load(), "erase")
    assert "最多要3次" in str(await wang.says("短信 13800000009"))
    assert "正在" in str(await wang.says("短信 13800000009", "o-another")), "somebody else is not counted with them"
    time_offset.ahead += timedelta(days=1)
    assert "正在" in str(await wang.says("短信 13800000009"))


async def test_so_many_codes_a_day_go_out_by_sms_to_everybody_together(wang: Wang, time_offset: MovableTime) -> None:
    most = QuotaLimits.load().codes_a_day["sms"]

    def many(tx: Tx) -> None:
        for number in range(most):
            person_id = people.meet(tx, f"o-{number}").id
            channel_codes.add(tx, person_id, "sms", f"139{number:08}", f"{number:06}")

    await wang.database.write(many)
    assert "全系统的上限" in str(await wang.says("短信 13800000009"))
    assert "正在" in str(await wang.says(HOW)), "mail costs nothing a message"
    time_offset.ahead += timedelta(days=1)
    assert "正在" in str(await wang.says("短信 13800000009"))


async def test_an_address_is_sent_five_codes_a_day_whoever_asks_and_leaves(wang: Wang) -> None:
    for number in range(5):
        assert "正在" in str(await wang.says(HOW.upper() if number % 2 else HOW, f"o-{number}"))
        await wang.database.write(erasure.leave, f"o-{number}", Texts.load(), "unfollow")
    assert "太多" in str(await wang.says(HOW, "o-6"))
    kept = await wang.database.read(lambda tx: tx.execute(select(channel_codes.CODES)).all())
    assert {(row.person_id, row.address, row.code_mark) for row in kept} == {(None, None, None)}
    assert await wang.post_goes() == [], "who has left wants no code any more"


@pytest.mark.parametrize(
    ("outcomes", "sendings", "told"),
    [
        ([SendOutcome(SendEnding.AT_VISIT, "mail:550")], 1, "发不到您给的邮箱"),
        ([SendOutcome(SendEnding.LATER, "mail:451")] * 3, 3, "邮件暂时发不出去"),
        ([SendOutcome(SendEnding.LATER), SendOutcome(SendEnding.SENT)], 2, ""),
        ([SendOutcome(SendEnding.UNCERTAIN, "no_answer")], 1, ""),
    ],
)
async def test_a_code_that_does_not_go_out_is_told_of_in_the_chat(
    wang: Wang, time_offset: MovableTime, outcomes: list[SendOutcome], sendings: int, told: str
) -> None:
    wang.post.outcomes = outcomes[:]
    await wang.says(HOW)
    for _ in range(4):
        await wang.post_goes()
        time_offset.ahead += timedelta(minutes=1)
    assert len(wang.post.sent) == sendings
    assert len({parcel.text for parcel in wang.post.sent}) == 1
    notices = [one.text for one in await wang.database.read(outbox.listed, 1)]
    assert (told in notices[0]) if told else notices == []
    right = await wang.says(wang.post.sent[-1].text[:6])
    assert right is None if told else "已确认" in str(right)


async def test_a_process_that_dies_while_sending_sends_no_second_code(wang: Wang) -> None:
    await wang.says(HOW)
    claimed = await wang.database.write(channel_codes.claim, ["mail"], 20)
    assert [one.address for one in claimed] == ["wang@example.cn"]
    assert await wang.post_goes() == []


async def test_what_is_unconfirmed_is_forgotten_after_a_day(wang: Wang, time_offset: MovableTime) -> None:
    await wang.says(HOW)
    time_offset.ahead += timedelta(days=1)
    await wang.hour_passes()
    assert await wang.database.read(lambda tx: tx.execute(select(channel_codes.CODES)).all()) == []


async def test_an_address_from_before_is_not_used_and_its_owner_is_told_once(wang: Wang) -> None:
    def before(tx: Tx) -> None:
        contact_channels.put(tx, people.meet(tx, "o-wang").id, "mail", "wang@example.cn")
        tx.execute(update(contact_channels.OTHER_WAYS).values(confirmed=None))

    await wang.database.write(before)
    assert await wang.used() == {}
    for _ in range(2):
        await wang.hour_passes()
    assert ["没有确认过" in one.text for one in await wang.database.read(outbox.listed, 1)] == [True]
    assert await wang.database.read(contact_channels.unconfirmed, 5) == []
