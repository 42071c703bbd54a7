"""A firm submits, replaces or withdraws its bid before the deadline by the database clock; it is read later."""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, assert_never

from bot.services.challenges.challenges import LONGEST_NAME
from config.calendar import shanghai_day
from config.challenges import Sealing
from config.errors import ConflictError, InputError, required
from config.topics import NoticeTopic
from storage.audit import audit
from storage.challenges import bid_drafts, bid_sealing, bid_submissions, bids, challenges, records
from storage.challenges import files as stored_files
from storage.challenges.bid_submissions import SubmittedBidForm
from storage.challenges.bids import Bid
from storage.challenges.challenges import Challenge, Stage
from storage.challenges.files import ChallengeFile
from storage.engine.columns import to_json
from storage.engine.transactions import Tx
from storage.firms import verifications
from storage.notices import outbox
from storage.people import roles
from storage.people.roles import RoleKind

MOST_PARTNERS = 5
LONGEST_PART = 6000
MUST = ("solution", "team", "price", "milestones")
# An agent may not bid: the firm itself is liable for what it promises.
BIDDERS = (RoleKind.FIRM_ADMIN, RoleKind.FIRM_MEMBER)
DECLARATIONS = ("no_equity", "no_self", "integrity")


@dataclass(frozen=True, slots=True)
class BidOffer:
    """What a firm offers, in its own words; `partners` one firm per line (the bidder leads)."""

    solution: str
    team: str
    prior: str
    milestones: str
    partners: str
    price: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """A bid as stored: before opening, only what its challenge lets show can be read.

    Sealed files come without digests: a digest would confirm a guess at the file.
    """

    bid_id: int
    challenge_id: int
    sealing: str
    shown: bytes
    secret: bytes
    commitment: str
    files: Sequence[tuple[ChallengeFile, Sequence[bytes]]]
    own_copy: bytes | None = None


@dataclass(frozen=True, slots=True)
class Promises:
    """The bidder's declarations, and who vouches that the bid holds nothing secret."""

    declared: frozenset[str]
    confirmed_by: str


def validate_complete(offer: BidOffer, promises: Promises) -> None:
    """Raise InputError if a part, declaration or the named person is missing, or a part is too long."""
    parts = asdict(offer)
    if any(not parts[name].strip() for name in MUST):
        raise InputError("bid_lacks")
    for name, text in parts.items():
        if len(text) > LONGEST_PART:
            raise InputError("form_text_long", length=len(text), most=LONGEST_PART).at(name)
    if len(offer.partners.split("\n")) > MOST_PARTNERS:
        raise InputError("form_wrong")
    if promises.declared != frozenset(DECLARATIONS):
        raise InputError("bid_declarations")
    if not 1 < len(promises.confirmed_by) <= LONGEST_NAME:
        raise InputError("challenge_needs_secrecy")


def _hidden(sealing: Sealing, whole: Collection[str]) -> tuple[str, ...]:
    """Return the parts of a bid that only its challenge's key opens."""
    match sealing:
        case Sealing.ALL:
            return tuple(whole)
        case Sealing.PRICE:
            return ("price", "files", "salt")
        case Sealing.NONE:
            return ()
        case _:
            assert_never(sealing)


def prepare(
    challenge: Challenge,
    public: bytes | None,
    bid_id: int,
    offer: BidOffer,
    salt: bytes,
    files: Sequence[tuple[ChallengeFile, Sequence[bytes]]],
    seal: Callable[[bytes, str], bytes],
) -> Prepared:
    """Seal a bid: secret parts to the challenge's key, the rest by `seal`, our own.

    The commitment is SHA-256 over the salt and all parts with the files' digests; the salt is stored only inside.
    """
    whole: dict[str, Any] = {**asdict(offer), "files": [file.digest for file, _ in files]}
    commitment = commitment_of(salt, whole)
    whole["salt"] = salt.hex()
    hidden = _hidden(Sealing(challenge.sealing), whole)
    shown = {name: text for name, text in whole.items() if name not in hidden}
    secret = b""
    if hidden:
        if public is None:
            raise ConflictError("challenge_stage")
        inside = to_json({name: whole[name] for name in hidden}).encode()
        secret = bid_sealing.seal_to(public, inside, _context(challenge.id, bid_id, "secret"))
    kept = seal(to_json(shown).encode(), _context(challenge.id, bid_id, "shown"))
    if hidden:
        files = [(replace(file, digest=""), pieces) for file, pieces in files]
    return Prepared(bid_id, challenge.id, challenge.sealing, kept, secret, commitment, files)


