"""Licence review: the queue, a picture beside the roster, approval or refusal."""

from dataclasses import dataclass

from aiohttp import web

from bot.console.acts import act
from bot.console.context import ConsoleRequest
from bot.services.firms import licence_reviews, verification_matching
from config.calendar import shanghai_day
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
    content = await visit.desk.database.write(licence_reviews.view_picture, request_id)
    if content is None:
        raise web.HTTPNotFound
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
    matching = {
        one.id for one in waiting if verification_matching.matching_code(tx, firms.get(tx, one.firm_id)) is not None
    }
    standing = verification_marks.of(tx, {one.firm_id for one in found})
    return found, total, frozenset(matching), standing


def _compared(tx: Tx, request_id: int) -> LicenceComparison:
    request = stored_licence_reviews.get(tx, request_id)
    if request is None:
        raise web.HTTPNotFound
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
