"""Uploaded list, trial to oneself, group text, exported board, and what other offices see."""

import io
import re

import xlsxwriter

from bot.app import TICKS
from bot.services.broadcasts import mass_sends
from bot.services.broadcasts.name_list import read
from storage.broadcasts.broadcasts import AudienceCriteria
from storage.notices import outbox
from storage.people import people
from storage.people.roles import RoleKind
from tests.bot.test_mass_calls import Platform
from tests.broadcasts import a_content, a_firm, approved, tick_of, until_it_starts
from tests.console.stage import DeskStage
from tests.console.test_broadcasts import FORM, send_due, three_firms


def a_table() -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet()
        rows = [["1", "南京云有限公司", "江宁"], ["2", "南京没有这家有限公司", "六合"], ["3", "南京澜有限公司", "六合"]]
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return made.getvalue()


def test_names_are_found_in_whatever_column_they_stand() -> None:
    assert read(a_table()) == ["南京云有限公司", "南京没有这家有限公司", "南京澜有限公司"]
    assert read("91320115MADEM1014U\r\n\r\n南京澜有限公司\n".encode("gb18030")) == [
        "91320115MADEM1014U",
        "南京澜有限公司",
    ]


async def test_lines_of_an_uploaded_list_that_fit_nobody_are_named(desk: DeskStage) -> None:
    await desk.database.write(three_firms)
    author = await desk.official(RoleKind.EDITOR)
    await author.get("/console/broadcasts/new")
    sent = {**FORM, "table": ("名单.xlsx", a_table()), "listed": "91320115MADEM1014U\n  \n查无此家公司"}
    page = (await author.get((await author.post("/console/broadcasts", **sent)).location)).text
    assert "一共 3 人（2 家企业）" in page
    assert "名单里有 2 行没有找到" in page
    assert "查无此家公司、南京没有这家有限公司" in page


async def test_a_trial_reaches_oneself_alone(desk: DeskStage) -> None:
    await desk.database.write(three_firms)
    author = await desk.official(RoleKind.EDITOR)
    await author.get("/console/broadcasts/new")
    path = (await author.post("/console/broadcasts", **FORM)).location
    assert (await author.post(f"{path}/test")).location == f"{path}?tried=1"
    mine = await desk.database.read(lambda tx: outbox.listed(tx, people.meet(tx, "o-editor-None-市工信局").id))
    assert [notice.text.startswith("（试发给自己，企业收不到）\n算力券") for notice in mine] == [True]
    assert await desk.database.read(outbox.states) == {"new": 1}


async def test_the_text_for_groups_fits_and_pages_do_without_a_code(desk: DeskStage) -> None:
    author = await desk.official(RoleKind.EDITOR)
    await author.get("/console/broadcasts/new")
    long = {**FORM, "text": "长" * 500, "link": "https://example.gov.cn/" + "a" * 90}
    path = (await author.post("/console/broadcasts", **long)).location
    page = (await author.get(f"{path}/group?area=江宁")).text
    found = re.search(r"readonly[^>]*>([^<]+)</textarea>", page)
    assert found is not None
    assert len(found[1]) == 300
    assert "长…\nhttps://example.gov.cn/" in found[1]
    assert "还没有取到二维码" in page
    assert (await author.get(f"{path}/group?area=上海")).status == 404


async def test_the_board_is_exported_and_no_cell_is_a_formula(desk: DeskStage) -> None:
    await desk.database.write(lambda tx: a_firm(tx, "=1+1有限公司"))
    found = await desk.database.write(approved, a_content(), desk.parts)
    await send_due(desk)
    official = await desk.official(RoleKind.AUDITOR)
    page = await official.get(f"/console/broadcasts/{found.id}/board/export?form=csv")
    assert page.status == 200
    assert "'=1+1有限公司" in page.text
    assert "正在发" in page.text
    assert (await official.get(f"/console/broadcasts/{found.id}/board/export?form=pdf")).status == 422


async def test_another_district_and_another_agency_see_nothing(desk: DeskStage) -> None:
    found = await desk.database.write(approved, a_content(), desk.parts)
    for kind, area, agency in ((RoleKind.EDITOR, "六合", "六合区工信局"), (RoleKind.APPROVER, None, "市科技局")):
        other = await desk.official(kind, area, agency)
        assert "共 0 条" in (await other.get("/console/broadcasts")).text
        for what in ("", "/board", "/group", "/board/export?form=csv"):
            assert (await other.get(f"/console/broadcasts/{found.id}{what}")).status == 404


async def test_a_mass_message_is_previewed_and_its_board_has_the_platforms_counts(desk: DeskStage) -> None:
    await desk.database.write(three_firms)
    desk.app[TICKS].scheduler.pause_job("broadcasts")
    author = await desk.official(RoleKind.EDITOR)
    await author.get("/console/broadcasts/new")
    asked = {**FORM, "kind": "mass", "everyone": "1"}
    page = (await author.get((await author.post("/console/broadcasts", **asked)).location)).text
    assert "全部关注者" in page
    assert re.search(r"<strong>4</strong>由微信群发，分 1 次提交", page)
    assert re.search(r"<strong>1</strong>退订了群发，不发", page)
    found = await desk.database.write(
        approved, a_content(kind="mass", audience=AudienceCriteria(everyone=True)), desk.parts
    )
    desk.ahead(await desk.database.read(until_it_starts, found))
    await tick_of(desk.database, desk.parts, api=Platform())()
    official = await desk.official(RoleKind.AUDITOR)
    path = f"/console/broadcasts/{found.id}/board"
    assert "微信已接受</span><span>等微信的结果" in (await official.get(path)).text
    counts = {"total": 6, "filtered": 6, "sent": 5, "failed": 1}
    await desk.database.write(mass_sends.finished, 1, "send success", counts)
    board = (await official.get(path)).text
    assert "微信报（约数）：可发 6，成功 5，失败 1" in board
    assert "微信群发完成" in (await official.get(f"{path}/export?form=csv")).text


async def test_the_operator_stops_everything_at_once(desk: DeskStage) -> None:
    await desk.database.write(three_firms)
    first = await desk.database.write(approved, a_content(title="一"), desk.parts)
    await desk.database.write(approved, a_content(title="二"), desk.parts)
    await send_due(desk)
    editor = await desk.official(RoleKind.EDITOR)
    assert "全部立即停止" not in (await editor.get("/console/broadcasts")).text
    assert (await editor.post("/console/broadcasts/stop", reason="错了")).status == 404
    operator = await desk.official(RoleKind.OPERATOR)
    await operator.get("/console/broadcasts")
    assert "请写明停止的原因" in (await operator.post("/console/broadcasts/stop", reason="")).text
    assert (await operator.post("/console/broadcasts/stop", reason="名单泄漏")).status == 303
    assert "共 2 条" in (await operator.get("/console/broadcasts?state=stopped")).text
    assert "名单泄漏" in (await operator.get(f"/console/broadcasts/{first.id}")).text
    assert "停止时还没发，不再发" in (await operator.get(f"/console/broadcasts/{first.id}/board")).text
    assert await desk.database.read(outbox.states) == {"new": 1}, "what the second one's approver was asked"
    assert "现在没有在发" in (await operator.post("/console/broadcasts/stop", reason="再停")).text
