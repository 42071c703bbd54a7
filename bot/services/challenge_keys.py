"""Openers set their passphrases, publishing makes the key, and after the deadline two of three shares open."""

from collections.abc import Sequence
from itertools import combinations

from bot.services import challenges
from bot.services.challenge_stages import Need
from config.challenges import ChallengeForm
from config.errors import ConflictError, InputError
from storage import audit, bid_sealing, bids, challenge_openers, challenge_records
from storage import challenges as stored
from storage.bid_sealing import NewKey
from storage.challenge_openers import PRINTED, Opener
from storage.challenges import Challenge, Stage
from storage.transactions import Tx

LONGEST_OPENER = 20
NEEDED = 2


def set_opener(tx: Tx, person_id: int, challenge_id: int, number: int, name: str, salt: bytes, public: bytes) -> None:
    """This person is the opener with this number (1 or 2), by the public key of their passphrase.

    Raises ConflictError once it is published or where nothing is sealed, InputError where both would be one person.
    """
    found = stored.get(tx, challenge_id)
    if found is None or found.stage != Stage.PENDING or found.sealing == "none":
        raise ConflictError("challenge_stage")
    others = [one for one in challenge_openers.listed(tx, challenge_id) if one.number != number]
    same = any(one.person_id == person_id or one.name == name for one in others)
    if number not in (1, 2) or not 1 < len(name) <= LONGEST_OPENER or same:
        raise InputError("openers_wrong")
    challenge_openers.put(tx, challenge_id, number, person_id, name, salt, public)
    challenge_records.add(tx, challenge_id, "opener", person_id, {"number": number, "name": name})
    _record(tx, person_id, "bids.opener", challenge_id)


def publish(
    tx: Tx,
    challenge_id: int,
    step: challenges.Step,
    form: ChallengeForm,
    key: NewKey | None,
    made_for: Sequence[Opener] = (),
) -> None:
    """Publish a challenge that waits for it; where bids are to be sealed, its key comes with it, made for two openers.

    Raises as challenges.move does, InputError where they are not the two that are set.
    """
    found = stored.get(tx, challenge_id)
    sealed = found is not None and found.sealing != "none"
    known = challenge_openers.listed(tx, challenge_id)
    names = [one.name for one in known]
    if sealed and (key is None or len(names) != NEEDED or known != list(made_for)):
        raise InputError("challenge_needs_key")
    challenges.move(tx, challenge_id, step, form, {Need.KEY} if sealed else ())
    if sealed and key is not None:
        bids.keep_key(tx, challenge_id, key.public, key.first, key.second, "、".join(names))
        challenge_records.add(tx, challenge_id, "key", step.person_id, {"openers": names, "public": key.public.hex()})


def hold_closed(tx: Tx, challenge_id: int) -> tuple[Challenge, bids.Key]:
    """The challenge and its key, where shares are taken now.

    Raises ConflictError before the deadline, or where it is open already or nothing is sealed.
    """
    found, key = stored.get(tx, challenge_id), bids.key(tx, challenge_id)
    if found is None or key is None or key.opened is not None:
        raise ConflictError("challenge_stage")
    if found.at(tx.now) != Stage.CLOSED:
        raise ConflictError("bids_not_yet")
    return found, key


def hand_in(tx: Tx, person_id: int, challenge_id: int, number: int, share: bytes) -> bool:
    """Take one of the three shares (3: the paper); the second opens what was sealed. Returns whether it is open.

    Raises as hold_closed does; InputError where the criteria are not fixed, or the shares do not give the key.
    """
    _, key = hold_closed(tx, challenge_id)
    if challenge_records.last(tx, challenge_id, "criteria") is None:
        raise InputError("challenge_needs_criteria")
    if number == PRINTED:
        challenge_openers.put(tx, challenge_id, PRINTED, person_id, "", b"", b"")
    challenge_openers.hand_in(tx, challenge_id, number, share)
    challenge_records.add(tx, challenge_id, "share", person_id, {"number": number})
    _record(tx, person_id, "bids.hand_in", challenge_id)
    held = challenge_openers.shares(tx, challenge_id)
    if len(held) < NEEDED:
        return False
    private, used = _private(held, key.public)
    bids.keep_opened(tx, challenge_id, private)
    challenge_openers.drop_shares(tx, challenge_id)
    data = {"shares": list(used), "bids": bids.count(tx, challenge_id)}
    challenge_records.add(tx, challenge_id, "opening", person_id, data)
    _record(tx, person_id, "bids.open", challenge_id)
    return True


def _private(held: dict[int, bytes], public: bytes) -> tuple[bytes, tuple[int, ...]]:
    for pair in combinations(held, NEEDED):
        try:
            return bid_sealing.private_from([held[number] for number in pair], public), pair
        except InputError:
            # Another pair may fit: a paper of another challenge must not shut this one for good.
            continue
    raise InputError("shares_wrong")


def _record(tx: Tx, person_id: int, action: str, challenge_id: int) -> None:
    actor, subject = f"person:{person_id}", f"challenge:{challenge_id}"
    audit.record(tx, actor=actor, action=action, subject=subject, source="console")
