"""Publishing by an official once two openers are set: the third share is shown once, for paper."""

from aiohttp import web

from bot.console.challenges.challenges import kinds_of
from bot.console.context import HOME, ConsoleRequest, see
from bot.services.challenges import bid_opening, matching, steps
from config.challenges import Sealing
from config.errors import InputError
from storage.challenges import bid_sealing, challenges
from storage.challenges import openers as stored_openers
from storage.challenges.challenges import Stage


async def form(visit: ConsoleRequest) -> web.StreamResponse:
    """Show what is published, and where the openers set their passphrases."""
    challenge_id, person_id = visit.number, visit.me.person_id
    found, known, opens = await visit.desk.database.read(
        lambda tx: (
            found := challenges.get(tx, challenge_id),
            stored_openers.listed(tx, challenge_id),
            found is not None and bid_opening.opens(tx, found, person_id),
        )
    )
    if found is None or found.stage != Stage.PENDING:
        raise web.HTTPNotFound
    openers = {one.number: one.name for one in known}
    return visit.page("challenge_publish.html", challenge=found, openers=openers, opens=opens, form=visit.desk.form)


async def publish(visit: ConsoleRequest) -> web.StreamResponse:
    """Publish; the next page holds the printed share and is never shown again."""
    challenge_id = visit.number
    found = await visit.named(challenges.get)
    openers = await visit.desk.database.read(stored_openers.listed, challenge_id)
    key = None
    if found.sealing != Sealing.NONE and found.stage == Stage.PENDING:
        if len(openers) != bid_opening.NEEDED:
            raise InputError("challenge_needs_key")
        key = bid_sealing.make_key(challenge_id, *(one.public for one in openers))
    # Ranked first, on a read thread; publishing then only saves the result.
    demand, conditions = matching.demand_of(found), matching.conditions_of(found)
    ranked = await visit.desk.database.read(visit.desk.matcher.rank, demand, conditions=conditions)
    keeper, form, texts = visit.text("keeper", bid_opening.LONGEST_KEEPER), visit.desk.form, visit.desk.texts
    await visit.carry_out_as_user(steps.publish, kinds_of(visit), ranked.freeze(), key, openers, keeper, form, texts)
    if key is None:
        see(f"{HOME}/challenges/{challenge_id}")
    names = [one.name for one in openers]
    shown = {"printed": key.printed, "openers": names, "keeper": keeper, "form": form}
    return visit.page("challenge_published.html", 200, challenge=found, **shown)


async def heads(visit: ConsoleRequest) -> web.StreamResponse:
    """Show how often each firm heads the lists, so that officials see any bias."""
    counted, lists = await visit.desk.database.read(matching.heads)
    return visit.page("challenge_heads.html", counted=counted, lists=lists)
