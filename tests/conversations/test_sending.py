"""An answer from the console arrives on the phone while the window is open, else at the next visit: once."""

import asyncio
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from bot.jobs.outbox import Sender
from bot.services.demo import show_cards
from bot.services.tickets import tickets as ticket_service
from bot.simulator.faults import Fault, FaultKind
from config.settings import Settings
from config.topics import NoticeTopic
from notifications.channels import Channel, Parcel, SendEnding, SendOutcome
from storage.chat import reply_windows
from storage.engine.database import Database
from storage.engine.transactions import SERVICE, Tx
from storage.notices import delivery, outbox, review_queue
from storage.notices.outbox import OUTBOX
from storage.people import people, roles
from storage.people.roles import RoleGrant, RoleKind
from tests.conversations.stage import Stage, openid_of, said
from tests.fork_server import ForkServer

SEND = "/cgi-bin/message/custom/send"
ANSWER = "以通知为准"


def _official(tx: Tx) -> int:
    person_id = people.meet(tx, "o-official").id
    roles.add(tx, person_id, RoleGrant(RoleKind.EDITOR, "王科", date.min, agency="市工信局"))
    return person_id


async def answer(stage: Stage, words: str = ANSWER, ticket_id: int = 1) -> None:
    official = await stage.database().write(_official)
    await stage.database().write(ticket_service.reply, official, ticket_id, "市工信局", words, stage.parts.texts)


async def states(stage: Stage) -> list[str]:
    return await stage.database().read(
        lambda tx: list(tx.execute(select(OUTBOX.c.state).order_by(OUTBOX.c.id)).scalars())
    )


async def copies(stage: Stage, name: str) -> int:
    bubbles = await stage.phone(name).transcript()
    return sum(ANSWER in bubble.text for bubble in bubbles)


async def asked(stage: Stage, name: str = "王会计") -> None:
    phone = stage.phone(name)
    await phone.follow()
    assert "已收到，工单" in said(await phone.say("人工 算力券怎么领"))


async def test_within_48_hours_the_answer_arrives_by_itself_once(stage: Stage) -> None:
    phone = stage.phone("王会计")
    await phone.follow()
    opened = said(await phone.say("人工 算力券怎么领"))
    assert "11-07 10:00前答好的会直接发给您" in opened
    stage.clock.advance(timedelta(hours=47, minutes=30))
    await answer(stage)
    stage.lively()
    # The bot's own tick sends it.
    assert ANSWER in said(await phone.arrivals(within=10))
    for _ in range(3):
        await stage.sender()
    assert "【消息】" not in said(await phone.say("帮助"))
    assert await copies(stage, "王会计") == 1
    assert await states(stage) == ["sent"]


async def test_after_49_hours_it_is_said_at_the_next_visit_once(stage: Stage) -> None:
    await asked(stage)
    stage.clock.advance(timedelta(hours=49))
    await answer(stage)
    await stage.sender()
    phone = stage.phone("王会计")
    assert await copies(stage, "王会计") == 0
    assert said(await phone.say("帮助")).startswith("【消息】工单1 市工信局答复")
    await stage.sender()
    assert await copies(stage, "王会计") == 1
    assert await states(stage) == ["said"]


async def test_five_go_out_and_the_rest_waits_for_a_word(stage: Stage) -> None:
    await asked(stage)
    for number in range(7):
        await answer(stage, f"第{number}条答复")
    await stage.sender()
    assert (await states(stage)).count("sent") == 5
    spoken = said(await stage.phone("王会计").say("帮助"))
    assert "第5条答复" in spoken
    assert "第6条答复" in spoken


async def test_they_arrive_in_the_order_in_which_they_were_written(stage: Stage) -> None:
    await asked(stage)
    for number in range(4):
        await answer(stage, f"第{number}条答复")
    await stage.sender()
    texts = [bubble.text for bubble in await stage.phone("王会计").transcript() if "条答复" in bubble.text]
    assert [text.split("第")[1][0] for text in texts] == ["0", "1", "2", "3"]