def commitment_of(salt: bytes, parts: Mapping[str, Any]) -> str:
    """Return the receipt's commitment: with salt and parts it proves later what was submitted."""
    return hashlib.sha256(salt + json.dumps(parts, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def submit(
    tx: Tx,
    person_id: int,
    firm_id: int,
    prepared: Prepared,
    promises: Promises,
    notice: str,
    submission: SubmittedBidForm | None = None,
) -> Bid:
    """Save the bid in place of the firm's last one; return it. `notice` is the text sent to the person.

    Resubmitting the same form with the same content changes nothing. Raises ConflictError after the deadline, if the
    challenge takes no bids or the form came with other content before, InputError if the firm may not bid.
    """
    if submission is not None and (former := _handed_in(tx, prepared.challenge_id, firm_id, submission)) is not None:
        return former
    challenge = _taking(tx, prepared.challenge_id)
    _require_may_bid(tx, challenge, firm_id, person_id)
    if prepared.sealing != challenge.sealing or not prepared.files:
        raise InputError("bid_lacks")
    former = bids.of_firm(tx, challenge.id, firm_id)
    if former is not None:
        _drop_files(tx, former.id)
    bids.put(
        tx,
        {
            "id": prepared.bid_id,
            "challenge_id": challenge.id,
            "firm_id": firm_id,
            "person_id": person_id,
            "commitment": prepared.commitment,
            "shown": prepared.shown,
            "secret": prepared.secret,
            "own_copy": prepared.own_copy,
        },
    )
    if submission is not None:
        bid_submissions.save(tx, submission)
    # A submitted bid is no longer a draft.
    bid_drafts.drop(tx, person_id, challenge.id)
    for file, pieces in prepared.files:
        stored_files.add(tx, file, person_id, pieces)
    told = {"what": f"bid:{prepared.bid_id}", "name": promises.confirmed_by}
    records.add(tx, challenge.id, "bid_secrecy", person_id, told, firm_id)
    declared = {"declared": sorted(promises.declared), "commitment": prepared.commitment}
    records.add(tx, challenge.id, "bid_in", person_id, declared, firm_id)
    kept = required(bids.of_firm(tx, challenge.id, firm_id), ConflictError("challenge_stage"))
    key = f"bid:{kept.id}:{kept.round}:in"
    outbox.plan(tx, key=key, person_id=person_id, topic=NoticeTopic.BID, text=notice, firm_id=firm_id)
    audit.record(tx, "bid.submit", f"bid:{kept.id}", {"commitment": prepared.commitment})
    return kept


def withdraw(tx: Tx, person_id: int, bid_id: int, round_: int) -> None:
    """Withdraw round `round_` of a bid before the deadline and delete its content.

    Idempotent. Raises ConflictError if it was replaced since, or the challenge takes no bids.
    """
    bid = bids.get(tx, bid_id)
    if bid is None or bid.round != round_:
        raise ConflictError("challenge_stage")
    if bid.state == bids.WITHDRAWN:
        return
    _taking(tx, bid.challenge_id)
    if not _speaks(tx, person_id, bid.firm_id):
        raise InputError("bid_agent")
    _drop_files(tx, bid_id)
    bids.withdraw(tx, bid_id)
    records.add(tx, bid.challenge_id, "bid_back", person_id, {}, bid.firm_id)
    audit.record(tx, "bid.withdraw", f"bid:{bid_id}")


def read(tx: Tx, challenge: Challenge, bid: Bid) -> dict[str, Any]:
    """Return a bid's content once readable: after the deadline, or after opening if parts are sealed.

    Raises ConflictError before that.
    """
    if challenge.at(tx.now) in (Stage.DRAFT, Stage.PENDING, Stage.RETURNED, Stage.PUBLISHED):
        raise ConflictError("bids_not_yet")
    private = None if challenge.sealing == Sealing.NONE else bids.opened_key(tx, challenge.id)
    if challenge.sealing != Sealing.NONE and private is None:
        raise ConflictError("bids_not_yet")
    shown = json.loads(tx.cipher.open_bytes(bid.shown, _context(challenge.id, bid.id, "shown")))
    if bid.secret and private is not None:
        context = _context(challenge.id, bid.id, "secret")
        shown |= json.loads(bid_sealing.open_with(private, bid.secret, context))
    salt = bytes.fromhex(shown.pop("salt"))
    kept = commitment_of(salt, shown) == bid.commitment
    return {**shown, "kept": kept}


def may_bid(tx: Tx, challenge: Challenge, firm_id: int, person_id: int) -> str:
    """Return why this person may not bid here for this firm, as a key of errors; empty if they may.

    A title is no condition: people judge the poster's own conditions.
    """
    if challenge.at(tx.now) != Stage.PUBLISHED:
        return "bid_too_late"
    if firm_id == challenge.firm_id:
        return "bid_own"
    if not _speaks(tx, person_id, firm_id):
        return "bid_agent"
    return "" if verifications.of_firm(tx, firm_id) is not None else "bid_unproven"


def firm_of(tx: Tx, person_id: int) -> int | None:
    """Return the firm this person bids for: the one they represent or administer; else None."""
    held = roles.held_on(tx, person_id, shanghai_day(tx.now))
    return next((role.firm_id for role in held if role.kind in BIDDERS and role.firm_id is not None), None)


def _speaks(tx: Tx, person_id: int, firm_id: int) -> bool:
    held = roles.held_on(tx, person_id, shanghai_day(tx.now))
    return any(role.kind in BIDDERS and role.firm_id == firm_id for role in held)


def _require_may_bid(tx: Tx, challenge: Challenge, firm_id: int, person_id: int) -> None:
    match may_bid(tx, challenge, firm_id, person_id):
        case "bid_agent":
            raise InputError("bid_agent")
        case "bid_own":
            raise InputError("bid_own")
        case "bid_unproven":
            raise InputError("bid_unproven")


def _handed_in(tx: Tx, challenge_id: int, firm_id: int, submission: SubmittedBidForm) -> Bid | None:
    proof = bid_submissions.proof_of(tx, submission.id)
    if proof is not None and proof != submission.proof:
        raise ConflictError("bid_form_used")
    return None if proof is None else bids.of_firm(tx, challenge_id, firm_id)


def _taking(tx: Tx, challenge_id: int) -> Challenge:
    challenge = challenges.get(tx, challenge_id)
    if challenge is None or challenge.at(tx.now) != Stage.PUBLISHED:
        raise ConflictError("bid_too_late")
    return challenge


def _drop_files(tx: Tx, bid_id: int) -> None:
    for file in stored_files.of_bid(tx, bid_id):
        stored_files.remove(tx, file.id)


def _context(challenge_id: int, bid_id: int, part: str) -> str:
    return f"bid:{challenge_id}:{bid_id}:{part}"
