"""From questions to payment on one page: it offers what the stage allows, one form per act."""

import asyncio
from typing import Any, NoReturn

from aiohttp import web

from bot.console.acts import act_as_user
from bot.console.challenges import forms
from bot.console.challenges.challenges import kinds_of
from bot.console.challenges.files import as_download
from bot.console.context import HOME, ConsoleRequest, see
from bot.services.challenges import announcements, matching, name_disclosure, review, stages, steps
from bot.services.challenges import archive as archive_service
from bot.services.challenges import bids as bid_service
from bot.web.form_models import ticked_under
from bot.web.page_request import existing
from config.challenges import Sealing
from storage.challenges import bid_sealing, bids, challenges
from storage.challenges import files as stored_files
from storage.challenges import records as stored_records
from storage.challenges.challenges import Stage
from storage.engine.record_log import LogEntry
from storage.engine.transactions import Tx
from storage.firms import verification_marks, verifications
from storage.people.roles import RoleKind

REVIEW = "/challenges/{id}/review"
# Record kinds the page looks for, whether present or not.
KINDS = (
    *("question", "answer", "extension", "criteria", "reviewer", "score", "minutes", "choice", "notice"),
    *("objection", "objection_reply", "contract", "milestone", "acceptance", "invitation"),
)


async def show(visit: ConsoleRequest) -> web.StreamResponse:
    """Show the challenge's stage, and what may be done."""
    challenge_id = visit.number
    shown = await visit.desk.database.read(_shown, challenge_id)
    kinds = kinds_of(visit)
    moves = [move.target.value for move in stages.moves_from(shown["stage"], kinds)]
    return visit.page(
        "challenge_review.html",
        **shown,
        moves=moves,
        acts=bool(kinds & stages.POSTERS),
        signs=RoleKind.SOE_APPROVER in kinds,
        form=visit.desk.form,
    )


async def why_not(visit: ConsoleRequest) -> web.StreamResponse:
    """Explain a firm's rank for this challenge, by current data."""
    challenge_id = visit.number
    challenge = existing(await visit.desk.database.read(challenges.get, challenge_id))
    name = visit.request.query.get("firm", "").strip()[:60]
    firm_id = await visit.desk.database.read(verification_marks.find_named, name)
    explained, standing = None, None
    if firm_id is not None:
        standing = (await visit.desk.database.read(verification_marks.of, [firm_id]))[firm_id]
        demand, conditions = matching.demand_of(challenge), matching.conditions_of(challenge)
        explained = await visit.desk.database.read(visit.desk.matcher.explain, demand, firm_id, conditions=conditions)
    return visit.page(
        "challenge_why.html",
        challenge=challenge,
        name=name,
        firm_id=firm_id,
        explained=explained,
        standing=standing,
    )


async def bid_file(visit: ConsoleRequest) -> web.StreamResponse:
    """Return a bid's file to the poster once bids are open."""
    file_id = visit.number

    def read(tx: Tx) -> tuple[stored_files.ChallengeFile, list[bytes], bytes | None]:
        file = existing(stored_files.get(tx, file_id))
        challenge = existing(challenges.get(tx, file.challenge_id))
        bid = existing(None if file.bid_id is None else bids.get(tx, file.bid_id))
        bid_service.read(tx, challenge, bid)
        return file, stored_files.sealed_pieces(tx, file_id), bids.opened_key(tx, challenge.id)

    file, pieces, private = await visit.desk.database.read(read)

    def opened() -> bytes:
        contexts = [stored_files.context_of(file.id, number) for number in range(len(pieces))]
        if file.sealed_to_bid and private is not None:
            opening = (bid_sealing.open_with(private, piece, at) for piece, at in zip(pieces, contexts, strict=True))
        else:
            opening = (visit.desk.cipher.open_bytes(piece, at) for piece, at in zip(pieces, contexts, strict=True))
        return b"".join(opening)

    return as_download(file, await asyncio.to_thread(opened))


async def archive(visit: ConsoleRequest) -> web.StreamResponse:
    """Return the whole record as a ZIP."""
    challenge_id = visit.number
    pack = await visit.desk.database.read(archive_service.collect, challenge_id)
    body = await asyncio.to_thread(archive_service.packed, pack, visit.desk.form, visit.desk.cipher)
    headers = {"Content-Disposition": f'attachment; filename="challenge-{challenge_id}.zip"'}
    return web.Response(body=body, content_type="application/zip", headers=headers)


