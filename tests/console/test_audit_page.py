"""The audit page: who did what, filtered and paged, for city-wide roles."""

import asyncio
import re
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from bot.cli.commands import run
from bot.console import audit as audit_pages
from bot.jobs.audit_chain import chain_audit
from config.settings import Settings
from storage.audit import audit
from storage.audit.head_file import HeadsFile, path_for
from storage.engine.database import Database
from storage.engine.transactions import Actor, Tx
from storage.people.roles import RoleKind
from tests.console.stage import Browser, DeskStage

ROWS = re.compile(r'<td data-label="编号">(\d+)</td>')


def _acts(tx: Tx, count: int) -> None:
    """Insert acts of a hundred people at ten firms, every thousandth a rare one."""
    rows: list[Mapping[str, Any]] = [
        {
            "at": tx.now,
            "actor": f"person:{1000 + number % 100}",
            "action": "learn" if number % 1000 else "rare.act",
            "subject": f"firm:{number % 10}",
            "source": "wechat" if number % 2 else "console",
            "fields": {"size": "0" * 32},
        }
        for number in range(count)
    ]
    tx.execute(insert(audit.AUDIT), rows)


async def ids(browser: Browser, query: str) -> list[int]:
    page = await browser.get(f"/console/audit?{query}")
    assert page.status == 200
    return [int(number) for number in ROWS.findall(page.text)]


async def test_an_auditor_finds_an_act_by_each_of_its_sides(desk: DeskStage) -> None:
    await desk.database.write(_acts, 100)
    browser = await desk.official(RoleKind.AUDITOR)
    everything = await ids(browser, "source=wechat&who=1003")
    assert len(everything) == 1
    assert await ids(browser, "who=person%3A1003&source=wechat") == everything
    assert await ids(browser, "who=1003&source=console") == []
    assert len(await ids(browser, "subject=firm%3A3")) == 10
    assert len(await ids(browser, "what=rare.act")) == 1
    today = (await desk.database.read(lambda tx: tx.now + timedelta(hours=8))).date()
    assert everything[0] in await ids(browser, f"from={today}&to={today}&subject=firm%3A3")
    assert await ids(browser, f"to={today - timedelta(days=1)}&subject=firm%3A3") == []
    assert await ids(browser, "who=%27%20OR%201%3D1") == []
    assert (await browser.get("/console/audit?from=yesterday")).status == 422
    assert (await browser.get("/console/audit?role=emperor")).status == 422


async def test_what_officials_of_one_kind_did_is_found_with_their_names(desk: DeskStage) -> None:
    operator = await desk.official(RoleKind.OPERATOR)
    await operator.get("/console/roles")
    await operator.post("/console/roles", name="李工", kind="editor", agency="市工信局")
    browser = await desk.official(RoleKind.AUDITOR)
    page = await browser.get("/console/audit?role=operator")
    assert page.text.count('<td data-label="做了什么">邀请</td>') == 1
    assert "某人" in page.text
    assert await ids(browser, "role=approver") == []


async def test_pages_follow_each_other_without_a_gap_or_a_double(desk: DeskStage) -> None:
    await desk.database.write(_acts, 120)
    browser = await desk.official(RoleKind.OPERATOR)
    seen: list[int] = []
    query = "subject=firm%3A1&source=wechat"
    await desk.database.write(_acts, 700)
    path = f"/console/audit?{query}"
    while path:
        page = await browser.get(path)
        seen += [int(number) for number in ROWS.findall(page.text)]
        older = re.search(r'href="([^"]+skip=\d+)"', page.text)
        path = older[1].replace("&amp;", "&") if older else ""
    assert len(seen) == 82
    assert seen == sorted(set(seen), reverse=True)


@pytest.mark.parametrize("kind", [RoleKind.EDITOR, RoleKind.APPROVER])
async def test_it_is_for_auditors_and_operators(desk: DeskStage, kind: RoleKind) -> None:
    assert (await (await desk.official(kind)).get("/console/audit")).status == 404


async def test_an_auditor_of_one_district_has_no_such_page_and_no_link_to_it(desk: DeskStage) -> None:
    browser = await desk.official(RoleKind.AUDITOR, "江宁", "江宁区工信局")
    assert (await browser.get("/console/audit")).status == 404
    assert "操作记录" not in (await browser.get("/console")).text
    assert "操作记录" in (await (await desk.official(RoleKind.AUDITOR)).get("/console")).text


async def test_the_chain_is_shown_and_when_it_wants_verifying(
    desk: DeskStage, desk_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SRDI_DATABASE_URL", desk_settings.database_url)
    monkeypatch.setenv("SRDI_SECRET_KEY", desk_settings.secret_key.get_secret_value())
    browser = await desk.official(RoleKind.AUDITOR)
    before = (await browser.get("/console/audit")).text
    assert "还没有签过名" in before
    assert "该核对了" in before
    await desk.database.write(_acts, 3)
    await chain_audit(desk.database, HeadsFile(path_for(desk_settings.database_url)))
    assert await asyncio.to_thread(run, ["audit", "verify"]) == 0
    after = (await browser.get("/console/audit")).text
    assert "第 1 批" in after
    assert "，完好" in after
    assert "该核对了" not in after
    desk.ahead(timedelta(days=31))
    await desk.database.write(lambda tx: audit.record(tx, "y", "z", by=Actor("x", "cli")))
    state = await desk.database.read(audit_pages.chain_state)
    assert (state.is_due, state.head.number) == (True, 1)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
async def test_what_is_taken_away_is_what_was_filtered(desk: DeskStage, form: str) -> None:
    await desk.database.write(lambda tx: audit.record(tx, "odd", "<b>", {"a": "b"}, by=Actor("=1+1", "cli")))
    browser = await desk.official(RoleKind.AUDITOR)
    page = await browser.get(f"/console/audit/export?as={form}&subject=%3Cb%3E")
    assert page.status == 200
    if form == "csv":
        assert "'=1+1" in page.text
        assert len(page.text.strip().splitlines()) == 2
    shown = (await browser.get("/console/audit?subject=%3Cb%3E")).text
    assert '<td data-label="对象"><a href="/console/audit?subject=%3Cb%3E">&lt;b&gt;</a></td>' in shown


@pytest.mark.hard
async def test_a_page_of_a_hundred_thousand_acts_takes_less_than_300_ms(desk: DeskStage) -> None:
    database: Database = desk.database
    for _ in range(10):
        await database.write(_acts, 10_000)
    browser = await desk.official(RoleKind.AUDITOR)
    for query in ("", "what=rare.act", "skip=500", "who=1003&what=rare.act", "subject=nothing", "role=operator"):
        await browser.get(f"/console/audit?{query}")
        begun = time.perf_counter()
        await browser.get(f"/console/audit?{query}")
        took = time.perf_counter() - begun
        assert took < 0.3, query
