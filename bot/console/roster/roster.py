"""The roster: filtered by its address, sorted, paged; one entry; export."""

import asyncio

from aiohttp import web

from bot.console.actors import Actors
from bot.console.context import ConsoleRequest
from bot.services.roster import export as roster_export
from bot.web import spreadsheets
from config.calendar import shanghai_day
from storage.engine.page import last_page
from storage.engine.transactions import Tx
from storage.roster import edits, listing, roster
from storage.roster.edits import RosterEdit
from storage.roster.listing import RosterQuery
from storage.roster.roster import Listed

MOST_EXPORTED = 60_000
_LONGEST_WORDS = 60


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
    return await asyncio.to_thread(
        spreadsheets.as_file, visit.request.query.get("as", "xlsx"), "名录", roster_export.HEAD, rows
    )


async def show(visit: ConsoleRequest) -> web.StreamResponse:
    """Show one entry with its titles."""
    entry, made, by = await visit.desk.database.read(_entry, visit.number)
    return visit.page("roster_entry.html", entry=entry, titles=visit.desk.titles, edits=made, by=by)


def _entry(tx: Tx, entry_id: int) -> tuple[Listed, list[RosterEdit], dict[int, str]]:
    made = edits.of_entry(tx, entry_id)
    actors = Actors(tx, {one.person_id for one in made})
    return roster.get(tx, entry_id), made, {one.id: actors.named(one.person_id, one.made) for one in made}


def _page(tx: Tx, visit: ConsoleRequest) -> tuple[list[Listed], int, RosterQuery]:
    wanted = _wanted(tx, visit)
    entries, total = listing.page(tx, wanted)
    return entries, total, wanted


def _rows(tx: Tx, visit: ConsoleRequest) -> list[tuple[str, ...]]:
    found = listing.pages(tx, _wanted(tx, visit), MOST_EXPORTED)
    return list(roster_export.rows(found, visit.desk.titles))


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
