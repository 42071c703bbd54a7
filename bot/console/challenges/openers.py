"""Bid openers: each sets a passphrase in one visit, and submits a share in another."""

import asyncio
import secrets
from typing import Any

from aiohttp import web

from bot.console.acts import act_as_user
from bot.console.context import HOME, ConsoleRequest, see
from bot.services.challenges import bid_opening, passphrases, shares
from bot.services.challenges.shares import PRINTED
from config.challenges import Sealing
from config.errors import InputError
from storage.challenges import bid_sealing, bids, challenges
from storage.challenges import openers as stored_openers
from storage.challenges import shares as stored_shares
from storage.engine.transactions import Tx


async def openers(visit: ConsoleRequest) -> web.StreamResponse:
    """Show the openers, and whether the viewer may become one; each view offers a fresh passphrase."""
    shown = await visit.desk.database.read(_shown, visit.number)
    found = shown["challenge"]
    if found is None or found.sealing == Sealing.NONE:
        raise web.HTTPNotFound
    stage = found.at(shown["now"])
    phrase = passphrases.fresh(secrets.token_bytes)
    return visit.page("challenge_openers.html", **shown, stage=stage, phrase=phrase, form=visit.desk.form)


async def set_opener(visit: ConsoleRequest) -> web.StreamResponse:
    """Make the viewer an opener."""
    challenge_id, number = visit.number, visit.id_of("number")
    passphrase, name = visit.text("passphrase"), visit.text("name")
    if passphrase != visit.text("again"):
        raise InputError("opener_passphrase_twice")
    found = await visit.named(challenges.get)
    known = await visit.desk.database.read(stored_openers.listed, challenge_id)
    salt = bid_sealing.fresh_salt()
    public = await asyncio.to_thread(bid_sealing.opener_public, passphrase, salt)
    passphrases.validate_strength(passphrase, (found.title, found.firm_name, name, *(one.name for one in known)))
    for other in known:
        if other.number != number and (
            await asyncio.to_thread(bid_sealing.opener_public, passphrase, other.salt) == other.public
        ):
            raise InputError("opener_passphrase_same")
    await visit.desk.database.write(
        bid_opening.set_opener, visit.me.person_id, challenge_id, number, name, salt, public
    )
    see(f"{HOME}/challenges/{challenge_id}/openers")


async def submit_share(visit: ConsoleRequest) -> web.StreamResponse:
    """Submit a share, by passphrase or as printed on paper."""
    challenge_id, number = visit.number, visit.id_of("number")
    if number == PRINTED:
        # A typo is reported and does not count as an attempt.
        bid_sealing.from_print(visit.text("share"))
    database, person_id = visit.desk.database, visit.me.person_id
    key, opener = await database.write(shares.begin, person_id, challenge_id, number)
    try:
        share = await asyncio.to_thread(shares.share_of, key, opener, number, visit.text("share"))
    except InputError:
        await database.write(shares.refuse, challenge_id, number)
        raise
    await database.write(shares.submit, person_id, challenge_id, number, share)
    see(f"{HOME}/challenges/{challenge_id}/openers")


# Remove one's own share before a second one opens the bids.
take_back = act_as_user(shares.take_back, "/challenges/{id}/openers", lambda visit: (visit.id_of("number"),))


def _shown(tx: Tx, challenge_id: int) -> dict[str, Any]:
    handed: dict[int, list[stored_shares.Handed]] = {}
    for one in stored_shares.listed(tx, challenge_id):
        handed.setdefault(one.number, []).append(one)
    return {
        "challenge": challenges.get(tx, challenge_id),
        "openers": {one.number: one for one in stored_openers.listed(tx, challenge_id)},
        "handed": handed,
        "key": bids.key(tx, challenge_id),
        "keeper": bid_opening.keeper_of(tx, challenge_id),
        "now": tx.now,
    }
