"""Bidding on the phone: one form, sealed within the request; replaced by another, withdrawn after confirmation."""

import asyncio
import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, replace
from types import MappingProxyType

from aiohttp import web

from bot.h5.bid_receipt_pages import ReceiptCopy
from bot.h5.context import HOME, PhoneRequest
from bot.h5.draft_pages import PARTNERS, OfferForm, StoredDraft, browser_key, fresh_key, set_draft_key, written
from bot.services.challenges import attachments
from bot.services.challenges import bids as bid_service
from bot.services.challenges.bid_status import status_of
from bot.services.challenges.bids import DECLARATIONS, BidOffer, Prepared, Promises
from bot.web.form_models import Checkbox, Upload
from bot.web.page_request import existing
from config.calendar import SHANGHAI
from config.challenges import Sealing
from config.errors import InputError
from config.markup import harmless
from storage.challenges import bid_sealing, bids, challenges
from storage.challenges.bid_submissions import submission_of
from storage.challenges.challenges import Challenge
from storage.challenges.files import ID_BITS, ChallengeFile
from storage.engine.transactions import Tx

SALT_BYTES = 32
TOKEN_BYTES = 16
MOST_FILES = 5
MOST_LISTED = 50


class BidForm(OfferForm):
    """A whole bid. `sending` names this very form, so that it is one bid however often it comes."""

    no_equity: Checkbox = False
    no_self: Checkbox = False
    integrity: Checkbox = False
    confirmed: Checkbox = False
    application: Upload | None = None
    file: tuple[Upload, ...] = ()
    sending: str = ""

    def offer(self) -> BidOffer:
        """Return what is offered."""
        partners = "\n".join(name for number in PARTNERS if (name := getattr(self, number)))
        return BidOffer(self.solution, self.team, self.prior, self.milestones, partners, self.price)

    def promises(self) -> Promises:
        """Return what is declared, and who confirms it."""
        declared = frozenset(name for name in DECLARATIONS if getattr(self, name))
        return Promises(declared, self.confirmed_by if self.confirmed else "")


async def form(visit: PhoneRequest) -> web.StreamResponse:
    """Show the form, or why this person's firm cannot bid now."""
    challenge, firm_id, why, former = await visit.ground.database.read(_may, visit.number, visit.person_id)
    why = visit.ground.texts(f"errors.{why}") if why else ""
    draft = None if why else await visit.ground.database.read(written, visit, firm_id)
    given = {} if draft is None else draft.given
    return _form(visit, challenge, former, why=why, draft=draft, given=given)


async def closed_to(visit: PhoneRequest) -> web.StreamResponse | None:
    """Show why this person's firm cannot bid now; None if it can, and the form may be read."""
    challenge, firm_id, why, former = await visit.ground.database.read(_may, visit.number, visit.person_id)
    if not why and firm_id is not None:
        return None
    return _form(visit, challenge, former, status=422, why=visit.ground.texts(f"errors.{why}"))


async def submit(visit: PhoneRequest) -> web.StreamResponse:
    """Seal and keep the bid, once however often the form comes, and lead to its receipt."""
    challenge, firm_id, why, former = await visit.ground.database.read(_may, visit.number, visit.person_id)
    if why or firm_id is None:
        return _form(visit, challenge, former, status=422, why=visit.ground.texts(f"errors.{why}"))
    return await _handed_in(visit, challenge, firm_id, former)


async def mine(visit: PhoneRequest) -> web.StreamResponse:
    """Show one's bid's status; its content is only in one's own copy, nobody can read it here."""
    challenge, bid, status = await visit.ground.database.read(_mine, visit.number, visit.person_id)
    words = _words(visit, challenge, status)
    return visit.page(
        "bid.html", challenge=challenge, bid=bid, words=words, open_=status == "in", form=visit.ground.form
    )


async def ask_withdraw(visit: PhoneRequest) -> web.StreamResponse:
    """Ask to confirm withdrawal: what is lost, and until when one can bid again."""
    challenge, bid, status = await visit.ground.database.read(_mine, visit.number, visit.person_id)
    if status != "in":
        raise web.HTTPSeeOther(f"{HOME}/my-bids/{bid.id}")
    return visit.page("bid_withdraw.html", challenge=challenge, bid=bid)


async def withdraw(visit: PhoneRequest) -> web.StreamResponse:
    """Withdraw exactly the bid that was confirmed; ask first if unconfirmed."""
    _, bid, _ = await visit.ground.database.read(_mine, visit.number, visit.person_id)
    asked = visit.id_of("round")
    if not asked:
        raise web.HTTPSeeOther(f"{HOME}/my-bids/{bid.id}/withdraw")
    await visit.ground.database.write(bid_service.withdraw, visit.person_id, bid.id, asked)
    raise web.HTTPSeeOther(f"{HOME}/my-bids/{bid.id}")


async def listed(visit: PhoneRequest) -> web.StreamResponse:
    """List the firm's bids and their status."""

    def read(tx: Tx) -> list[tuple[Challenge, bids.Bid, str]]:
        firm_id = bid_service.firm_of(tx, visit.person_id)
        mine = [] if firm_id is None else bids.by_firm(tx, firm_id, MOST_LISTED)
        found = [(challenges.get(tx, bid.challenge_id), bid) for bid in mine]
        return [(one, bid, status_of(tx, one, bid)) for one, bid in found if one is not None]

    found = await visit.ground.database.read(read)
    rows = [(challenge, bid, _words(visit, challenge, status)) for challenge, bid, status in found]
    return visit.page("bids_mine.html", rows=rows)


