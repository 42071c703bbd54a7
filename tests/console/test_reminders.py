"""Officials see planned reminders and their own tasks, and restart a stopped planner."""

from dataclasses import replace
from datetime import timedelta

from storage.engine.transactions import Tx
from storage.people.roles import RoleKind
from storage.policy.application_windows import ApplicationWindow, WindowStep
from storage.reminders import planner_state
from tests.console.stage import DeskStage
from tests.details import a_window, publish


async def test_the_page_lists_deadlines_and_steps_without_a_clock(desk: DeskStage) -> None:
    def enter(tx: Tx) -> None:
        publish(tx, a_window(opens=None, closes=tx.now + timedelta(days=20)))
        content = a_window(title="随报随批通知")
        steps = (WindowStep("firm", "提交", opening="now", closing="full"),)
        publish(tx, replace(content, body=ApplicationWindow(("8.1",), steps)))

    await desk.database.write(enter)
    page = (await (await desk.official(RoleKind.EDITOR)).get("/console/reminders")).text
    assert "8.1 " in page
    assert "随报随批通知" in page
    assert "额满为止" in page
    assert "放假安排还没有录入" in page, "2028 is in sight: the policy ends then"
    assert '<a href="weixin' not in page


async def test_the_operator_resumes_a_planner_that_stopped(desk: DeskStage) -> None:
    def stop(tx: Tx) -> None:
        planner_state.begin(tx)
        planner_state.stop(tx)

    await desk.database.write(stop)
    editor = await desk.official(RoleKind.EDITOR)
    page = (await editor.get("/console/reminders")).text
    assert "提醒已停下" in page
    assert "由管理员在本页继续" in page
    operator = await desk.official(RoleKind.OPERATOR)
    assert "时钟没有问题" in (await operator.get("/console/reminders")).text
    assert (await operator.post("/console/reminders/resume")).location == "/console/reminders"
    state = await desk.database.read(planner_state.state)
    assert state is not None
    assert state.stopped is None
    assert (await operator.post("/console/reminders/resume")).status == 422


async def test_a_districts_official_does_not_see_the_citys_page(desk: DeskStage) -> None:
    editor = await desk.official(RoleKind.EDITOR, area="江宁")
    assert (await editor.get("/console/reminders")).status == 404