async def test_a_notice_of_two_messages_arrives_as_two(stage: Stage) -> None:
    await asked(stage)
    person, text = openid_of(stage, "王会计"), "\n\n".join(["先" * 500, "后" * 400])
    await stage.database().write(
        lambda tx: outbox.plan(
            tx, key="roster:1", person_id=people.meet(tx, person).id, topic=NoticeTopic.ROSTER, text=text
        )
    )
    await stage.sender()
    texts = [bubble.text for bubble in await stage.phone("王会计").transcript()][-2:]
    assert ["先" * 500 in texts[0], texts[1][0]] == [True, "后"]
    assert await states(stage) == ["sent"]


async def test_a_tap_opens_only_a_minute(stage: Stage) -> None:
    await asked(stage)
    stage.clock.advance(timedelta(hours=49))
    phone = stage.phone("王会计")
    await phone.tap_menu("怎么用")
    person = openid_of(stage, "王会计")
    window = await stage.database().write(lambda tx: reply_windows.of(tx, people.meet(tx, person).id))
    assert window.left == reply_windows.TAPS
    stage.clock.advance(timedelta(minutes=1))
    await answer(stage)
    await stage.sender()
    assert await states(stage) == ["held"]


async def test_every_topic_is_pushed_while_the_window_is_open(stage: Stage) -> None:
    await asked(stage)
    person = openid_of(stage, "王会计")
    await stage.database().write(
        lambda tx: outbox.plan(
            tx, key="roster:1", person_id=people.meet(tx, person).id, topic=NoticeTopic.ROSTER, text=ANSWER
        )
    )
    await stage.sender()
    assert await states(stage) == ["sent"]
    assert await copies(stage, "王会计") == 1


async def test_what_nothing_can_carry_waits_for_the_next_visit_and_four_are_pushed_after_it(stage: Stage) -> None:
    await asked(stage)
    stage.clock.advance(timedelta(hours=49))
    for number in range(7):
        await answer(stage, f"第{number}条答复")
    await stage.sender()
    assert await states(stage) == ["held"] * 7
    assert "第2条答复" in said(await stage.phone("王会计").say("帮助"))
    await stage.sender()
    assert await states(stage) == ["said"] * 3 + ["sent"] * 4


async def test_what_comes_too_late_is_not_sent_any_more(stage: Stage) -> None:
    await asked(stage)
    person = openid_of(stage, "王会计")

    def plan(tx: Tx) -> None:
        mine = people.meet(tx, person).id
        for number, topic in enumerate((NoticeTopic.REMINDER, NoticeTopic.ROSTER)):
            until = tx.now + timedelta(hours=1 + 50 * number)
            outbox.plan(tx, key=topic, person_id=mine, topic=topic, text=ANSWER, expires=until)

    await stage.database().write(plan)
    stage.clock.advance(timedelta(hours=1))
    await stage.sender()
    assert await states(stage) == ["expired_unsent", "sent"]


async def test_two_nodes_send_it_once(stage: Stage, database_url: str, settings: Settings) -> None:
    names = [f"会计{number}" for number in range(6)]
    for number, name in enumerate(names, 1):
        await asked(stage, name)
        await answer(stage, ticket_id=number)
    other = Database.open(database_url, key=settings.key_bytes(), offset=stage.clock.offset, actor=SERVICE)
    try:
        second = stage.sender_over(other)
        await asyncio.gather(stage.sender(), second(), stage.sender(), second())
    finally:
        await other.close()
    assert [await copies(stage, name) for name in names] == [1] * 6
    assert set(await states(stage)) == {"sent"}


@pytest.mark.parametrize("after", [True, False], ids=["after the call", "before the call"])
async def test_a_killed_sender_leaves_no_second_copy_and_no_lost_one(
    stage: Stage, database_url: str, settings: Settings, fork_server: ForkServer, after: bool
) -> None:
    await asked(stage)
    await answer(stage)
    ahead = str(stage.clock.offset().total_seconds())
    key, when = settings.key_bytes().hex(), "after" if after else "before"
    await fork_server.start("tests.conversations.sending_child", database_url, key, ahead, stage.api, when)
    assert await fork_server.line() == ("sent" if after else "unsent")
    fork_server.kill()
    await fork_server.ended()
    assert await states(stage) == ["leased"]
    # While being sent it is neither shown beside a reply nor sent by another.
    await stage.sender()
    phone = stage.phone("王会计")
    assert ANSWER not in said(await phone.say("帮助"))
    await stage.restart()
    stage.clock.advance(delivery.LEASE)
    await stage.sender()
    assert await states(stage) == ["uncertain"]
    assert ANSWER not in said(await phone.say("帮助"))
    assert await copies(stage, "王会计") == (1 if after else 0)
    # It can always be read again, and resent by decision.
    assert ANSWER in said(await phone.say("我的消息"))
    (waiting,) = await stage.database().read(review_queue.listed, 9)
    assert await stage.database().write(lambda tx: review_queue.decide(tx, again=True, row_id=waiting.id))
    await stage.sender()
    assert await states(stage) == ["sent"]


