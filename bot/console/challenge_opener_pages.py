"""The openers of bids: each sets a passphrase on a visit of their own, and hands in a share on another."""

import asyncio

from aiohttp import web

from bot.console.policies import number_in
from bot.console.visits import HOME, Visit, see
from bot.services import challenge_keys
from config.errors import InputError
from storage import bid_sealing, bids, challenge_openers
from storage import challenges as stored
from storage.challenge_openers import PRINTED


async def openers(visit: Visit) -> web.StreamResponse:
    """Who opens, and where the viewer may become one of the two."""
    challenge_id = number_in(visit.request.match_info)
    found, known, key, now = await visit.desk.database.read(
        lambda tx: (
            stored.get(tx, challenge_id),
            {one.number: one for one in challenge_openers.listed(tx, challenge_id)},
            bids.key(tx, challenge_id),
            tx.now,
        )
    )
    if found is None or found.sealing == "none":
        raise web.HTTPNotFound
    stage = found.at(now)
    return visit.page("challenge_openers.html", challenge=found, stage=stage, openers=known, key=key)


async def set_opener(visit: Visit) -> web.StreamResponse:
    """Become one of the two."""
    challenge_id, number = number_in(visit.request.match_info), number_in({"id": visit.text("number")})
    passphrase, name = visit.text("passphrase"), visit.text("name")
    if passphrase != visit.text("again"):
        raise InputError("opener_passphrase_twice")
    known = await visit.desk.database.read(challenge_openers.listed, challenge_id)
    salt = bid_sealing.fresh_salt()
    public = await asyncio.to_thread(bid_sealing.opener_public, passphrase, salt)
    for other in known:
        if other.number != number and (
            await asyncio.to_thread(bid_sealing.opener_public, passphrase, other.salt) == other.public
        ):
            raise InputError("opener_passphrase_same")
    await visit.desk.database.write(
        challenge_keys.set_opener, visit.me.person_id, challenge_id, number, name, salt, public
    )
    see(f"{HOME}/challenges/{challenge_id}/openers")


async def hand_in(visit: Visit) -> web.StreamResponse:
    """Hand in one share: by a passphrase, or as it stands on the paper."""
    challenge_id, number = number_in(visit.request.match_info), number_in({"id": visit.text("number")})
    (_, key), known = await visit.desk.database.read(
        lambda tx: (
            challenge_keys.hold_closed(tx, challenge_id),
            {one.number: one for one in challenge_openers.listed(tx, challenge_id)},
        )
    )
    if number == PRINTED:
        share = bid_sealing.from_print(visit.text("share"))
    elif number in known:
        wrapped = key.first if number == 1 else key.second
        share = await asyncio.to_thread(bid_sealing.unwrap, wrapped, visit.text("share"), known[number].salt)
    else:
        raise InputError("form_wrong")
    await visit.desk.database.write(challenge_keys.hand_in, visit.me.person_id, challenge_id, number, share)
    see(f"{HOME}/challenges/{challenge_id}/openers")
