"""Batch licence review: approve those matching the roster, refuse others for one reason."""

from aiohttp import web

from bot.console import batch_actions
from bot.console.access import request_place
from bot.console.batch_actions import BatchAction, BatchLine
from bot.console.context import HOME, ConsoleRequest
from bot.services.firms import licence_reviews, verification_matching
from bot.services.firms.licence_reviews import LONGEST_REASON
from config.errors import InputError
from storage.engine.transactions import Tx
from storage.firms import firms, verification_marks
from storage.firms import licence_reviews as stored_licence_reviews


async def act(visit: ConsoleRequest) -> web.StreamResponse:
    """Show the pictures and the intended action; once confirmed, do it."""
    numbers, do = batch_actions.chosen(visit), visit.choice("do", ("approve", "refuse"))
    reason = visit.text("reason", LONGEST_REASON)
    if do == "refuse" and not 2 <= len(reason) <= LONGEST_REASON:
        raise InputError("proof_reason_missing", most=LONGEST_REASON)
    lines = await visit.desk.database.read(_lines, visit, numbers)
    what = "核验通过" if do == "approve" else f"不通过，原因“{reason}”"
    kept = {"do": do, "reason": reason} if do == "refuse" else {"do": do}
    batch = BatchAction(f"{HOME}/proofs/batch", f"{HOME}/proofs", what, "件", kept)
    if not batch_actions.is_sure(visit):
        return batch_actions.confirm_page(visit, batch, lines, len(numbers))

    def one(tx: Tx, request_id: int) -> None:
        if do == "approve":
            verification_matching.approve(tx, visit.me.person_id, request_id, visit.desk.texts)
        else:
            licence_reviews.refuse(tx, request_id, reason, visit.desk.texts)

    return await batch_actions.carry_out(visit, batch, lines, request_place, one)


def _lines(tx: Tx, visit: ConsoleRequest, numbers: list[int]) -> list[BatchLine]:
    return [_line(tx, number) for number in batch_actions.reached(tx, visit.me.admitted, request_place, numbers)]


def _line(tx: Tx, request_id: int) -> BatchLine:
    found = stored_licence_reviews.get(tx, request_id)
    firm = None if found is None else firms.get(tx, found.firm_id)
    marked = {} if firm is None else verification_marks.of(tx, [firm.id])
    words = "" if firm is None else f"{marked[firm.id].label} {firm.credit_code or '未填代码'}"
    picture = f"{HOME}/proofs/{request_id}/picture" if stored_licence_reviews.has_picture(tx, request_id) else ""
    return BatchLine(request_id, words, picture)
