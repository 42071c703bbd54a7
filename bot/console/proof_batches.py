"""Many licences at once: those that match the roster are approved, others refused for one reason."""

from aiohttp import web

from bot.console import batches
from bot.console.batches import Batch, Line
from bot.console.policies import request_place
from bot.console.visits import HOME, Visit
from bot.services import proof_matching, proof_requests
from bot.services.proof_requests import LONGEST_REASON
from config.errors import InputError
from storage import firm_standing, firms
from storage import proof_requests as rows
from storage.transactions import Tx


async def act(visit: Visit) -> web.StreamResponse:
    """Show the pictures and what would be done; once they are sure, do it."""
    numbers, do, reason = batches.chosen(visit), visit.text("do"), visit.text("reason")
    if do not in ("approve", "refuse"):
        raise InputError("form_wrong")
    if do == "refuse" and not 2 <= len(reason) <= LONGEST_REASON:
        raise InputError("proof_reason_missing", most=LONGEST_REASON)
    lines = await visit.desk.database.read(_lines, visit, numbers)
    what = "核验通过" if do == "approve" else f"不通过，原因“{reason}”"
    kept = {"do": do, "reason": reason} if do == "refuse" else {"do": do}
    batch = Batch(f"{HOME}/proofs/batch", f"{HOME}/proofs", what, "件", kept)
    if not batches.is_sure(visit):
        return batches.second_look(visit, batch, lines, len(numbers))

    def one(tx: Tx, request_id: int) -> None:
        if do == "approve":
            proof_matching.approve(tx, visit.desk.texts, visit.me.person_id, request_id)
        else:
            proof_requests.refuse(tx, visit.desk.texts, visit.me.person_id, request_id, reason)

    return await batches.carry_out(visit, batch, lines, request_place, one)


def _lines(tx: Tx, visit: Visit, numbers: list[int]) -> list[Line]:
    return [_line(tx, number) for number in batches.reached(tx, visit.me.admitted, request_place, numbers)]


def _line(tx: Tx, request_id: int) -> Line:
    found = rows.get(tx, request_id)
    firm = None if found is None else firms.get(tx, found.firm_id)
    marked = {} if firm is None else firm_standing.of(tx, [firm.id])
    words = "" if firm is None else f"{marked[firm.id].label} {firm.credit_code or '未填代码'}"
    picture = f"{HOME}/proofs/{request_id}/picture" if rows.has_picture(tx, request_id) else ""
    return Line(request_id, words, picture)
