"""The operator sees stuck messages in numbers and without text, and decides."""

from datetime import timedelta

from sqlalchemy import select

from config.topics import NoticeTopic
from storage.audit.audit import AUDIT
from storage.backup import restore_holds
from storage.engine.transactions import Tx
from storage.notices import api_quota, delivery, outbox, quota_clears, review_queue
from storage.people import people
from storage.people.roles import RoleKind
from tests.console.stage import DeskStage

WORDS = "给王会计的话"


def _planned(tx: Tx) -> None:
    person = people.meet(tx, "o-asker").id
    for number in range(2):
        outbox.plan(tx, key=f"ticket:{number}:reply:1", person_id=person, topic=NoticeTopic.TICKET, text=WORDS)


def _restored(tx: Tx) -> None:
    _planned(tx)
    restore_holds.record(tx, "digest", tx.now)
    review_queue.hold_after_restore(tx)


async def test_what_a_restore_held_is_released_by_the_operator(desk: DeskStage) -> None:
    await desk.database.write(_restored)
    operator = await desk.official(RoleKind.OPERATOR)
    page = (await operator.get("/console/outbox")).text
    assert "恢复备份后暂停" in page
    assert WORDS not in page
    assert (await operator.post("/console/outbox/release")).location == "/console/outbox"
    assert await desk.database.read(outbox.states) == {"new": 2}
    assert not await desk.database.read(restore_holds.is_held)
    assert "放行全部" not in (await operator.get("/console/outbox")).text


async def test_single_rows_are_told_again_or_left(desk: DeskStage) -> None:
    await desk.database.write(_restored)
    operator = await desk.official(RoleKind.OPERATOR)
    await operator.get("/console/outbox")
    assert (await operator.post("/console/outbox/1/again")).status == 303
    assert (await operator.post("/console/outbox/2/leave")).status == 303
    assert await desk.database.read(outbox.states) == {"new": 1, "dead": 1}
    assert "要您判断的消息" in (page := (await operator.get("/console/outbox")).text)
    assert "没有要判断的消息" in page
    assert (await operator.post("/console/outbox/1/again")).status == 404
    assert (await operator.post("/console/outbox/1/burn")).status == 404


async def test_all_of_one_reason_are_told_again_or_never_and_each_decision_is_written_down(desk: DeskStage) -> None:
    def stop(tx: Tx) -> None:
        _planned(tx)
        delivery.mark(tx, (1,), "dead", "47001")
        delivery.mark(tx, (2,), "held", "no_way")

    await desk.database.write(stop)
    operator = await desk.official(RoleKind.OPERATOR)
    page = (await operator.get("/console/outbox")).text
    assert "错误码 47001" in page
    assert "没有能用的渠道" in page
    assert WORDS not in page
    listed = (await operator.get("/console/outbox?state=held")).text
    assert "/console/outbox/2" in listed
    assert "/console/outbox/1" not in listed
    assert (await operator.post("/console/outbox/group/again", state="dead", why="47001")).status == 303
    assert (await operator.post("/console/outbox/group/leave", state="held", why="no_way")).status == 303
    assert await desk.database.read(outbox.states) == {"new": 1, "dead": 1}
    assert (await operator.post("/console/outbox/group/again", state="sent", why="")).status == 422
    done = await desk.database.read(lambda tx: list(tx.execute(select(AUDIT.c.action).order_by(AUDIT.c.id)).scalars()))
    assert done[-2:] == ["outbox.again", "outbox.leave"]


async def test_the_quotas_stand_on_the_page_with_why_an_api_rests(desk: DeskStage) -> None:
    def spend(tx: Tx) -> None:
        api_quota.count(tx, {"template": 321})
        api_quota.pause(tx, "message", tx.now + timedelta(hours=1), "45009")

    await desk.database.write(spend)
    page = (await (await desk.official(RoleKind.OPERATOR)).get("/console/outbox")).text
    assert '<td data-label="已用">321</td>' in page
    assert '<td data-label="群发还能用">89679</td>' in page
    assert "错误码 45009" in page


async def test_an_operator_has_a_spent_day_started_anew_and_sees_how_many_times_are_left(desk: DeskStage) -> None:
    operator = await desk.official(RoleKind.OPERATOR)
    assert "额度清零" not in (await operator.get("/console/outbox")).text, "nothing is spent"
    await desk.database.write(lambda tx: api_quota.pause(tx, "message", tx.now + timedelta(hours=1), "45009"))
    assert "额度清零（本月还剩 10 次）" in (await operator.get("/console/outbox")).text
    # The platform is absent: nothing is used up, and the page says what to do.
    page = await operator.post("/console/outbox/quota")
    assert (page.status, "没有清零，也没有用掉次数" in page.text) == (503, True)
    assert "额度清零（本月还剩 10 次）" in (await operator.get("/console/outbox")).text
    for _ in range(10):
        await desk.database.write(quota_clears.add)
    page = await operator.get("/console/outbox")
    assert "用掉一次，马上清零" not in page.text
    assert "这个月的 10 次清零已经用完" in (await operator.post("/console/outbox/quota")).text
