"""榜单 on a phone: what takes bids now, one challenge whole, a question to its poster."""

from aiohttp import web

from bot.h5.visits import HOME, Visit
from bot.services import bids as bidding
from bot.services import challenge_news
from config.errors import InputError
from storage import bids, challenge_records, challenges
from storage.challenges import NOT_PUBLIC, PAGE, Stage, Wanted


async def listed(visit: Visit) -> web.StreamResponse:
    """One page of what takes bids now, what ends first on top."""
    asked = visit.request.query.get("page", "1")
    page = int(asked) if asked.isascii() and asked.isdigit() and 0 < len(asked) < 4 else 1
    wanted = Wanted(public=True, stage=Stage.PUBLISHED.value, page=max(1, page))
    found, total = await visit.ground.database.read(challenges.page, wanted)
    return visit.page("board.html", found=found, total=total, page=wanted.page, last=max(1, -(-total // PAGE)))


async def show(visit: Visit) -> web.StreamResponse:
    """One challenge as the firms may read it, with what this person's firm may do there."""
    number = visit.number
    found, contact, records, firm_id, bid, now = await visit.ground.database.read(
        lambda tx: (
            challenges.get(tx, number),
            challenges.contact(tx, number),
            challenge_records.listed(tx, number, "answer", "amendment", "notice"),
            firm_id := bidding.firm_of(tx, visit.person_id),
            None if firm_id is None else bids.of_firm(tx, number, firm_id),
            tx.now,
        )
    )
    if found is None or found.stage in NOT_PUBLIC:
        raise web.HTTPNotFound
    return visit.page(
        "board_challenge.html",
        challenge=found,
        contact=contact if found.named and firm_id is not None else "",
        records=records,
        stage=found.at(now),
        form=visit.ground.form,
        bid=bid,
        asks=firm_id is not None and firm_id != found.firm_id,
    )


async def ask(visit: Visit) -> web.StreamResponse:
    """A firm asks about a challenge."""
    firm_id = await visit.ground.database.read(bidding.firm_of, visit.person_id)
    if firm_id is None:
        raise InputError("bid_no_firm")
    texts = visit.ground.parts.texts
    await visit.ground.database.write(
        challenge_news.ask, visit.person_id, firm_id, visit.number, visit.text("question"), texts
    )
    raise web.HTTPSeeOther(f"{HOME}/board/{visit.number}?asked=1")
