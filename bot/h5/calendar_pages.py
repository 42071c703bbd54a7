"""One's own dates as a file that a phone's calendar takes."""

from datetime import timedelta

from aiohttp import web

from bot.board import Board
from bot.browsing import POLICY
from bot.dialogs.links import flatten
from bot.h5.allowing import allowing_on
from bot.h5.visits import Visit
from bot.services import own_dates
from bot.services.typed_moments import written_last
from config.texts import Texts
from notifications.icalendar import Entry, calendar
from notifications.plans import Rules
from storage.transactions import Tx

AHEAD = timedelta(days=400)


async def show(visit: Visit) -> web.StreamResponse:
    """What would be in the file."""
    found = await visit.ground.database.read(_dates, visit, visit.person_id)
    rows = [(written_last(entry.due), entry.title) for entry in found]
    allowing = await allowing_on(visit)
    page = visit.page("calendar.html", rows=rows, allowing=allowing)
    if allowing is not None:
        page.headers[POLICY] = allowing.policy
    return page


async def take(visit: Visit) -> web.StreamResponse:
    """The file."""
    found = await visit.ground.database.write(_taken, visit, visit.person_id)
    headers = {"Content-Disposition": 'attachment; filename="dates.ics"'}
    return web.Response(text=found, content_type="text/calendar", charset="utf-8", headers=headers)


def _dates(tx: Tx, visit: Visit, person_id: int) -> list[Entry]:
    # Here nothing can be tapped: links in the words become the words.
    texts = Texts.load(markup=flatten)
    published = Board(visit.ground.parts.policy, texts).current(tx)
    return own_dates.of_person(tx, person_id, published, Rules.load(texts), tx.now + AHEAD)


def _taken(tx: Tx, visit: Visit, person_id: int) -> str:
    own_dates.record_taken(tx, person_id)
    return calendar(_dates(tx, visit, person_id), tx.now)
