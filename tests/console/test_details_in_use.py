"""Published details: searched, ended, audited, and used in an answer."""

from datetime import timedelta

from config.calendar import midnight
from storage.audit import audit
from storage.engine.columns import table_of
from storage.engine.transactions import Tx
from storage.people.roles import RoleKind
from storage.policy.detail_content import DetailContent
from tests.console.stage import Browser, DeskStage
from tests.console.stage import today as todays
from tests.console.test_details import STATEMENT, WINDOW, editor, enter, press
from tests.console.test_entry import Chat
from tests.details import a_statement, publish

__all__ = ["editor"]


async def test_the_list_is_filtered_by_its_address(desk: DeskStage, editor: Browser) -> None:
    today = await desk.database.read(todays)
    soon, gone = today + timedelta(days=5), today - timedelta(days=1)

    def some(tx: Tx) -> None:
        for number, until in enumerate((None, soon, gone)):
            content = a_statement(title=f"通知{number}", item=("8.1", "8.3", "9.1")[number])
            publish(tx, DetailContent(("江宁", None, None)[number], content.source, content.body, until=until))

    await desk.database.write(some)
    expected = {
        "": {0, 1, 2},
        "item=8.3": {1},
        "area=江宁": {0},
        "area=city": {1, 2},
        "when=soon": {1},
        "when=ended": {2},
        "when=live": {0, 1},
        "state=draft": set(),
        "kind=window": set(),
        "state=published&kind=statement&item=9.1": {2},
    }
    for query, numbers in expected.items():
        page = (await editor.get(f"/console/details?{query}")).text
        assert {number for number in range(3) if f"通知{number}" in page} == numbers, query


async def test_what_ends_is_marked_as_ended_to_the_second(desk: DeskStage) -> None:
    until = await desk.database.read(todays) + timedelta(days=1)
    content = a_statement()
    detail_id = await desk.database.write(publish, DetailContent(None, content.source, content.body, until=until))
    left = midnight(until) - await desk.database.read(lambda tx: tx.now)
    desk.ahead(left - timedelta(seconds=2))
    auditor = await desk.official(RoleKind.AUDITOR)
    page = (await auditor.get(f"/console/details/{detail_id}")).text
    assert "已发布" in page
    assert "已结束" not in page
    desk.ahead(timedelta(seconds=3))
    page = (await auditor.get(f"/console/details/{detail_id}")).text
    assert f"已于{until - timedelta(days=1)}结束" in page


async def test_every_act_is_in_the_audit_without_its_words(desk: DeskStage, editor: Browser) -> None:
    address = await enter(editor, **STATEMENT)
    await press(editor, address, "submit")
    await press(await desk.official(RoleKind.APPROVER), address, "approve")
    await editor.get(address)
    await editor.post(f"{address}/withdraw", reason="写错了")
    entries = table_of(audit.AuditRow)
    subject = "detail:" + address.rpartition("/")[2]
    rows = await desk.database.read(
        lambda tx: tx.execute(entries.select().where(entries.c.subject == subject).order_by(entries.c.id)).all()
    )
    assert [row.action for row in rows] == ["enter_detail", "submit_detail", "approve_detail", "withdraw_detail"]
    assert len({row.actor for row in rows}) == 2
    assert "30%" not in repr(rows)


async def test_from_the_desk_to_the_answer_and_to_its_end(desk: DeskStage, editor: Browser) -> None:
    last = await desk.database.read(todays) + timedelta(days=10)
    chat = Chat(desk)
    closes = f"{last.year}年{last.month}月{last.day}日24点"
    address = await enter(editor, **{**WINDOW, "step-1-closes": closes, "step-2-closes": "另行通知"})
    assert "另据" not in await chat.say("8.1")
    await press(editor, address, "submit")
    assert "另据" not in await chat.say("8.1"), "one person alone tells firms nothing"
    await press(await desk.official(RoleKind.APPROVER), address, "approve")
    preview = (await editor.get(address)).text.split('desk-quote">')[1].split("<")[0]
    assert "截至" + closes in preview
    assert preview in await chat.say("8.1"), "the preview is what firms read"
    assert preview in await chat.say("算力券什么时候申报")
    left = midnight(last + timedelta(days=1)) - await desk.database.read(lambda tx: tx.now)
    desk.ahead(left)
    assert f"企业网上提交已于{closes}结束" in await chat.say("8.1")
