"""Correcting one roster entry: the form, and what it holds."""

from datetime import timedelta
from typing import Annotated, Literal

from aiohttp import web
from pydantic import Field

from bot.console.context import HOME, ConsoleRequest, see
from bot.services.roster import edits
from bot.services.roster.edits import LONGEST_REASON, MOST_TITLES, EntryValues
from bot.services.roster.notices import Herald
from bot.services.roster.rows import LONGEST_NAME
from bot.web.form_models import Choice, Day, FormModel, Line, at_most, read_form_model, whole_number
from config.errors import InputError
from matchmaking.names import credit_code
from storage.engine.transactions import Tx
from storage.roster import roster
from storage.roster.roster import Listed, RosterTitle

_LONGEST_BATCH = 60
_EMPTY_ROWS = 2
_FIRST = {"yes": True, "no": False}


class EntryForm(FormModel):
    """The entry itself; `seen`: its version when the form was shown."""

    name: Annotated[Line, at_most(LONGEST_NAME)] = ""
    credit_code: Annotated[Line, at_most(40)] = ""
    district: Choice = ""
    zone: Choice = ""
    reason: Annotated[str, at_most(LONGEST_REASON)] = ""
    seen: str = ""


class EntryTitleForm(FormModel):
    """One title; without `title` the row is none. `until` is the last day, nothing for one without an end."""

    title: Choice = ""
    batch: Annotated[Line, at_most(_LONGEST_BATCH)] = ""
    first: Literal["", "yes", "no"] = ""
    awarded: Day | None = None
    from_: Day | None = Field(None, alias="from")
    until: Day | None = None


async def form(visit: ConsoleRequest) -> web.StreamResponse:
    """Show the entry in a form."""
    entry, seen = await visit.desk.database.read(_entry, visit.number)
    areas = visit.desk.areas
    return visit.page(
        "roster_edit.html",
        entry=entry,
        seen=seen,
        title_choices=[("", "没有"), *((value, choice.label) for value, choice in visit.desk.titles.items())],
        districts=[("", "名录未载"), *((area, area) for area in areas if not areas.is_zone(area))],
        zones=[("", "没有"), *((area, area) for area in areas if areas.is_zone(area))],
        rows=[*entry.titles, *[None] * _EMPTY_ROWS],
        one_day=timedelta(days=1),
    )


async def edit(visit: ConsoleRequest) -> web.StreamResponse:
    """Save the entry with the reason."""
    areas = visit.desk.areas
    sent = visit.read(EntryForm, district=areas, zone=areas)
    district, zone, mine = sent.district or None, sent.zone or None, visit.me.areas()
    if mine is not None and mine.isdisjoint({district, zone}):
        raise InputError("entry_elsewhere")
    code = credit_code.normalise(sent.credit_code) or None
    new = EntryValues(sent.name, code, district, zone, _titles(visit))
    herald = Herald(visit.desk.texts, visit.desk.titles)
    await visit.carry_out_as_user(edits.edit, new, whole_number(sent.seen), sent.reason, areas, herald)
    see(f"{HOME}/roster/{visit.number}")


def _titles(visit: ConsoleRequest) -> tuple[RosterTitle, ...]:
    found = []
    for place in range(MOST_TITLES + _EMPTY_ROWS):
        prefix = f"t{place}-"
        if f"{prefix}title" not in visit.form:
            break
        row = read_form_model(EntryTitleForm, visit.form, prefix, {"title": visit.desk.titles})
        if not row.title:
            continue
        if row.from_ is None:
            raise InputError("form_empty").at(f"{prefix}from")
        until = None if row.until is None else row.until + timedelta(days=1)
        found.append(RosterTitle(row.title, row.batch, _FIRST.get(row.first), row.from_, until, row.awarded))
    return tuple(found)


def _entry(tx: Tx, entry_id: int) -> tuple[Listed, int]:
    return roster.get(tx, entry_id), roster.version_of(tx, entry_id)
