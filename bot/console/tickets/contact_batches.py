"""Batch confirmation of contacts checked by telephone."""

from aiohttp import web

from bot.console import batch_actions
from bot.console.access import contact_place
from bot.console.batch_actions import BatchAction, BatchLine
from bot.console.context import HOME, ConsoleRequest
from bot.services.tickets import contacts as contact_service
from storage.engine.transactions import Tx
from storage.tickets import contacts


async def act(visit: ConsoleRequest) -> web.StreamResponse:
    """Show which would be confirmed, with their numbers; once confirmed, do so for each."""
    numbers = batch_actions.chosen(visit)
    visit.choice("do", ("confirm",))
    lines = await visit.desk.database.read(_lines, visit, numbers)
    batch = BatchAction(f"{HOME}/contacts/batch", f"{HOME}/contacts", "打过电话，仍然正确", "条", {"do": "confirm"})
    if not batch_actions.is_sure(visit):
        return batch_actions.confirm_page(visit, batch, lines, len(numbers))

    def confirm(tx: Tx, contact_id: int) -> None:
        contact_service.confirm(tx, visit.me.person_id, contact_id)

    return await batch_actions.carry_out(visit, batch, lines, contact_place, confirm)


def _lines(tx: Tx, visit: ConsoleRequest, numbers: list[int]) -> list[BatchLine]:
    reached = batch_actions.reached(tx, visit.me.admitted, contact_place, numbers)
    found = [contacts.get(tx, number) for number in reached]
    return [
        BatchLine(one.id, f"{one.unit} {one.office} {one.phone}（{one.area or '全市'}）")
        for one in found
        if one is not None
    ]