@pytest.mark.parametrize(
    ("fault", "state", "arrived"),
    [
        (FaultKind.RESET_AFTER, "uncertain", 1),
        (FaultKind.EMPTY, "uncertain", 1),
        (FaultKind.TRUNCATED, "uncertain", 1),
        (FaultKind.RESET_BEFORE, "uncertain", 0),
    ],
)
async def test_an_answer_that_is_none_leaves_it_uncertain_and_never_twice(
    stage: Stage, fault: FaultKind, state: str, arrived: int
) -> None:
    await asked(stage)
    await answer(stage)
    stage.platform.faults.order(Fault(fault, SEND))
    await stage.sender()
    assert await states(stage) == [state]
    for _ in range(3):
        stage.clock.advance(timedelta(hours=1))
        await stage.sender()
    assert ANSWER not in said(await stage.phone("王会计").say("帮助"))
    assert await copies(stage, "王会计") == arrived


class Fixed:
    """A channel with a fixed outcome."""

    def __init__(self, outcome: SendOutcome) -> None:
        self._outcome = outcome
        self.sent = 0

    async def send(self, parcel: Parcel) -> SendOutcome:
        self.sent += 1
        return self._outcome


@pytest.mark.parametrize(
    ("outcome", "state", "said_at_visit"),
    [
        (SendOutcome(SendEnding.LATER), "new", True),
        (SendOutcome(SendEnding.CLOSED, "45047"), "held", True),
        (SendOutcome(SendEnding.DROPPED, "43019"), "held", True),
        (SendOutcome(SendEnding.AT_VISIT, "70000"), "held", True),
        (SendOutcome(SendEnding.REFUSED, "47001"), "dead", False),
        (SendOutcome(SendEnding.UNCERTAIN, "no_answer"), "uncertain", False),
    ],
)
async def test_how_a_sending_ends_decides_what_comes_next(
    stage: Stage, outcome: SendOutcome, state: str, said_at_visit: bool
) -> None:
    await asked(stage)
    await answer(stage)
    channel = Fixed(outcome)
    sender = Sender(stage.database(), {Channel.MESSAGE: channel})
    await sender()
    await sender()
    assert channel.sent == 1, "nothing is tried again at once"
    assert await states(stage) == [state]
    assert (ANSWER in said(await stage.phone("王会计").say("帮助"))) is said_at_visit


async def test_what_a_restore_holds_is_neither_sent_nor_said_until_released(stage: Stage) -> None:
    await asked(stage)
    await answer(stage)
    await stage.database().write(review_queue.hold_after_restore)
    await stage.sender()
    phone = stage.phone("王会计")
    assert ANSWER not in said(await phone.say("帮助"))
    assert await states(stage) == ["quarantined"]
    assert await stage.database().write(review_queue.release_restored) == 1
    await stage.sender()
    assert await states(stage) == ["sent"]


async def test_whoever_left_is_sent_nothing(stage: Stage) -> None:
    await asked(stage)
    await answer(stage)
    await stage.phone("王会计").unfollow()
    await stage.sender()
    assert await states(stage) == []


async def test_an_answer_after_48_hours_comes_as_a_card_where_there_is_a_template(stage: Stage) -> None:
    await stage.database().write(show_cards)
    await asked(stage)
    stage.clock.advance(timedelta(hours=49))
    await answer(stage)
    await stage.sender()
    bubble = (await stage.phone("王会计").transcript())[-1]
    assert bubble.kind == "template"
    assert [words for _, words in bubble.rows][::2] == ["算力券怎么领", ANSWER]
    assert await states(stage) == ["sent"]
