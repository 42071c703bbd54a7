"""Exports, and views of a person's text, are audited."""

import inspect

import pytest

from bot.console.routes import ROUTES, ConsoleRoute
from storage.audit import audit
from storage.audit.audit import AuditQuery
from storage.people.roles import RoleKind
from tests.console.stage import DeskStage

TAKEN_AWAY = ("as_file", "as_download", "Content-Disposition")


@pytest.mark.parametrize("route", [route for route in ROUTES if route.method == "GET"], ids=lambda route: route.path)
def test_each_page_that_gives_a_file_away_is_recorded(route: ConsoleRoute) -> None:
    source = inspect.getsource(route.handler)
    assert bool(route.recorded) or not any(word in source for word in TAKEN_AWAY)


@pytest.mark.parametrize(
    ("kind", "path", "subject"),
    [
        (RoleKind.AUDITOR, "/console/roster/export", "roster"),
        (RoleKind.EDITOR, "/console/contacts/export?as=csv", "contacts"),
        (RoleKind.OPERATOR, "/console/audit/export", "audit"),
    ],
)
async def test_an_export_is_recorded_with_who_took_it(desk: DeskStage, kind: RoleKind, path: str, subject: str) -> None:
    browser = await desk.official(kind)
    assert (await browser.get(path)).status == 200
    [entry] = await desk.database.read(audit.entries, AuditQuery(action=f"{subject}.export"), most=5)
    assert (entry.subject, entry.source, entry.actor.startswith("person:")) == (subject, "console", True)


async def test_an_export_that_was_refused_is_not_recorded(desk: DeskStage) -> None:
    browser = await desk.official(RoleKind.AUDITOR)
    assert (await browser.get("/console/roster/export?as=pdf")).status == 422
    poster = await desk.official(RoleKind.SOE_POSTER)
    assert (await poster.get("/console/roster/export")).status == 404
    assert await desk.database.read(audit.entries, AuditQuery(action="roster.export"), most=5) == []


async def test_a_wrong_code_is_recorded_with_a_mark_of_where_it_came_from(desk: DeskStage) -> None:
    browser = desk.browser()
    await browser.get("/console/enter")
    assert (await browser.post("/console/enter", code="WRNG2345")).status == 422
    [entry] = await desk.database.read(audit.entries, AuditQuery(action="fail_code"), most=5)
    kind, _, mark = entry.actor.partition(":")
    assert (kind, entry.subject, entry.source, len(mark)) == ("address", "code:entry", "console", 16)
    assert "127.0.0.1" not in entry.actor


async def test_a_wrong_receipt_code_is_recorded_with_who_typed_it(desk: DeskStage) -> None:
    browser = await desk.official(RoleKind.EDITOR)
    await browser.get("/console/receipts")
    assert (await browser.post("/console/receipts", code="WRNG2345")).status == 422
    [entry] = await desk.database.read(audit.entries, AuditQuery(action="fail_code"), most=5)
    assert (entry.actor.startswith("person:"), entry.subject, entry.source) == (True, "code:receipt", "console")