def _form(
    visit: PhoneRequest,
    challenge: Challenge,
    former: bids.Bid | None,
    *,
    status: int = 200,
    why: str = "",
    given: Mapping[str, str] = MappingProxyType({}),
    draft: StoredDraft | None = None,
) -> web.Response:
    shown = {"why": why, "given": given, "draft": draft, "form": visit.ground.form}
    # Each displayed form is a separate submission; the same one again is not.
    shown |= {"sending": secrets.token_hex(TOKEN_BYTES)}
    return visit.page("bid_form.html", status, challenge=challenge, former=former, **shown)


async def _handed_in(
    visit: PhoneRequest, challenge: Challenge, firm_id: int, former: bids.Bid | None
) -> web.StreamResponse:
    database, texts = visit.ground.database, visit.ground.texts
    given = visit.read(BidForm)
    offer, promises = given.offer(), given.promises()
    bid_service.validate_complete(offer, promises)
    key = await database.read(bids.key, challenge.id)
    bid_id = former.id if former is not None else secrets.randbits(ID_BITS)
    salt = secrets.token_bytes(SALT_BYTES)
    if given.application is None:
        raise InputError("bid_lacks").at("application")
    if len(given.file) > MOST_FILES:
        raise InputError("bid_lacks").at("file")
    public = None if key is None else key.public
    named = [("application", given.application), *(("other", one) for one in given.file)]
    prepared, sent_files = await asyncio.to_thread(_prepare, visit, challenge, public, bid_id, offer, salt, named)
    copy = ReceiptCopy(asdict(offer), sent_files, salt.hex(), prepared.commitment)
    held = browser_key(visit)
    key_here = held or fresh_key()
    prepared = replace(prepared, own_copy=copy.sealed(key_here))
    token, content = given.sending, json.dumps([asdict(offer), sent_files], ensure_ascii=False).encode()
    submission = submission_of(token, visit.person_id, challenge.id, content) if token else None
    notice = texts(
        "challenges.notice_bid_in",
        title=harmless(challenge.title),
        deadline=_day(challenge),
        mark=prepared.commitment[:12],
    )
    await database.write(bid_service.submit, visit.person_id, firm_id, prepared, promises, notice, submission)
    response = web.Response(status=303, headers={"Location": f"{HOME}/board/{challenge.id}/receipt"})
    if held is None:
        set_draft_key(response, visit, key_here)
    return response


def _prepare(
    visit: PhoneRequest,
    challenge: Challenge,
    public: bytes | None,
    bid_id: int,
    offer: BidOffer,
    salt: bytes,
    named: list[tuple[str, web.FileField]],
) -> tuple[Prepared, list[tuple[str, str]]]:
    """Do everything slow: reading, validating and sealing, off the event loop and outside the database.

    Returns the bid to store, and each file's name and digest for its owner's copy.
    """
    cipher = visit.ground.cipher

    def seal(piece: bytes, context: str) -> bytes:
        if challenge.sealing == Sealing.NONE or public is None:
            return cipher.seal_bytes(piece, context)
        return bid_sealing.seal_to(public, piece, context)

    files: list[tuple[ChallengeFile, list[bytes]]] = []
    for kind, sent in named:
        file, pieces = attachments.prepare(
            sent.file.read(),
            sent.filename,
            kind,
            challenge_id=challenge.id,
            file_id=secrets.randbits(ID_BITS),
            most=visit.ground.form.most_file_bytes,
            seal=seal,
            bid_id=bid_id,
            sealed_to_bid=challenge.sealing != Sealing.NONE,
        )
        # A file name may reveal sealed content: before opening only its purpose is shown.
        files.append((replace(file, name=f"{kind}.{file.form}"), pieces))
    prepared = bid_service.prepare(challenge, public, bid_id, offer, salt, files, cipher.seal_bytes)
    return prepared, [(sent.filename, file.digest) for (_, sent), (file, _) in zip(named, files, strict=True)]


def _may(tx: Tx, challenge_id: int, person_id: int) -> tuple[Challenge, int | None, str, bids.Bid | None]:
    challenge = existing(challenges.get_public(tx, challenge_id))
    firm_id = bid_service.firm_of(tx, person_id)
    if firm_id is None:
        return challenge, None, "bid_no_firm", None
    why = bid_service.may_bid(tx, challenge, firm_id, person_id)
    return challenge, firm_id, why, bids.of_firm(tx, challenge_id, firm_id)


def _mine(tx: Tx, bid_id: int, person_id: int) -> tuple[Challenge, bids.Bid, str]:
    bid = bids.get(tx, bid_id)
    challenge = None if bid is None else challenges.get(tx, bid.challenge_id)
    if bid is None or challenge is None or bid.firm_id != bid_service.firm_of(tx, person_id):
        raise web.HTTPNotFound
    return challenge, bid, status_of(tx, challenge, bid)


def _words(visit: PhoneRequest, challenge: Challenge, status: str) -> str:
    return visit.ground.texts(f"challenges.status_{status}", deadline=_day(challenge))


def _day(challenge: Challenge) -> str:
    return f"{challenge.deadline.astimezone(SHANGHAI):%m-%d %H:%M}" if challenge.deadline else ""
