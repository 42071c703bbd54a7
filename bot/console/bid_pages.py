"""A firm bids on its phone: one form, sealed in the very request, a receipt with its own copy; replace, withdraw."""

import asyncio
import base64
import json
import secrets
from dataclasses import asdict, replace
from typing import Any

from aiohttp import web

from bot.console.challenge_file_pages import ID_BITS
from bot.console.policies import number_in
from bot.console.visits import HOME, Visit, see
from bot.dialogs.links import harmless
from bot.services import attachments
from bot.services import bids as bidding
from bot.services.bid_status import status_of
from bot.services.bids import DECLARATIONS, Offer, Prepared, Promises
from config.calendar import SHANGHAI
from config.errors import InputError
from storage import bid_sealing, bids, challenges
from storage.challenge_files import File
from storage.challenges import Challenge
from storage.transactions import Tx

SALT_BYTES = 32
MOST_FILES = 5


async def form(visit: Visit) -> web.StreamResponse:
    """The form, or why this firm cannot bid here now."""
    challenge_id, firm_id = number_in(visit.request.match_info), _firm_of(visit)
    challenge, why, former = await visit.desk.database.read(_may, challenge_id, firm_id, visit.me.person_id)
    why = visit.desk.texts(f"errors.{why}") if why else ""
    return visit.page("bid_form.html", challenge=challenge, why=why, former=former, form=visit.desk.form)


async def submit(visit: Visit) -> web.StreamResponse:
    """Seal and keep the bid; the page that follows is the only one that ever shows it back."""
    challenge_id, firm_id = number_in(visit.request.match_info), _firm_of(visit)
    challenge, why, former = await visit.desk.database.read(_may, challenge_id, firm_id, visit.me.person_id)
    if why:
        raise InputError(f"{why}")
    offer, promises = _given(visit)
    bidding.hold_whole(offer, promises)
    key = await visit.desk.database.read(bids.key, challenge_id)
    bid_id = former.id if former is not None else secrets.randbits(ID_BITS)
    salt = secrets.token_bytes(SALT_BYTES)
    sent = [one for name, one in visit.form.items() if name == "file" and isinstance(one, web.FileField)]
    sent = [one for one in sent if one.filename]
    application = visit.form.get("application")
    if not isinstance(application, web.FileField) or len(sent) > MOST_FILES:
        raise InputError("bid_lacks")
    public = None if key is None else key.public
    named = [("application", application), *(("other", one) for one in sent)]
    prepared, names = await asyncio.to_thread(_prepare, visit, challenge, public, bid_id, offer, salt, named)
    notice = visit.desk.texts(
        "challenges.notice_bid_in",
        title=harmless(challenge.title),
        deadline=f"{challenge.deadline.astimezone(SHANGHAI):%m-%d %H:%M}" if challenge.deadline else "",
        mark=prepared.commitment[:12],
    )
    kept = await visit.desk.database.write(bidding.submit, visit.me.person_id, firm_id, prepared, promises, notice)
    digests = [file.digest for file, _ in prepared.files]
    copy = {**asdict(offer), "files": digests, "salt": salt.hex(), "commitment": prepared.commitment}
    data = base64.b64encode(json.dumps(copy, ensure_ascii=False, indent=1).encode()).decode()
    return visit.page("bid_receipt.html", challenge=challenge, bid=kept, offer=offer, copy=copy, names=names, data=data)


async def mine(visit: Visit) -> web.StreamResponse:
    """Where one's bid stands; what it says is in one's own copy, here nobody can read it."""
    bid_id = number_in(visit.request.match_info)
    challenge, bid, status = await visit.desk.database.read(_mine, bid_id)
    deadline = f"{challenge.deadline.astimezone(SHANGHAI):%m-%d %H:%M}" if challenge.deadline else ""
    words = visit.desk.texts(f"challenges.status_{status}", deadline=deadline)
    return visit.page("bid.html", challenge=challenge, bid=bid, words=words, open_=status == "in")


