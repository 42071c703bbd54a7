"""Roster import: upload, review before any change, atomic apply, undo."""

import asyncio
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import Field

from bot.console.context import HOME, ConsoleRequest, see
from bot.services.roster import export as roster_export
from bot.services.roster import import_plan, imports
from bot.services.roster import rows as row_service
from bot.services.roster.notices import Herald
from bot.services.roster.rows import ImportDefaults
from bot.web import spreadsheets
from bot.web.form_models import Checkbox, Choice, Day, FormModel, Upload, at_most, whole_number
from config.calendar import shanghai_day
from storage.engine import change_counters
from storage.engine.transactions import Tx
from storage.people.roles import Place
from storage.roster import imports as stored_imports
from storage.roster import roster
from storage.roster.imports import Import
from storage.roster.roster import Listed

MOST_SHOWN = 200
# Why a row is wrong, by the plan's word for it.
REASONS = {
    "code": "统一社会信用代码不正确",
    "district": "不认识的区",
    "zone": "园区不在所写的区",
    "elsewhere": "不在您管辖的区",
    "title": "没有写称号，或不认识这个称号",
    "batch": "没有写批次",
    "from": "没有写从哪一天起有效",
    "until": "有效期截止早于开始",
    "date": "看不懂的日期",
    "span": "有效期太短或太长",
    "name": "没有企业名称（公式没有结果也算没有）",
    "name_long": "企业名称太长",
    "name_doubtful": "看着不像企业名称",
    "double": "信用代码和前面另一家的相同",
    "clash": "和前面一行同名同区，信用代码却不同",
    "contrary": "和前面一行是同一企业、称号和批次，日期或首次获评却不同",
}
_LONGEST_BATCH = 60


class ImportForm(FormModel):
    """A table, and what holds for all of its rows; `until` is the last day."""

    table: Upload
    title: Choice = ""
    batch: Annotated[str, at_most(_LONGEST_BATCH)] = ""
    from_: Day | None = Field(None, alias="from")
    until: Day | None = None
    award: Literal["", "first", "review"] = ""
    complete: Checkbox = False

    def given(self, area: str | None, today: date) -> ImportDefaults:
        """Return what holds for all rows, for an import into this area."""
        until = None if self.until is None else self.until + timedelta(days=1)
        award = {"first": True, "review": False}.get(self.award)
        return ImportDefaults(self.title or None, self.batch, self.from_, until, self.complete, today, area, award)


async def listed(visit: ConsoleRequest) -> web.StreamResponse:
    """Show the form of a new import, and recent ones."""
    found = await visit.desk.database.read(_reached, visit)
    return visit.page("imports.html", imports=found, titles=visit.desk.titles)


async def upload(visit: ConsoleRequest) -> web.StreamResponse:
    """Read the table and save its plan; the roster is not changed yet."""
    form = visit.read(ImportForm, title=visit.desk.titles)
    # City-wide officials import for the whole city; others for their one area.
    areas = visit.me.areas()
    area = None if areas is None else min(areas)
    data = await asyncio.to_thread(form.table.file.read)
    table = await visit.desk.sandbox.roster(data, mentioning=form.complete)
    entries, version, today = await visit.desk.database.read(_roster)
    given = form.given(area, today)
    name, names = form.table.filename, row_service.names_of(visit.desk.titles)
    plan = await asyncio.to_thread(import_plan.plan, table, entries, given, visit.desk.areas, names)
    import_id = await visit.desk.database.write(imports.save, visit.me.person_id, area, name, version, plan)
    see(f"{HOME}/imports/{import_id}")


async def show(visit: ConsoleRequest) -> web.StreamResponse:
    """Show what the import would do, or did."""
    found = await visit.desk.database.read(stored_imports.get, visit.number)
    if found is None:
        raise web.HTTPNotFound
    rows = found.plan["rows"]
    shown = {fate: [row for row in rows if row["fate"] == fate] for fate in ("doubtful", "wrong", "new", "changed")}
    return visit.page(
        "import.html",
        found=found,
        shown={fate: some[:MOST_SHOWN] for fate, some in shown.items()},
        counts=imports.counts(found.plan),
        lapsed=found.plan["lapsed"][:MOST_SHOWN],
        waiting=found.plan.get("waiting", [])[:MOST_SHOWN],
        held=found.plan.get("held", []),
        spared=found.plan.get("spared", [])[:MOST_SHOWN],
        unread=[part for part in found.plan.get("parts", []) if part["why"]],
        skipped=found.plan.get("skipped", [])[:MOST_SHOWN],
        sheets=_sheets(found.plan),
        most=MOST_SHOWN,
        why=REASONS,
        titles=visit.desk.titles,
    )


async def wrong(visit: ConsoleRequest) -> web.StreamResponse:
    """Export the wrong rows with the reason beside each, to be corrected and imported again."""
    found = await visit.desk.database.read(stored_imports.get, visit.number)
    if found is None:
        raise web.HTTPNotFound
    rows = roster_export.wrong_rows(found.plan, REASONS)
    return await asyncio.to_thread(spreadsheets.as_file, "xlsx", "有错的行", roster_export.WRONG_HEAD, rows)


async def apply(visit: ConsoleRequest) -> web.StreamResponse:
    """Apply the plan with the decisions on its doubtful lines."""
    decided = {
        whole_number(name.removeprefix("line-")): str(value)
        for name, value in visit.form.items()
        if name.startswith("line-")
    }
    await visit.carry_out_as_user(imports.apply, decided, _notices(visit))
    see(f"{HOME}/imports/{visit.number}")


async def undo(visit: ConsoleRequest) -> web.StreamResponse:
    """Undo an applied import."""
    await visit.carry_out_as_user(imports.undo, _notices(visit))
    see(f"{HOME}/imports/{visit.number}")


def _sheets(plan: Mapping[str, Any]) -> list[str]:
    """Return the sheets' names by index if several were read, else nothing."""
    parts = plan.get("parts", [])
    return [part["name"] for part in parts] if sum(part["read"] > 0 for part in parts) > 1 else []


def _notices(visit: ConsoleRequest) -> Herald:
    return Herald(visit.desk.texts, visit.desk.titles)


def _reached(tx: Tx, visit: ConsoleRequest) -> list[Import]:
    return [
        found
        for found in stored_imports.latest(tx)
        if any(role.covers(Place(area=found.area)) for role in visit.me.admitted)
    ]


def _roster(tx: Tx) -> tuple[list[Listed], int, date]:
    return roster.everything(tx), change_counters.current(tx, roster.VERSION), shanghai_day(tx.now)