def _shown(tx: Tx, challenge_id: int) -> dict[str, Any]:
    challenge = existing(challenges.get(tx, challenge_id))
    records = stored_records.listed(tx, challenge_id)
    by_kind: dict[str, list[LogEntry]] = {kind: [] for kind in KINDS}
    for one in records:
        by_kind.setdefault(one.kind, []).append(one)
    key = bids.key(tx, challenge_id)
    stage = challenge.at(tx.now)
    readable = stage not in (Stage.DRAFT, Stage.PENDING, Stage.RETURNED, Stage.PUBLISHED, Stage.WITHDRAWN) and (
        challenge.sealing == Sealing.NONE or (key is not None and key.opened is not None)
    )
    found = bids.of_challenge(tx, challenge_id) if readable else []
    files = stored_files.of_bids(tx, challenge_id) if found else {}
    known = verifications.proven(tx, [bid.firm_id for bid in found])
    answered = {one.data["of"] for one in by_kind.get("answer", ())}
    return {
        "challenge": challenge,
        "stage": stage,
        "key": key,
        # Not even this before the deadline: with a minimum of one it would reveal whether anybody bids.
        "enough": None if stage == Stage.PUBLISHED else bids.count(tx, challenge_id) >= challenge.least,
        "readable": readable,
        "bids": [(bid, bid_service.read(tx, challenge, bid), files.get(bid.id, [])) for bid in found],
        "unproven": {bid.id for bid in found if bid.firm_id not in known},
        "standing": verification_marks.of(tx, {bid.firm_id for bid in found}),
        "totals": review.totals(tx, challenge_id),
        "by_kind": by_kind,
        "waiting": [one for one in by_kind.get("question", ()) if one.id not in answered],
        "ranking": matching.frozen_list(tx, challenge_id),
        "invited": {one.firm_id: one for one in by_kind["invitation"]},
        "consents": name_disclosure.for_poster(tx, challenge_id),
        "last": {kind: entries[-1].data if entries else None for kind, entries in by_kind.items()},
    }


# Ask a firm to bid.
invite = act_as_user(
    matching.invite,
    REVIEW,
    lambda visit: (visit.id_of("firm"), visit.text("why", matching.LONGEST_WHY), visit.desk.texts),
)
# Open names to a firm that has agreed to it.
agree = act_as_user(name_disclosure.agree_as_poster, REVIEW, lambda visit: (visit.id_of("pair"), visit.desk.texts))
# Fix what is judged.
criteria = act_as_user(review.fix_criteria, REVIEW, lambda visit: (visit.read(forms.CriteriaForm).criteria,))
# Answer a firm's question.
answer = act_as_user(
    announcements.answer,
    REVIEW,
    lambda visit: (visit.id_of("question"), visit.text("answer", announcements.LONGEST_ANSWER), visit.desk.texts),
)
# Take bids again until a later deadline.
extend = act_as_user(
    announcements.extend, REVIEW, lambda visit: (visit.read(forms.ExtensionForm).until, visit.desk.texts)
)
# Save the minutes of the review.
keep_minutes = act_as_user(review.save_minutes, REVIEW, lambda visit: (visit.text("text", review.LONGEST),))
# Choose among the bids.
choose = act_as_user(
    review.choose, REVIEW, lambda visit: (ticked_under(visit.form, "bid-"), visit.text("why", review.LONGEST))
)
# Answer an objection.
answer_objection = act_as_user(
    review.answer_objection, REVIEW, lambda visit: (visit.id_of("objection"), visit.text("text", review.LONGEST))
)
# End the notice and go on to the contract.
begin_signing = act_as_user(
    steps.begin_signing, REVIEW, lambda visit: (kinds_of(visit), visit.desk.form, visit.desk.texts)
)
# Accept the work.
accept = act_as_user(steps.accept, REVIEW, lambda visit: (kinds_of(visit), visit.desk.form))


async def amend(visit: ConsoleRequest) -> web.StreamResponse:
    """Announce a change."""
    given = visit.read(forms.AmendmentForm)
    await visit.carry_out_as_user(announcements.amend, given.what, given.until, visit.desk.texts)
    _back(visit)


async def add_reviewer(visit: ConsoleRequest) -> web.StreamResponse:
    """Enter a reviewer."""
    given, conflicts = visit.read(forms.ReviewerForm), ticked_under(visit.form, "conflict-")
    await visit.carry_out_as_user(review.add_reviewer, given.name, conflicts, given.note)
    _back(visit)


async def score(visit: ConsoleRequest) -> web.StreamResponse:
    """Enter a reviewer's points for one bid."""
    # Once fixed they are never changed: what is read here holds when the points are kept.
    fixed = await visit.desk.database.read(stored_records.last, visit.number, "criteria")
    points = forms.points_in(visit.form, [name for name, _ in fixed.data["criteria"]] if fixed is not None else [])
    why = visit.text("why", review.LONGEST)
    await visit.carry_out_as_user(review.score, visit.text("reviewer"), visit.id_of("bid"), points, why)
    _back(visit)


async def announce(visit: ConsoleRequest) -> web.StreamResponse:
    """Put the choice on public notice."""
    given, form, texts = visit.read(forms.NoticeForm), visit.desk.form, visit.desk.texts
    await visit.carry_out_as_user(steps.announce, kinds_of(visit), given.text, given.until, given.phone, form, texts)
    _back(visit)


async def enter_objection(visit: ConsoleRequest) -> web.StreamResponse:
    """Enter an objection to the notice."""
    given = visit.read(forms.ObjectionForm)
    await visit.carry_out_as_user(review.object_to, given.text, given.by)
    _back(visit)


async def sign(visit: ConsoleRequest) -> web.StreamResponse:
    """Enter the contract."""
    given, form = visit.read(forms.ContractForm), visit.desk.form
    contract, milestones = given.contract(form.payment_days), given.milestones.splitlines()
    await visit.carry_out_as_user(steps.sign, kinds_of(visit), contract, milestones, form)
    _back(visit)


async def reach_milestone(visit: ConsoleRequest) -> web.StreamResponse:
    """Enter that a milestone is reached."""
    given = visit.read(forms.MilestoneForm)
    await visit.carry_out_as_user(review.reach_milestone, given.number, given.note)
    _back(visit)


def _back(visit: ConsoleRequest) -> NoReturn:
    see(f"{HOME}/challenges/{visit.number}/review")
