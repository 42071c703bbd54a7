"""Canned answers: written by officials, inserted into a reply with one tap."""

from typing import Annotated

from aiohttp import web
from pydantic import Field

from bot.console.acts import act
from bot.console.context import HOME, ConsoleRequest, see
from bot.services.tickets import tickets as ticket_service
from bot.services.tickets.tickets import WORKERS
from bot.web.form_models import Choice, FormModel, at_most
from storage.engine.transactions import Tx
from storage.people.roles import Place
from storage.tickets import canned_answers
from storage.tickets.canned_answers import CannedAnswer

_BACK = f"{HOME}/tickets/canned"


class CannedForm(FormModel):
    """A kept answer; area "": for the whole city."""

    area: Choice = Field("", validate_default=True)
    title: Annotated[str, at_most(ticket_service.LONGEST_TITLE)] = ""
    text: Annotated[str, at_most(ticket_service.LONGEST_REPLY)] = ""


async def listed(visit: ConsoleRequest) -> web.StreamResponse:
    """Show those of one's area and the whole city, and the form of a new one."""
    found = await visit.desk.database.read(answers_for, visit)
    return visit.page("canned.html", answers=found, areas=own_areas(visit))


async def add(visit: ConsoleRequest) -> web.StreamResponse:
    """Save an answer for one's own area, or for all if one covers the city."""
    given = visit.read(CannedForm, area=own_areas(visit))
    keep, me = ticket_service.save_canned_answer, visit.me.person_id
    await visit.desk.database.write(keep, me, given.area or None, given.title, given.text)
    see(_BACK)


# Delete a canned answer.
remove = act(ticket_service.drop_answer, "/tickets/canned")


def answers_for(tx: Tx, visit: ConsoleRequest) -> list[CannedAnswer]:
    """Return the canned answers the viewer may use."""
    reach = visit.me.areas()
    return [one for one in canned_answers.every(tx) if one.area is None or reach is None or one.area in reach]


def own_areas(visit: ConsoleRequest) -> list[str]:
    """Return the areas for which the viewer may save answers; "": the whole city."""
    working = [role for role in visit.me.held if role.kind in WORKERS]
    return [area for area in ("", *visit.desk.areas) if any(role.covers(Place(area=area or None)) for role in working)]
