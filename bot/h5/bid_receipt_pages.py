"""Bid receipt: the status is in the database, the content opens only in the submitting browser."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Self

from aiohttp import web

from bot.h5.context import HOME, PhoneRequest
from bot.h5.draft_pages import browser_key
from bot.services.challenges import bids as bid_service
from config.errors import UnavailableError
from storage.challenges import bids, challenges
from storage.challenges.bids import Bid
from storage.challenges.challenges import Challenge
from storage.engine.field_encryption import FieldCipher
from storage.engine.transactions import Tx


@dataclass(frozen=True, slots=True)
class ReceiptCopy:
    """The bidder's own copy. `files`: name and digest of each."""

    offer: Mapping[str, str]
    files: Sequence[tuple[str, str]]
    salt: str
    commitment: str

    def sealed(self, key: bytes) -> bytes:
        """Seal it with a browser's key."""
        return FieldCipher(key).seal(json.dumps(asdict(self), ensure_ascii=False), _context(self.commitment))

    @classmethod
    def opened(cls, key: bytes, bid: Bid) -> Self | None:
        """Return this bid's copy; None if submitted from another browser."""
        try:
            told = json.loads(FieldCipher(key).open(bid.own_copy or b"", _context(bid.commitment)))
        except UnavailableError:
            return None
        return cls(told["offer"], [(name, digest) for name, digest in told["files"]], told["salt"], told["commitment"])

    def as_file(self) -> str:
        """Return the downloadable copy, in base64."""
        digests = [digest for _, digest in self.files]
        told = {**self.offer, "files": digests, "salt": self.salt, "commitment": self.commitment}
        return base64.b64encode(json.dumps(told, ensure_ascii=False, indent=1).encode()).decode()


async def show(visit: PhoneRequest) -> web.StreamResponse:
    """Show the receipt of the firm's bid; on another phone only the bid's status."""
    challenge, bid = await visit.ground.database.read(_of_firm, visit.number, visit.person_id)
    key = browser_key(visit)
    copy = None if key is None or bid.own_copy is None else ReceiptCopy.opened(key, bid)
    if copy is None:
        raise web.HTTPSeeOther(f"{HOME}/my-bids/{bid.id}")
    return visit.page("bid_receipt.html", challenge=challenge, bid=bid, copy=copy, data=copy.as_file())


def _of_firm(tx: Tx, challenge_id: int, person_id: int) -> tuple[Challenge, Bid]:
    challenge, firm_id = challenges.get(tx, challenge_id), bid_service.firm_of(tx, person_id)
    bid = None if firm_id is None else bids.of_firm(tx, challenge_id, firm_id)
    if challenge is None or bid is None:
        raise web.HTTPNotFound
    return challenge, bid


def _context(commitment: str) -> str:
    return f"bid_copy:{commitment}"
