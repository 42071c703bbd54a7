"""From questions to payment on one page: what the stage allows is offered there, each act is one form."""

import asyncio
from collections.abc import Callable
from typing import Any

from aiohttp import web

from bot.console.challenges import forms
from bot.console.challenges.files import as_download
from bot.console.context import HOME, Visit, see
from bot.services.challenges import announcements, matching, name_disclosure, review, stages
from bot.services.challenges import archive as challenge_archive
from bot.services.challenges import bids as bidding
from bot.services.challenges import challenges as challenge_service
from bot.web.form_models import ticked_under
from storage.challenges import bid_sealing, bids, challenges
from storage.challenges import files as challenge_files
from storage.challenges import records as challenge_records
from storage.challenges.challenges import Challenge, Stage
from storage.engine.transactions import Tx
from storage.firms import verification_marks, verifications
from storage.people.roles import Kind

# What the page looks for in the record, whether it is there yet or not.
KINDS = (
    *("question", "answer", "extension", "criteria", "reviewer", "score", "minutes", "choice", "notice"),
    *("objection", "objection_reply", "contract", "milestone", "acceptance", "invitation"),
)


async def show(visit: Visit) -> web.StreamResponse:
    """Where the challenge stands, and what may be done there."""
    challenge_id = visit.number
    shown = await visit.desk.database.read(_shown, challenge_id)
    kinds = frozenset(role.kind for role in visit.me.admitted)
    moves = [move.target.value for move in stages.moves_from(shown["stage"], kinds)]
    return visit.page(
        "challenge_review.html",
        **shown,
        moves=moves,
        acts=bool(kinds & stages.POSTERS),
        signs=Kind.SOE_APPROVER in kinds,
        form=visit.desk.form,
    )


async def act(visit: Visit) -> web.StreamResponse:
    """Do one thing of the page."""
    challenge_id = visit.number
    what = _ACTS[visit.choice("act", _ACTS)]
    await visit.desk.database.write(what, visit, challenge_id)
    see(f"{HOME}/challenges/{challenge_id}/review")


async def why_not(visit: Visit) -> web.StreamResponse:
    """Why a firm stands where it does for this challenge, as the data stands now."""
    challenge_id = visit.number
    challenge = await visit.desk.database.read(challenges.get, challenge_id)
    if challenge is None:
        raise web.HTTPNotFound
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


async def bid_file(visit: Visit) -> web.StreamResponse:
    """A file of a bid for the poster, once the bids are open."""
    file_id = visit.number

    def read(tx: Tx) -> tuple[challenge_files.File, list[bytes], bytes | None]:
        file = challenge_files.get(tx, file_id)
        challenge = None if file is None else challenges.get(tx, file.challenge_id)
        bid = None if file is None or file.bid_id is None else bids.get(tx, file.bid_id)
        if file is None or challenge is None or bid is None:
            raise web.HTTPNotFound
        bidding.read(tx, challenge, bid)
        return file, challenge_files.sealed_pieces(tx, file_id), bids.opened_key(tx, challenge.id)

    file, pieces, private = await visit.desk.database.read(read)

    def opened() -> bytes:
        contexts = [challenge_files.context_of(file.id, number) for number in range(len(pieces))]
        if file.sealed_to_bid and private is not None:
            opening = (bid_sealing.open_with(private, piece, at) for piece, at in zip(pieces, contexts, strict=True))
        else:
            opening = (visit.desk.cipher.open_bytes(piece, at) for piece, at in zip(pieces, contexts, strict=True))
        return b"".join(opening)

    return as_download(file, await asyncio.to_thread(opened))


async def archive(visit: Visit) -> web.StreamResponse:
    """The whole record as one ZIP."""
    challenge_id = visit.number
    pack = await visit.desk.database.read(challenge_archive.gather, challenge_id, visit.desk.form)
    body = await asyncio.to_thread(challenge_archive.packed, pack, visit.desk.form, visit.desk.cipher)
    headers = {"Content-Disposition": f'attachment; filename="challenge-{challenge_id}.zip"'}
    return web.Response(body=body, content_type="application/zip", headers=headers)


def _shown(tx: Tx, challenge_id: int) -> dict[str, Any]:
    challenge = challenges.get(tx, challenge_id)
    if challenge is None:
        raise web.HTTPNotFound
    records = challenge_records.listed(tx, challenge_id)
    by_kind: dict[str, list[challenge_records.Record]] = {kind: [] for kind in KINDS}
    for one in records:
        by_kind.setdefault(one.kind, []).append(one)
    key = bids.key(tx, challenge_id)
    stage = challenge.at(tx.now)
    readable = stage not in (Stage.DRAFT, Stage.PENDING, Stage.RETURNED, Stage.PUBLISHED, Stage.WITHDRAWN) and (
        challenge.sealing == "none" or (key is not None and key.opened is not None)
    )
    found = bids.of_challenge(tx, challenge_id) if readable else []
    files = challenge_files.of_bids(tx, challenge_id) if found else {}
    known = verifications.proven(tx, [bid.firm_id for bid in found])
    answered = {one.data["of"] for one in by_kind.get("answer", ())}
    return {
        "challenge": challenge,
        "stage": stage,
        "key": key,
        # Before the deadline not even this: with one as the least number it would say whether anybody bids.
        "enough": None if stage == Stage.PUBLISHED else bids.count(tx, challenge_id) >= challenge.least,
        "readable": readable,
        "bids": [(bid, bidding.read(tx, challenge, bid), files.get(bid.id, [])) for bid in found],
        "unproven": {bid.id for bid in found if bid.firm_id not in known},
        "standing": verification_marks.of(tx, {bid.firm_id for bid in found}),
        "totals": review.totals(tx, challenge_id),
        "by_kind": by_kind,
        "waiting": [one for one in by_kind.get("question", ()) if one.id not in answered],
        "ranking": matching.frozen_list(tx, challenge_id),
        "invited": {one.firm_id: one for one in by_kind["invitation"]},
        "consents": name_disclosure.told_to_poster(tx, challenge_id),
        "last": {kind: entries[-1].data if entries else None for kind, entries in by_kind.items()},
    }


