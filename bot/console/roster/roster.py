"""The roster: filtered by its address, sorted, paged; one entry; export."""

import asyncio
from datetime import timedelta

from aiohttp import web

from bot.console.context import ConsoleRequest
from bot.services.roster.import_plan import UNTITLED
from bot.web import spreadsheets
from config.calendar import shanghai_day
from storage.engine.page import last_page
from storage.engine.transactions import Tx
from storage.roster import listing, roster
from storage.roster.listing import RosterQuery
from storage.roster.roster import Listed

MOST_EXPORTED = 60_000
_LONGEST_WORDS = 60
# Importable again: one row per title, and dates as officials write them.
HEAD = ("企业名称", "统一社会信用代码", "所在区", "园区", "称号", "批次", "有效期起", "有效期至", "首次获评")
AWARDED = {True: "是", False: "否", None: "不清楚"}


async def listed(visit: ConsoleRequest) -> web.StreamResponse:
    """Show one page of the list."""
    entries, total, wanted = await visit.desk.database.read(_page, visit)
    return visit.page(
        "roster.html",
        entries=entries,
        total=total,
        wanted=wanted,
        last=last_page(total, listing.PAGE),
        titles=visit.desk.titles,
        areas=[area for area in visit.desk.areas if wanted.areas is None or area in wanted.areas],
    )


async def export(visit: ConsoleRequest) -> web.StreamResponse:
    """Export the whole filtered list as a file."""
    rows = await visit.desk.database.read(_rows, visit)
    return await asyncio.to_thread(spreadsheets.as_file, visit.request.query.get("as", "xlsx"), "名录", HEAD, rows)


async def show(visit: ConsoleRequest) -> web.StreamResponse:
    """Show one entry with its titles."""
    entry = await visit.desk.database.read(roster.get, visit.number)
    return visit.page("roster_entry.html", entry=entry, titles=visit.desk.titles)


def _page(tx: Tx, visit: ConsoleRequest) -> tuple[list[Listed], int, RosterQuery]:
    wanted = _wanted(tx, visit)
    entries, total = listing.page(tx, wanted)
    return entries, total, wanted


def _rows(tx: Tx, visit: ConsoleRequest) -> list[tuple[str, ...]]:
    found = listing.pages(tx, _wanted(tx, visit), MOST_EXPORTED)
    return [
        (entry.name, entry.credit_code or "", entry.district or "", entry.zone or "", *title)
        for entry in found
        for title in _titles(visit, entry) or [(UNTITLED, "", "", "", "")]
    ]


def _titles(visit: ConsoleRequest, entry: Listed) -> list[tuple[str, ...]]:
    return [
        (
            visit.desk.titles[title.title].label,
            title.batch,
            title.valid_from.isoformat(),
            # The last day of validity.
            "长期" if title.valid_until is None else (title.valid_until - timedelta(days=1)).isoformat(),
            AWARDED[title.first],
        )
        for title in entry.titles
    ]


def _wanted(tx: Tx, visit: ConsoleRequest) -> RosterQuery:
    asked = visit.request.query
    sort = asked.get("sort", "id")
    district, title = asked.get("district", ""), asked.get("title", "")
    return RosterQuery(
        shanghai_day(tx.now),
        visit.me.areas(),
        asked.get("q", "").strip()[:_LONGEST_WORDS],
        district if district in visit.desk.areas else "",
        title if title in visit.desk.titles else "",
        sort if sort in listing.SORTS else "id",
        asked.get("desc") == "1",
        visit.page_number,
    )
