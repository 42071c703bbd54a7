"""Each step of a challenge, whole: moved on from one stage to the next, and whoever it concerns told."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot.services.challenges import announcements, bid_opening, matching, review
from bot.services.challenges import sign_off as sign_off_service
from bot.services.challenges.challenges import ChallengeMove, move
from config.challenges import ChallengeForm
from config.texts import Texts
from matchmaking.ranking.snapshot import Frozen
from storage.challenges.bid_sealing import NewKey
from storage.challenges.challenges import Stage
from storage.challenges.openers import Opener
from storage.engine.transactions import Tx
from storage.people.roles import RoleKind

# The kinds of role by which a person takes the step; challenges.move says what each raises.
Kinds = frozenset[RoleKind]


def sign_off(tx: Tx, person_id: int, challenge_id: int, kinds: Kinds, confirmed_by: str, form: ChallengeForm) -> bool:
    """Sign for the draft; return whether it went to the officials, as it does with the last signature."""
    return sign_off_service.release(
        tx, challenge_id, ChallengeMove(person_id, kinds, Stage.PENDING, confirmed_by=confirmed_by), form
    )


def send_back(
    tx: Tx, person_id: int, challenge_id: int, kinds: Kinds, reason: str, form: ChallengeForm, texts: Texts
) -> None:
    """Send the challenge back; whoever drafted it is told why."""
    move(tx, challenge_id, ChallengeMove(person_id, kinds, Stage.RETURNED, reason), form)
    announcements.notify_step(tx, challenge_id, reason, texts)


def publish(
    tx: Tx,
    person_id: int,
    challenge_id: int,
    kinds: Kinds,
    ranking: Frozen,
    key: NewKey | None,
    openers: Sequence[Opener],
    keeper: str,
    form: ChallengeForm,
    texts: Texts,
) -> None:
    """Publish the challenge with its key and the list of whom it fits; whoever drafted it is told."""
    step = ChallengeMove(person_id, kinds, Stage.PUBLISHED)
    bid_opening.publish(tx, challenge_id, step, form, key, openers, keeper)
    matching.freeze(tx, person_id, challenge_id, ranking)
    announcements.notify_step(tx, challenge_id, "", texts)


def go_to(
    tx: Tx,
    person_id: int,
    challenge_id: int,
    kinds: Kinds,
    stage: Stage,
    reason: str,
    form: ChallengeForm,
    texts: Texts,
) -> None:
    """Review the challenge, withdraw it or end it without a result; whoever bid or asked is told of an end."""
    move(tx, challenge_id, ChallengeMove(person_id, kinds, stage, reason), form)
    if stage in (Stage.WITHDRAWN, Stage.FAILED):
        announcements.notify_end(tx, challenge_id, stage, reason, texts)


def announce(
    tx: Tx,
    person_id: int,
    challenge_id: int,
    kinds: Kinds,
    text: str,
    until: date | None,
    phone: str,
    form: ChallengeForm,
    texts: Texts,
) -> None:
    """Put the choice on public notice; every bidder is told."""
    review.announce(tx, person_id, challenge_id, text, until, phone, texts)
    move(tx, challenge_id, ChallengeMove(person_id, kinds, Stage.NOTICE), form)


def begin_signing(tx: Tx, person_id: int, challenge_id: int, kinds: Kinds, form: ChallengeForm, texts: Texts) -> None:
    """End the notice and go on to the contract; every bidder is told the result."""
    move(tx, challenge_id, ChallengeMove(person_id, kinds, Stage.SIGNING), form)
    review.notify_result(tx, challenge_id, texts)


def sign(
    tx: Tx,
    person_id: int,
    challenge_id: int,
    kinds: Kinds,
    contract: Mapping[str, Any],
    milestones: Sequence[str],
    form: ChallengeForm,
) -> None:
    """Enter the contract with its milestones; the work begins."""
    review.sign(tx, person_id, challenge_id, contract, milestones)
    move(tx, challenge_id, ChallengeMove(person_id, kinds, Stage.MILESTONES), form)


def accept(tx: Tx, person_id: int, challenge_id: int, kinds: Kinds, form: ChallengeForm) -> None:
    """Accept the work; the days until payment begin to count."""
    move(tx, challenge_id, ChallengeMove(person_id, kinds, Stage.ACCEPTED), form)
    review.accept(tx, person_id, challenge_id)
