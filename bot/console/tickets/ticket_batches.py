"""Batch actions on tickets: assign to a colleague, transfer, or close with a canned answer."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

from aiohttp import web

from bot.console import batch_actions
from bot.console.access import ticket_place
from bot.console.batch_actions import BatchAction, BatchLine
from bot.console.context import HOME, ConsoleRequest
from bot.console.tickets.canned_answers import answers_for
from bot.console.tickets.tickets import AssignForm, MoveForm, agency_of
from bot.services.tickets import tickets as ticket_service
from bot.web.form_models import FormModel, Id
from config.errors import InputError
from storage.engine.transactions import Tx
from storage.people import roles
from storage.tickets import tickets
from storage.tickets.canned_answers import CannedAnswer

_EXCERPT = 40


@dataclass(frozen=True, slots=True)
class TicketBatch:
    """An action on tickets: in words, its form fields, and the function applied to each."""

    what: str
    kept: dict[str, str]
    act: Callable[[Tx, int], None]


async def act(visit: ConsoleRequest) -> web.StreamResponse:
    """Show what would be done to which tickets; once confirmed, do it."""
    numbers = batch_actions.chosen(visit)
    plan = await visit.desk.database.read(_plan, visit)
    lines = await visit.desk.database.read(_lines, visit, numbers)
    batch = BatchAction(f"{HOME}/tickets/batch", f"{HOME}/tickets", plan.what, "件工单", plan.kept)
    if not batch_actions.is_sure(visit):
        return batch_actions.confirm_page(visit, batch, lines, len(numbers))
    return await batch_actions.carry_out(visit, batch, lines, ticket_place, plan.act)


class BatchForm(FormModel):
    """Which act it is, and the canned answer to close with."""

    do: Literal["assign", "move", "close"]
    canned: Id = 0


def _plan(tx: Tx, visit: ConsoleRequest) -> TicketBatch:
    texts, me, given = visit.desk.texts, visit.me.person_id, visit.read(BatchForm)
    if given.do == "assign":
        assignee = visit.read(AssignForm).assignee or me
        name = "我自己" if assignee == me else roles.names(tx, {assignee}).get(assignee, "（未留姓名）")
        give = partial(_assign, me, assignee)
        return TicketBatch(f"分派给{name}", {"do": "assign", "assignee": str(assignee)}, give)
    if given.do == "move":
        asked = visit.read(MoveForm)
        place, days, why = asked.place, asked.days, asked.why
        kept = {"do": "move", "place": f"{place.agency or ''}|{place.area}", "days": str(days), "why": why}
        what = f"转给{ticket_service.in_words(place, texts)}，{days} 个工作日内答复"

        def move(tx: Tx, ticket_id: int) -> None:
            ticket_service.move(tx, me, ticket_id, place, days, why, visit.desk.workdays, texts)

        return TicketBatch(what, kept, move)
    kept_answer = _answer(tx, visit, given.canned)

    def settle(tx: Tx, ticket_id: int) -> None:
        ticket_service.answer_and_close(tx, me, ticket_id, agency_of(visit), kept_answer.text, texts)

    what = f"答复“{kept_answer.text}”并办结"
    return TicketBatch(what, {"do": "close", "canned": str(kept_answer.id)}, settle)


def _assign(me: int, assignee: int, tx: Tx, ticket_id: int) -> None:
    ticket_service.assign(tx, ticket_id, assignee)


def _answer(tx: Tx, visit: ConsoleRequest, wanted: int) -> CannedAnswer:
    found = next((one for one in answers_for(tx, visit) if one.id == wanted), None)
    if found is None:
        raise InputError("form_choose").at("canned")
    return found


def _lines(tx: Tx, visit: ConsoleRequest, numbers: list[int]) -> list[BatchLine]:
    reached = batch_actions.reached(tx, visit.me.admitted, ticket_place, numbers)
    words = tickets.first_words(tx, reached)
    return [BatchLine(number, f"工单 {number}：{words.get(number, '')[:_EXCERPT]}") for number in reached]
