"""榜单 on the phone: open challenges, one in full, a question to its poster."""

from functools import partial
from typing import Any, NoReturn

from aiohttp import web

from bot.h5.context import HOME, PhoneRequest
from bot.services.challenges import announcements, matching, name_disclosure
from bot.services.challenges import bids as bid_service
from bot.web.page_request import existing
from config.errors import InputError
from storage.challenges import bid_drafts, bids, challenges, records
from storage.challenges import recommendations as stored_recommendations
from storage.challenges.challenges import PAGE, ChallengeQuery, Stage
from storage.engine.page import last_page
from storage.engine.transactions import Tx

MOST_FITS = 3


async def listed(visit: PhoneRequest) -> web.StreamResponse:
    """Show one page of open challenges, nearest deadline first."""
    page = visit.page_number
    wanted = ChallengeQuery(public=True, stage=Stage.PUBLISHED.value, page=page)
    (found, total), fitting = await visit.ground.database.read(
        lambda tx: (challenges.page(tx, wanted), _fitting(tx, visit.person_id) if page == 1 else [])
    )
    last = last_page(total, PAGE)
    return visit.page("board.html", fitting=fitting, found=found, total=total, page=page, last=last)


async def show(visit: PhoneRequest) -> web.StreamResponse:
    """Show a challenge as firms may read it, with what this person's firm may do."""
    shown = await visit.ground.database.read(_shown, visit.number, visit.person_id)
    return visit.page("board_challenge.html", **shown, form=visit.ground.form)


async def ask(visit: PhoneRequest) -> web.StreamResponse:
    """Ask a question about a challenge for the firm."""
    firm_id = await visit.ground.database.read(bid_service.firm_of, visit.person_id)
    if firm_id is None:
        raise InputError("bid_no_firm")
    texts = visit.ground.texts
    question, write = visit.text("question"), visit.ground.database.write
    await write(announcements.ask, visit.person_id, firm_id, visit.number, question, texts)
    raise web.HTTPSeeOther(f"{HOME}/board/{visit.number}?asked=1")


async def decline(visit: PhoneRequest) -> web.StreamResponse:
    """Stop recommending it to this firm."""
    await visit.ground.database.write(matching.decline, visit.person_id, visit.number)
    raise web.HTTPSeeOther(f"{HOME}/board")


async def _consent(visit: PhoneRequest, *, yes: bool) -> NoReturn:
    texts = visit.ground.texts
    await visit.ground.database.write(name_disclosure.agree, visit.person_id, visit.number, texts, yes=yes)
    raise web.HTTPSeeOther(f"{HOME}/board/{visit.number}")


# A firm says yes to opening names, or takes that back.
agree, take_consent_back = partial(_consent, yes=True), partial(_consent, yes=False)


def _fitting(tx: Tx, person_id: int) -> list[stored_recommendations.Recommended]:
    firm_id = bid_service.firm_of(tx, person_id)
    return [] if firm_id is None else stored_recommendations.for_firm(tx, firm_id, MOST_FITS)


def _shown(tx: Tx, challenge_id: int, person_id: int) -> dict[str, Any]:
    found = existing(challenges.get_public(tx, challenge_id))
    firm_id = bid_service.firm_of(tx, person_id)
    pair = name_disclosure.pairs(tx, challenge_id).get(firm_id) if firm_id is not None else None
    known = found.named or firm_id == found.firm_id or (pair is not None and pair.open)
    return {
        "challenge": found,
        "known": known,
        "contact": challenges.contact(tx, challenge_id) if known and firm_id is not None else "",
        "records": records.listed(tx, challenge_id, "answer", "amendment", "notice"),
        "stage": found.at(tx.now),
        "draft": bid_drafts.get(tx, person_id, challenge_id) is not None,
        "bid": None if firm_id is None else bids.of_firm(tx, challenge_id, firm_id),
        "pair": pair,
        "other": firm_id is not None and firm_id != found.firm_id,
    }
