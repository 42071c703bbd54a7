"""After the deadline two of three shares, from two people, open the bids; each share is checked by itself."""

from datetime import timedelta

from bot.services.challenges import bid_opening
from config.errors import ConflictError, InputError
from storage.audit import audit
from storage.audit.audit import AuditQuery
from storage.challenges import bid_sealing, bids, challenges, openers, records, shares
from storage.challenges.bids import ChallengeKey
from storage.challenges.challenges import Challenge, Stage
from storage.challenges.openers import Opener
from storage.challenges.shares import Handed
from storage.engine.transactions import Tx

PRINTED = 3
NUMBERS = (1, 2, PRINTED)
# Rate limit per person: slows a guesser without affecting others.
MOST_TRIES = 5
TRIED_IN = timedelta(minutes=15)
_TRY = "bids.try_share"


def begin(tx: Tx, person_id: int, challenge_id: int, number: int) -> tuple[ChallengeKey, Opener | None]:
    """Record an attempt at a share before checking it; return what to check it with.

    Raises as hold_closed does; InputError if the criteria are not fixed, if this person is tied to another share, or if
    they tried too often.
    """
    found, key = require_closed(tx, challenge_id)
    if number not in NUMBERS:
        raise InputError("form_wrong")
    if records.last(tx, challenge_id, "criteria") is None:
        raise InputError("challenge_needs_criteria")
    _require_independent(tx, found, key, person_id, number)
    actor, subject = f"person:{person_id}", f"challenge:{challenge_id}"
    tried = audit.count(tx, AuditQuery(actor=actor, action=_TRY, subject=subject, since=tx.now - TRIED_IN))
    if tried >= MOST_TRIES:
        raise InputError("shares_too_often", minutes=int(TRIED_IN.total_seconds() // 60))
    audit.record(tx, _TRY, f"challenge:{challenge_id}", {"number": str(number)})
    return key, next((one for one in openers.listed(tx, challenge_id) if one.number == number), None)


def share_of(key: ChallengeKey, opener: Opener | None, number: int, text: str) -> bytes:
    """Return the share recovered from a passphrase or the paper. A passphrase takes a fifth of a second.

    Raises InputError for a typo in the paper share, a wrong passphrase, or another challenge's share.
    """
    if number == PRINTED:
        share = bid_sealing.from_print(text)
    elif opener is not None:
        share = bid_sealing.unwrap(key.first if number == 1 else key.second, text, opener.salt)
    else:
        raise InputError("form_wrong")
    if not bid_sealing.is_share(key.commitments, key.challenge_id, number, share):
        raise InputError("share_foreign")
    return share


def refuse(tx: Tx, challenge_id: int, number: int) -> None:
    """Record that this person's attempt was no valid share; nothing of it is kept."""
    audit.record(tx, "bids.wrong_share", f"challenge:{challenge_id}", {"number": str(number)})


def submit(tx: Tx, person_id: int, challenge_id: int, number: int, share: bytes) -> bool:
    """Save one of the three shares (3: the paper); the second one opens the bids. Return whether they are open.

    Earlier shares stay whatever comes in. Raises as begin does; InputError if it is no share.
    """
    found, key = require_closed(tx, challenge_id)
    _require_independent(tx, found, key, person_id, number)
    if not bid_sealing.is_share(key.commitments, challenge_id, number, share):
        raise InputError("share_foreign")
    held = shares.listed(tx, challenge_id)
    if key.commitments is not None and any(one.number == number for one in held):
        return False
    shares.put(tx, challenge_id, number, person_id, share)
    records.add(tx, challenge_id, "share", person_id, {"number": number})
    audit.record(tx, "bids.hand_in", f"challenge:{challenge_id}", {"number": str(number)})
    for other in held:
        private = _private(key, other, number, share)
        if private is not None:
            _open(tx, person_id, challenge_id, private, sorted((other.number, number)))
            return True
    return False


def take_back(tx: Tx, person_id: int, challenge_id: int, number: int) -> None:
    """Remove the share that this person submitted. Raises ConflictError if there is none, or bids are open."""
    require_closed(tx, challenge_id)
    if not shares.remove(tx, challenge_id, number, person_id):
        raise ConflictError("challenge_stage")
    records.add(tx, challenge_id, "share_back", person_id, {"number": number})
    audit.record(tx, "bids.take_back", f"challenge:{challenge_id}", {"number": str(number)})


def require_closed(tx: Tx, challenge_id: int) -> tuple[Challenge, ChallengeKey]:
    """Return the challenge and its key while shares are accepted.

    Raises ConflictError before the deadline, or if it is open already or nothing is sealed.
    """
    found, key = challenges.get(tx, challenge_id), bids.key(tx, challenge_id)
    if found is None or key is None or key.opened is not None:
        raise ConflictError("challenge_stage")
    if found.at(tx.now) != Stage.CLOSED:
        raise ConflictError("bids_not_yet")
    return found, key


def _require_independent(tx: Tx, found: Challenge, key: ChallengeKey, person_id: int, number: int) -> None:
    """Raise InputError if this person, or their principal, is tied to another share."""
    tied = {(one.number, one.person_id) for one in openers.listed(tx, found.id)}
    tied |= {(one.number, one.person_id) for one in shares.listed(tx, found.id)}
    published_by = bid_opening.publisher(tx, found.id)
    # The publisher has seen the paper. Before commitments existed they could also be an opener.
    if key.commitments is not None and published_by is not None:
        tied.add((PRINTED, published_by))
    if any(other != number and bid_opening.are_one(tx, found, one, person_id) for other, one in tied):
        raise InputError("shares_one_person")


def _private(key: ChallengeKey, other: Handed, number: int, share: bytes) -> bytes | None:
    if other.number == number:
        return None
    try:
        return bid_sealing.private_from(key.challenge_id, [other.share, share], key.pairs, key.public)
    except InputError:
        # One of the two is false, possible only without commitments: another pair may fit.
        return None


def _open(tx: Tx, person_id: int, challenge_id: int, private: bytes, used: list[int]) -> None:
    bids.save_opened_key(tx, challenge_id, private)
    shares.drop(tx, challenge_id)
    data = {"shares": used, "bids": bids.count(tx, challenge_id)}
    records.add(tx, challenge_id, "opening", person_id, data)
    audit.record(tx, "bids.open", f"challenge:{challenge_id}")
