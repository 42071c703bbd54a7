"""Licence review: the queue, a picture beside the roster, approval or refusal."""

from dataclasses import dataclass

from aiohttp import web

from bot.console import batch_actions
from bot.console.access import request_place
from bot.console.acts import act
from bot.console.batch_actions import BatchAction, BatchLine
from bot.console.context import HOME, ConsoleRequest
from bot.services.firms import licence_reviews
from bot.services.firms.licence_reviews import LONGEST_REASON
from bot.web.page_request import existing
from config.calendar import shanghai_day
from config.errors import InputError
from storage.engine.page import last_page
from storage.engine.transactions import Tx
from storage.firms import firms, verification_marks, verifications
from storage.firms import licence_reviews as stored_licence_reviews
from storage.firms.firms import Firm
from storage.firms.licence_reviews import LicenceReview, LicenceReviewState, Queued
from storage.firms.verification_marks import FirmMarks
from storage.firms.verifications import Proof
from storage.people import people
from storage.roster import roster
from storage.roster.roster import Listed

_STATES = {
    "waiting": (LicenceReviewState.WAITING, LicenceReviewState.FETCHING),
    "done": (LicenceReviewState.APPROVED, LicenceReviewState.REFUSED, LicenceReviewState.FAILED),
}


@dataclass(frozen=True, slots=True)
class LicenceComparison:
    """A request: the firm's own data beside the roster, and who else is verified by its code."""

    request: LicenceReview
    firm: Firm
    area: str | None
    sender: str | None
    entry: Listed | None
    same_code: Proof | None
    standing: FirmMarks
    has_picture: bool
    valid: tuple[str, ...]


async def listed(visit: ConsoleRequest) -> web.StreamResponse:
    """Show one page of the queue, longest waiting first."""
    which = visit.request.query.get("state", "waiting")
    which = which if which in _STATES else "waiting"
    page = visit.page_number
    found, total, matching, standing = await visit.desk.database.read(_queue, _STATES[which], visit.me.areas(), page)
    last = last_page(total, stored_licence_reviews.PAGE)
    return visit.page(
        "proofs.html",
        requests=found,
        total=total,
        matching=matching,
        standing=standing,
        which=which,
        number=page,
        last=last,
    )


async def show(visit: ConsoleRequest) -> web.StreamResponse:
    """Show a request with its picture and differences."""
    compared = await visit.desk.database.read(_compared, visit.number)
    return visit.page("proof.html", found=compared, titles=visit.desk.titles)


async def picture(visit: ConsoleRequest) -> web.StreamResponse:
    """Return the picture; the view is audited."""
    request_id = visit.number
    content = existing(await visit.desk.database.write(licence_reviews.view_picture, request_id))
    return web.Response(body=content, content_type="image/jpeg")


# Verify the firm by the code on its licence.
approve = act(licence_reviews.approve, "/proofs", lambda visit: (visit.text("code", 30), visit.desk.texts))
# Refuse with a reason the firm reads.
refuse = act(
    licence_reviews.refuse,
    "/proofs",
    lambda visit: (visit.text("reason", licence_reviews.LONGEST_REASON), visit.desk.texts),
)


def _queue(
    tx: Tx, states: tuple[LicenceReviewState, ...], areas: frozenset[str] | None, page: int
) -> tuple[list[Queued], int, frozenset[int], dict[int, FirmMarks]]:
    found, total = stored_licence_reviews.queue(tx, states, areas, page)
    waiting = [one for one in found if one.state == LicenceReviewState.WAITING]
    matching = {one.id for one in waiting if licence_reviews.matching_code(tx, firms.get(tx, one.firm_id)) is not None}
    standing = verification_marks.of(tx, {one.firm_id for one in found})
    return found, total, frozenset(matching), standing


def _compared(tx: Tx, request_id: int) -> LicenceComparison:
    request = existing(stored_licence_reviews.get(tx, request_id))
    firm = firms.get(tx, request.firm_id)
    place, contact = verifications.place_of(tx, request.firm_id), people.contact(tx, request.person_id)
    by_code = None if firm.credit_code is None else roster.find_code(tx, firm.credit_code)
    entry_id = by_code or firm.roster_id
    entry = None if entry_id is None else roster.get(tx, entry_id)
    same_code = None if firm.credit_code is None else verifications.of_code(tx, firm.credit_code)
    return LicenceComparison(
        request,
        firm,
        None if place is None else place.area,
        None if contact is None else contact.name,
        entry,
        None if same_code is None or same_code.firm_id == firm.id else same_code,
        verification_marks.of(tx, [firm.id])[firm.id],
        stored_licence_reviews.has_picture(tx, request_id),
        () if entry is None else tuple(title.title for title in entry.valid_titles(shanghai_day(tx.now))),
    )


async def batch(visit: ConsoleRequest) -> web.StreamResponse:
    """Show the pictures and the intended action; once confirmed, do it."""
    numbers, do = batch_actions.chosen(visit), visit.choice("do", ("approve", "refuse"))
    reason = visit.text("reason", LONGEST_REASON)
    if do == "refuse" and not 2 <= len(reason) <= LONGEST_REASON:
        raise InputError("proof_reason_missing", most=LONGEST_REASON)
    lines = await visit.desk.database.read(_batch_lines, visit, numbers)
    what = "核验通过" if do == "approve" else f"不通过，原因“{reason}”"
    kept = {"do": do, "reason": reason} if do == "refuse" else {"do": do}
    action = BatchAction(f"{HOME}/proofs/batch", f"{HOME}/proofs", what, "件", kept)
    if not batch_actions.is_sure(visit):
        return batch_actions.confirm_page(visit, action, lines, len(numbers))

    def one(tx: Tx, request_id: int) -> None:
        if do == "approve":
            licence_reviews.approve_matching(tx, visit.me.person_id, request_id, visit.desk.texts)
        else:
            licence_reviews.refuse(tx, request_id, reason, visit.desk.texts)

    return await batch_actions.carry_out(visit, action, lines, request_place, one)


def _batch_lines(tx: Tx, visit: ConsoleRequest, numbers: list[int]) -> list[BatchLine]:
    return [_batch_line(tx, number) for number in batch_actions.reached(tx, visit.me.admitted, request_place, numbers)]


def _batch_line(tx: Tx, request_id: int) -> BatchLine:
    found = stored_licence_reviews.get(tx, request_id)
    firm = None if found is None else firms.get(tx, found.firm_id)
    marked = {} if firm is None else verification_marks.of(tx, [firm.id])
    words = "" if firm is None else f"{marked[firm.id].label} {firm.credit_code or '未填代码'}"
    picture = f"{HOME}/proofs/{request_id}/picture" if stored_licence_reviews.has_picture(tx, request_id) else ""
    return BatchLine(request_id, words, picture)
