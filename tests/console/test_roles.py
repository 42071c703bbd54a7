"""Roles: the first official by command, others by invitation; stand-ins; what ends with what."""

import asyncio
from datetime import date, timedelta

import pytest

from bot.cli.commands import run
from config.calendar import shanghai_day
from config.settings import Settings
from storage.audit import audit
from storage.engine.columns import table_of
from storage.engine.transactions import Tx
from storage.people import people, roles
from storage.people.roles import Place, Role, RoleGrant, RoleKind
from tests.console.stage import DeskStage
from tests.console.test_entry import CODE, Chat, use_code


def official(kind: RoleKind, area: str | None, agency: str | None) -> Role:
    return Role(kind, "某人", date.min, agency=agency, area=area, id=1)


@pytest.mark.parametrize(
    ("role", "place", "reaches"),
    [
        (official(RoleKind.EDITOR, None, "市工信局"), Place(area="江宁"), True),
        (official(RoleKind.EDITOR, "江宁", "江宁区工信局"), Place(area="江宁"), True),
        (official(RoleKind.EDITOR, "江宁", "江宁区工信局"), Place(area="六合"), False),
        (official(RoleKind.EDITOR, "江宁", "江宁区工信局"), Place(), False),
        (official(RoleKind.EDITOR, None, "市财政局"), Place(agency="市工信局"), False),
        (official(RoleKind.EDITOR, None, "市工信局"), Place(agency="市工信局", area="高淳"), True),
        (official(RoleKind.AUDITOR, "江宁开发区", "江宁开发区管委会"), Place(area="江宁"), False),
        (official(RoleKind.OPERATOR, None, None), Place(firm_id=7, agency="市财政局", area="六合"), True),
        (Role(RoleKind.FIRM_ADMIN, None, date.min, firm_id=7), Place(firm_id=7, area="江宁"), True),
        (Role(RoleKind.FIRM_ADMIN, None, date.min, firm_id=7), Place(firm_id=8), False),
        (Role(RoleKind.SOE_POSTER, None, date.min, firm_id=7), Place(area="江宁"), False),
    ],
)
def test_how_far_a_role_reaches(role: Role, place: Place, reaches: bool) -> None:
    assert role.covers(place) is reaches


async def test_the_first_official_comes_by_the_command(
    desk: DeskStage,
    desk_settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:

    monkeypatch.setenv("SRDI_DATABASE_URL", desk_settings.database_url)
    monkeypatch.setenv("SRDI_SECRET_KEY", desk_settings.secret_key.get_secret_value())
    assert await asyncio.to_thread(run, ["official", "invite", "王科"]) == 0
    words = capsys.readouterr().out.strip()
    chat = Chat(desk)
    assert "全部单位（系统管理员）" in await chat.say(words)
    assert "不对、已用过或已过期" in await chat.say(words)
    await chat.say("登录")
    browser = desk.browser()
    assert await use_code(browser, CODE) == 303
    invited = await browser.get("/console/roles")
    assert "王科" in invited.text


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["--area", "火星"], "不认识的区"),
        (["--role", "editor"], "请填写单位"),
        (["--days", "0"], "结束日期"),
    ],
)
async def test_a_wrong_command_is_told_what_would_be_right(
    desk_settings: Settings,
    argv: list[str],
    says: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:

    monkeypatch.setenv("SRDI_DATABASE_URL", desk_settings.database_url)
    monkeypatch.setenv("SRDI_SECRET_KEY", desk_settings.secret_key.get_secret_value())
    assert await asyncio.to_thread(run, ["official", "invite", "王科", *argv]) in (1, 2)
    assert says in capsys.readouterr().err


async def test_the_operator_invites_an_editor_of_one_district(desk: DeskStage) -> None:
    browser = await desk.official(RoleKind.OPERATOR)
    await browser.get("/console/roles")
    page = await browser.post("/console/roles", name="李工", kind="editor", agency="江宁区工信局", area="江宁")
    words = page.text.split('desk-code">')[1].split("<")[0]
    chat = Chat(desk)
    assert "江宁区工信局（编辑）" in await chat.say(words)
    await chat.say("登录")
    editor = desk.browser()
    await use_code(editor, CODE)
    assert (await editor.get("/console/roles")).status == 404


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"name": "", "kind": "editor", "agency": "市工信局"}, "请填写姓名"),
        ({"name": "李工", "kind": "editor"}, "请填写单位"),
        ({"name": "李工", "kind": "emperor", "agency": "市工信局"}, "没填对"),
        ({"name": "李工", "kind": "editor", "agency": "市工信局", "area": "火星"}, "没填对"),
        ({"name": "李工", "kind": "editor", "agency": "市工信局", "until": "2020-01-01"}, "结束日期"),
        ({"name": "李工", "kind": "editor", "agency": "市工信局", "until": "soon"}, "没填对"),
        ({"name": "李工", "kind": "soe_poster"}, "属于一家企业"),
        ({"name": "李工", "kind": "soe_poster", "firm_id": "999"}, "属于一家企业"),
        ({"name": "李工", "kind": "firm_member", "firm_id": "1"}, "没填对"),
    ],
)
async def test_a_wrong_invitation_is_told_what_would_be_right(
    desk: DeskStage, fields: dict[str, str], says: str
) -> None:
    browser = await desk.official(RoleKind.OPERATOR)
    await browser.get("/console/roles")
    page = await browser.post("/console/roles", **fields)
    assert (page.status, says in page.text) == (422, True)


async def test_ending_a_role_ends_its_stand_ins_and_visits(desk: DeskStage) -> None:
    operator = await desk.official(RoleKind.OPERATOR)
    holder = await desk.person("o-holder", RoleGrant(RoleKind.EDITOR, "李工", date.min, agency="市工信局"))
    visit = await desk.inside(holder)

    def add_stand_in(tx: Tx) -> tuple[int, int]:
        (role,) = roles.held_on(tx, holder, shanghai_day(tx.now))
        person_id = people.meet(tx, "o-second").id
        until = shanghai_day(tx.now) + timedelta(days=9)
        grant = RoleGrant(RoleKind.EDITOR, "张工", date.min, until, agency="市工信局", stands_in_for=role.id)
        roles.consent(tx, roles.add(tx, person_id, grant), holder)
        return role.id, person_id

    role_id, stand_in = await desk.database.write(add_stand_in)
    assert len(await desk.database.read(lambda tx: roles.held_on(tx, stand_in, shanghai_day(tx.now)))) == 1
    await operator.get(f"/console/roles/{role_id}")
    assert (await operator.post(f"/console/roles/{role_id}/end", reason="调岗")).location == "/console/roles"
    assert (await visit.get("/console")).location == "/console/enter"
    assert await desk.database.read(lambda tx: roles.held_on(tx, stand_in, shanghai_day(tx.now))) == ()


async def test_who_gave_which_role_is_in_the_audit(desk: DeskStage) -> None:
    browser = await desk.official(RoleKind.OPERATOR)
    await browser.get("/console/roles")
    await browser.post("/console/roles", name="李工", kind="editor", agency="市工信局")
    entries = table_of(audit.AuditRow)
    rows = await desk.database.read(lambda tx: tx.execute(entries.select().where(entries.c.action == "invite")).all())
    assert [(row.actor[:7], row.source, sorted(row.fields)) for row in rows] == [
        ("person:", "console", ["agency", "area", "kind", "name"])
    ]
    assert "李工" not in repr(rows)
