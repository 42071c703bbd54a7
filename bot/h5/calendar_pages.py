"""One's own dates as a file for a phone's calendar."""

from datetime import datetime, timedelta

from aiohttp import web

from bot.h5.context import PhoneRequest
from bot.h5.notice_options import allowing_on
from bot.services.people import data_export
from bot.services.policy.published_cache import PublishedDetailsCache
from bot.services.policy.published_for_firm import PublishedForFirm
from bot.services.policy.written_dates import written_last
from bot.web.forms_and_headers import POLICY
from config.markup import flatten
from config.texts import Texts
from notifications.calendar_file import CalendarEntry, calendar
from notifications.plans import Rules
from storage.engine.transactions import Tx

AHEAD = timedelta(days=400)


async def show(visit: PhoneRequest) -> web.StreamResponse:
    """Show what the file would contain."""
    found = await visit.ground.database.read(_dates, visit)
    rows = [(written_last(entry.due), entry.title) for entry in found]
    allowing = await allowing_on(visit)
    page = visit.page("calendar.html", rows=rows, allowing=allowing)
    if allowing is not None:
        page.headers[POLICY] = allowing.policy
    return page


async def take(visit: PhoneRequest) -> web.StreamResponse:
    """Return the file."""
    found = await visit.ground.database.write(_taken, visit)
    headers = {"Content-Disposition": 'attachment; filename="dates.ics"'}
    return web.Response(text=found, content_type="text/calendar", charset="utf-8", headers=headers)


def _dates(tx: Tx, visit: PhoneRequest) -> list[CalendarEntry]:
    return data_export.dates(tx, visit.person_id, *_rules(tx, visit))


def _taken(tx: Tx, visit: PhoneRequest) -> str:
    return calendar(data_export.take_dates(tx, visit.person_id, *_rules(tx, visit)), tx.now)


def _rules(tx: Tx, visit: PhoneRequest) -> tuple[PublishedForFirm, Rules, datetime]:
    # Nothing can be tapped here: links are flattened to text.
    texts = Texts.load(markup=flatten)
    return PublishedDetailsCache(visit.ground.parts.policy, texts).current(tx), Rules.load(texts), tx.now + AHEAD