def _invite(tx: Tx, visit: Visit, challenge_id: int) -> None:
    firm_id, texts = visit.id_of("firm"), visit.desk.texts
    matching.invite(tx, visit.me.person_id, challenge_id, firm_id, visit.text("why"), texts)


def _agree(tx: Tx, visit: Visit, challenge_id: int) -> None:
    pair_id = visit.id_of("pair")
    name_disclosure.agree_as_poster(tx, visit.me.person_id, challenge_id, pair_id, visit.desk.texts)


def _criteria(tx: Tx, visit: Visit, challenge_id: int) -> None:
    review.fix_criteria(tx, visit.me.person_id, challenge_id, visit.read(forms.CriteriaForm).criteria)


def _answer(tx: Tx, visit: Visit, challenge_id: int) -> None:
    question_id = visit.id_of("question")
    announcements.answer(tx, visit.me.person_id, challenge_id, question_id, visit.text("answer"), visit.desk.texts)


def _amend(tx: Tx, visit: Visit, challenge_id: int) -> None:
    given = visit.read(forms.AmendmentForm)
    announcements.amend(tx, visit.me.person_id, challenge_id, given.what, given.until, visit.desk.texts)


def _extend(tx: Tx, visit: Visit, challenge_id: int) -> None:
    until = visit.read(forms.ExtensionForm).until
    announcements.extend(tx, visit.me.person_id, challenge_id, until, visit.desk.texts)


def _reviewer(tx: Tx, visit: Visit, challenge_id: int) -> None:
    conflicts, note = ticked_under(visit.form, "conflict-"), visit.text("note", review.LONGEST)
    review.add_reviewer(tx, visit.me.person_id, challenge_id, visit.text("name"), conflicts, note)


def _score(tx: Tx, visit: Visit, challenge_id: int) -> None:
    fixed = challenge_records.last(tx, challenge_id, "criteria")
    points = forms.points_in(visit.form, [name for name, _ in fixed.data["criteria"]] if fixed is not None else [])
    reviewer, bid_id, why = visit.text("reviewer"), visit.id_of("bid"), visit.text("why", review.LONGEST)
    review.score(tx, visit.me.person_id, challenge_id, reviewer, bid_id, points, why)


def _minutes(tx: Tx, visit: Visit, challenge_id: int) -> None:
    review.keep_minutes(tx, visit.me.person_id, challenge_id, visit.text("text"))


def _choose(tx: Tx, visit: Visit, challenge_id: int) -> None:
    chosen, why = ticked_under(visit.form, "bid-"), visit.text("why")
    review.choose(tx, visit.me.person_id, challenge_id, chosen, why)


def _announce(tx: Tx, visit: Visit, challenge_id: int) -> None:
    given, texts = visit.read(forms.NoticeForm), visit.desk.texts
    review.announce(tx, visit.me.person_id, challenge_id, given.text, given.until, given.phone, texts)
    _go(tx, visit, challenge_id, Stage.NOTICE)


def _object(tx: Tx, visit: Visit, challenge_id: int) -> None:
    review.object_to(tx, visit.me.person_id, challenge_id, visit.text("text"), visit.text("by", 40))


def _reply(tx: Tx, visit: Visit, challenge_id: int) -> None:
    review.answer_objection(tx, visit.me.person_id, challenge_id, visit.id_of("objection"), visit.text("text"))


def _to_signing(tx: Tx, visit: Visit, challenge_id: int) -> None:
    _go(tx, visit, challenge_id, Stage.SIGNING)
    review.tell_result(tx, challenge_id, visit.desk.texts)


def _sign(tx: Tx, visit: Visit, challenge_id: int) -> None:
    given = visit.read(forms.ContractForm)
    contract = given.contract(visit.desk.form.payment_days)
    review.sign(tx, visit.me.person_id, challenge_id, contract, given.milestones.splitlines())
    _go(tx, visit, challenge_id, Stage.MILESTONES)


def _milestone(tx: Tx, visit: Visit, challenge_id: int) -> None:
    given = visit.read(forms.MilestoneForm)
    review.reach_milestone(tx, visit.me.person_id, challenge_id, given.number, given.note)


def _accept(tx: Tx, visit: Visit, challenge_id: int) -> None:
    _go(tx, visit, challenge_id, Stage.ACCEPTED)
    review.accept(tx, visit.me.person_id, challenge_id)


def _go(tx: Tx, visit: Visit, challenge_id: int, target: Stage) -> Challenge:
    kinds = frozenset(role.kind for role in visit.me.admitted)
    step = challenge_service.Step(visit.me.person_id, kinds, target, visit.text("reason"))
    return challenge_service.move(tx, challenge_id, step, visit.desk.form)


_ACTS: dict[str, Callable[[Tx, Visit, int], object]] = {
    "invite": _invite,
    "agree": _agree,
    "criteria": _criteria,
    "answer": _answer,
    "amend": _amend,
    "extend": _extend,
    "reviewer": _reviewer,
    "score": _score,
    "minutes": _minutes,
    "choose": _choose,
    "announce": _announce,
    "object": _object,
    "reply": _reply,
    "signing": _to_signing,
    "sign": _sign,
    "milestone": _milestone,
    "accept": _accept,
}