async def withdraw(visit: Visit) -> web.StreamResponse:
    """Take one's bid back."""
    bid_id = number_in(visit.request.match_info)
    await visit.desk.database.write(bidding.withdraw, visit.me.person_id, bid_id)
    see(f"{HOME}/my-bids/{bid_id}")


async def listed(visit: Visit) -> web.StreamResponse:
    """The firm's bids."""
    firm_id = _firm_of(visit)

    def read(tx: Tx) -> list[tuple[Challenge, Any]]:
        found = [(challenges.get(tx, bid.challenge_id), bid) for bid in bids.by_firm(tx, firm_id, 50)]
        return [(challenge, bid) for challenge, bid in found if challenge is not None]

    return visit.page("bids_mine.html", found=await visit.desk.database.read(read), form=visit.desk.form)


def _given(visit: Visit) -> tuple[Offer, Promises]:
    names = [visit.text(f"partner_{n}") for n in range(1, bidding.MOST_PARTNERS + 1)]
    offer = Offer(
        visit.text("solution"),
        visit.text("team"),
        visit.text("prior"),
        visit.text("milestones"),
        "\n".join(name for name in names if name),
        visit.text("price"),
    )
    declared = frozenset(name for name in DECLARATIONS if visit.text(name) == "1")
    return offer, Promises(declared, visit.text("confirmed_by") if visit.text("confirmed") == "1" else "")


def _prepare(
    visit: Visit,
    challenge: Challenge,
    public: bytes | None,
    bid_id: int,
    offer: Offer,
    salt: bytes,
    named: list[tuple[str, web.FileField]],
) -> tuple[Prepared, list[str]]:
    """Everything that takes time: reading, judging and sealing, off the event loop and outside the store."""

    def seal(piece: bytes, context: str) -> bytes:
        if challenge.sealing == "none" or public is None:
            return visit.desk.cipher.seal_bytes(piece, context)
        return bid_sealing.seal_to(public, piece, context)

    files: list[tuple[File, list[bytes]]] = []
    for kind, sent in named:
        file, pieces = attachments.prepare(
            sent.file.read(),
            sent.filename,
            kind,
            challenge_id=challenge.id,
            file_id=secrets.randbits(ID_BITS),
            most=visit.desk.form.most_file_bytes,
            seal=seal,
            bid_id=bid_id,
            sealed_to_bid=challenge.sealing != "none",
        )
        # A file's name may tell what is sealed: before opening it is only what it is for.
        files.append((replace(file, name=f"{kind}.{file.form}"), pieces))
    cipher = visit.desk.cipher
    prepared = bidding.prepare(challenge, public, bid_id, offer, salt, files, cipher.seal_bytes)
    return prepared, [sent.filename for _, sent in named]


def _may(tx: Tx, challenge_id: int, firm_id: int, person_id: int) -> tuple[Challenge, str, bids.Bid | None]:
    challenge = challenges.get(tx, challenge_id)
    if challenge is None or challenge.stage in challenges.NOT_PUBLIC:
        raise web.HTTPNotFound
    return challenge, bidding.may_bid(tx, challenge, firm_id, person_id), bids.of_firm(tx, challenge_id, firm_id)


def _mine(tx: Tx, bid_id: int) -> tuple[Challenge, bids.Bid, str]:
    bid = bids.get(tx, bid_id)
    challenge = None if bid is None else challenges.get(tx, bid.challenge_id)
    if bid is None or challenge is None:
        raise web.HTTPNotFound
    return challenge, bid, status_of(tx, challenge, bid)


def _firm_of(visit: Visit) -> int:
    """For which firm this person acts here: the one they administer, else the one they registered."""
    mine_ = [role.firm_id for role in visit.me.admitted if role.firm_id is not None]
    if not mine_:
        raise web.HTTPNotFound
    return mine_[0]
