"""An entry is corrected at the console: with a reason, before and after kept, never against an import's rules."""

from datetime import date

import pytest

from storage.audit import audit
from storage.audit.audit import AuditQuery
from storage.engine.transactions import Tx
from storage.people.roles import RoleKind
from storage.roster import edits, roster
from storage.roster.roster import Listed, RosterTitle
from tests.console.stage import Browser, DeskStage, Page

NAME = "南京试样机械有限公司"
HELD = (RosterTitle("srdi", "2026年度", None, date(2026, 12, 1), date(2026, 12, 29)),)
TITLE = {"title": "srdi", "batch": "2026年度", "first": "no", "from": "2026-12-01", "until": "2029-11-30"}


def _added(tx: Tx) -> int:
    return roster.add(tx, name=NAME, credit_code=None, district="江宁", titles=HELD)


async def _saved(browser: Browser, entry_id: int, *titles: dict[str, str], **changed: str) -> Page:
    page = await browser.get(f"/console/roster/{entry_id}/edit")
    assert page.status == 200
    seen = page.text.split('name="seen" value="')[1].split('"')[0]
    sent = {"name": NAME, "district": "江宁", "reason": "截止日期录错", "seen": seen} | changed
    rows = {f"t{place}-{what}": value for place, title in enumerate(titles) for what, value in title.items()}
    return await browser.post(f"/console/roster/{entry_id}/edit", **sent, **rows)


async def test_a_wrong_date_is_corrected_and_both_values_and_the_reason_stay(desk: DeskStage) -> None:
    browser = await desk.official(RoleKind.EDITOR)
    entry_id = await desk.database.write(_added)
    page = await _saved(browser, entry_id, TITLE | {"awarded": "2026-11-20"}, {"title": ""}, zone="江宁开发区")
    assert page.location == f"/console/roster/{entry_id}"
    found = await desk.database.read(roster.get, entry_id)
    assert found == Listed(
        entry_id,
        NAME,
        None,
        "江宁",
        (RosterTitle("srdi", "2026年度", False, date(2026, 12, 1), date(2029, 12, 1), date(2026, 11, 20)),),
        "江宁开发区",
    )
    shown = (await browser.get(page.location)).text
    for words in ("截止日期录错", "2026-12-29（不含）", "2029-12-01（不含）", "2026-11-20 获评", "没有 → 江宁开发区"):
        assert words in shown
    (made,) = await desk.database.read(edits.of_entry, entry_id)
    assert (made.before["zone"], made.after["zone"]) == (None, "江宁开发区")
    (row,) = await desk.database.read(audit.entries, AuditQuery(action="edit_roster"), most=5)
    assert row.subject == f"roster_entry:{entry_id}"
    assert set(row.fields) == {"before_titles", "titles", "before_zone", "zone", "reason"}


@pytest.mark.parametrize(
    ("titles", "changed"),
    [
        ([TITLE], {"reason": ""}),
        ([TITLE], {"name": "123"}),
        ([TITLE], {"credit_code": "91320102MADEM36000"}),
        ([TITLE], {"district": "六合", "zone": "江宁开发区"}),
        ([TITLE], {"seen": "1"}),
        ([TITLE], {"name": "南京云杼传感科技有限公司"}),
        ([TITLE, TITLE], {}),
        ([TITLE | {"until": "2026-11-30"}], {}),
        ([TITLE | {"until": "2099-11-30"}], {}),
        ([TITLE | {"from": ""}], {}),
        ([TITLE | {"batch": ""}], {}),
        ([TITLE | {"title": "moon"}], {}),
        ([TITLE | {"first": "", "until": "2026-12-28"}], {}),
    ],
    ids=lambda given: repr(given)[:40],
)
async def test_what_an_import_would_not_take_or_changes_nothing_is_refused_in_words(
    desk: DeskStage, titles: list[dict[str, str]], changed: dict[str, str]
) -> None:
    browser = await desk.official(RoleKind.EDITOR)
    entry_id = await desk.database.write(_added)
    page = await _saved(browser, entry_id, *titles, **changed)
    assert page.status == 422
    assert "desk-" in page.text
    assert (await desk.database.read(roster.get, entry_id)).titles == HELD
    assert await desk.database.read(edits.of_entry, entry_id) == []


async def test_a_district_cannot_give_its_entry_to_another_one(desk: DeskStage) -> None:
    browser = await desk.official(RoleKind.EDITOR, area="江宁")
    entry_id = await desk.database.write(_added)
    assert (await _saved(browser, entry_id, TITLE, district="六合")).status == 422
    assert (await _saved(browser, entry_id, TITLE)).status == 303
