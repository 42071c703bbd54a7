"""Openers set passphrases before publishing; publishing creates the key and names the keeper of the paper share."""

import unicodedata
from collections.abc import Sequence

from bot.services.challenges import challenges
from bot.services.challenges.stages import StageNeed
from bot.services.people.four_eyes import is_other
from config.challenges import ChallengeForm, Sealing
from config.errors import ConflictError, InputError
from storage.audit import audit
from storage.challenges import bids, records
from storage.challenges import challenges as stored_challenges
from storage.challenges import openers as stored_openers
from storage.challenges.bid_sealing import NewKey
from storage.challenges.challenges import Challenge, Stage
from storage.challenges.openers import Opener
from storage.engine.transactions import Tx
from storage.people import roles

LONGEST_OPENER = 20
LONGEST_KEEPER = 40
NEEDED = 2


def set_opener(tx: Tx, person_id: int, challenge_id: int, number: int, name: str, salt: bytes, public: bytes) -> None:
    """Make this person opener `number` (1 or 2), by the public key of their passphrase.

    Raises ConflictError once published or if nothing is sealed, InputError if both would be one person or one would
    stand in for the other.
    """
    found = stored_challenges.get(tx, challenge_id)
    if found is None or found.stage != Stage.PENDING or found.sealing == Sealing.NONE:
        raise ConflictError("challenge_stage")
    others = [one for one in stored_openers.listed(tx, challenge_id) if one.number != number]
    same = any(_plain(one.name) == _plain(name) or are_one(tx, found, one.person_id, person_id) for one in others)
    if number not in (1, 2) or not 1 < len(name) <= LONGEST_OPENER or same:
        raise InputError("openers_wrong")
    stored_openers.put(tx, challenge_id, number, person_id, name, salt, public)
    records.add(tx, challenge_id, "opener", person_id, {"number": number, "name": name})
    audit.record(tx, "bids.opener", f"challenge:{challenge_id}")


def publish(
    tx: Tx,
    challenge_id: int,
    step: challenges.ChallengeMove,
    form: ChallengeForm,
    key: NewKey | None,
    made_for: Sequence[Opener] = (),
    keeper: str = "",
) -> None:
    """Publish a pending challenge; sealed bidding needs its key, made for two openers.

    `keeper` names who keeps the printed share. Raises as challenges.move does; InputError if the openers are not the
    two that are set, or if publisher, openers and keeper are not different people.
    """
    found = stored_challenges.get(tx, challenge_id)
    sealed = found is not None and found.sealing != Sealing.NONE
    known = stored_openers.listed(tx, challenge_id)
    names = [one.name for one in known]
    if found is not None and sealed:
        if key is None or len(names) != NEEDED or known != list(made_for):
            raise InputError("challenge_needs_key")
        if opens(tx, found, step.person_id):
            raise InputError("opener_publishes")
        _require_keeper(tx, keeper, names, [step.person_id, *(one.person_id for one in known)])
    challenges.move(tx, challenge_id, step, form, {StageNeed.KEY} if sealed else ())
    if sealed and key is not None:
        bids.save_key(tx, challenge_id, key, "、".join(names))
        data = {"openers": names, "public": key.public.hex(), "keeper": keeper, "commitments": key.commitments.hex()}
        records.add(tx, challenge_id, "key", step.person_id, data)


def opens(tx: Tx, challenge: Challenge, person_id: int) -> bool:
    """Tell whether this person, or somebody counted as the same, is an opener of this challenge."""
    known = stored_openers.listed(tx, challenge.id)
    return any(are_one(tx, challenge, one.person_id, person_id) for one in known)


def are_one(tx: Tx, challenge: Challenge, one: int, other: int) -> bool:
    """Tell whether two people count as one: since drafting, one stood in for the other, or both for a third.

    A stand-in counts as their principal in every two-person rule.
    """
    return not is_other(tx, one, [other], challenge.made)


def publisher(tx: Tx, challenge_id: int) -> int | None:
    """Return who published it, or None."""
    steps = records.listed(tx, challenge_id, "step")
    return next((one.person_id for one in steps if one.data["to"] == Stage.PUBLISHED.value), None)


def keeper_of(tx: Tx, challenge_id: int) -> str:
    """Return the name of the printed share's keeper; empty if none was recorded."""
    made = records.last(tx, challenge_id, "key")
    return "" if made is None else str(made.data.get("keeper", ""))


def _require_keeper(tx: Tx, keeper: str, openers: Sequence[str], person_ids: Sequence[int]) -> None:
    if not 1 < len(keeper) <= LONGEST_KEEPER:
        raise InputError("keeper_missing", most=LONGEST_KEEPER)
    taken = {_plain(name) for name in (*openers, *roles.names(tx, person_ids).values())}
    if _plain(keeper) in taken:
        raise InputError("keeper_wrong")


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()
