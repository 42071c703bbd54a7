"""Publishing with a fresh key, and opening after the deadline by the store's clock: two of three shares, recorded."""

from collections.abc import Sequence

from bot.services import challenges
from bot.services.challenge_stages import Need
from config.challenges import ChallengeForm
from config.errors import ConflictError, InputError
from storage import audit, bid_sealing, bids, challenge_records
from storage import challenges as stored
from storage.bid_sealing import NewKey
from storage.challenges import Stage
from storage.transactions import Tx

LONGEST_OPENER = 20


def publish(
    tx: Tx, challenge_id: int, step: challenges.Step, form: ChallengeForm, key: NewKey | None, openers: Sequence[str]
) -> None:
    """Publish a challenge that waits for it; where bids are to be sealed, its key comes with it.

    Raises as challenges.move does, InputError where an opener has no name or both are one.
    """
    found = stored.get(tx, challenge_id)
    sealed = found is not None and found.sealing != "none"
    names = [name.strip() for name in openers]
    if sealed and (key is None or any(not 1 < len(name) <= LONGEST_OPENER for name in names) or len(set(names)) != 2):
        raise InputError("openers_wrong")
    challenges.move(tx, challenge_id, step, form, {Need.KEY} if sealed else ())
    if sealed and key is not None:
        bids.keep_key(tx, challenge_id, key.public, key.first, key.second, "、".join(names))
        challenge_records.add(tx, challenge_id, "key", step.person_id, {"openers": names, "public": key.public.hex()})


def open_bids(tx: Tx, person_id: int, challenge_id: int, shares: Sequence[bytes], by: Sequence[str]) -> None:
    """Two shares meet: from now on what was sealed can be read. `by` names the shares, for the record.

    Raises ConflictError before the deadline, or where it is open already or nothing is sealed; InputError where the
    shares do not give the key.
    """
    found, key = stored.get(tx, challenge_id), bids.key(tx, challenge_id)
    if found is None or key is None or key.opened is not None:
        raise ConflictError("challenge_stage")
    if found.at(tx.now) != Stage.CLOSED:
        raise ConflictError("bids_not_yet")
    if challenge_records.last(tx, challenge_id, "criteria") is None:
        raise InputError("challenge_needs_criteria")
    private = bid_sealing.private_from(shares, key.public)
    bids.keep_opened(tx, challenge_id, private)
    count = bids.count(tx, challenge_id)
    challenge_records.add(tx, challenge_id, "opening", person_id, {"shares": list(by), "bids": count})
    audit.record(
        tx, actor=f"person:{person_id}", action="bids.open", subject=f"challenge:{challenge_id}", source="console"
    )
