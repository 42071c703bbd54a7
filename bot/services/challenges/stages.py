"""Stage transitions of a challenge: who may make them and what they require. One table, judged without a database."""

from collections.abc import Set
from dataclasses import dataclass
from enum import StrEnum

from storage.challenges.challenges import Stage
from storage.people.roles import RoleKind

POSTERS = frozenset({RoleKind.SOE_POSTER, RoleKind.SOE_APPROVER})
SIGNERS = frozenset({RoleKind.SOE_APPROVER})
OFFICIALS = frozenset({RoleKind.EDITOR, RoleKind.APPROVER})


class StageNeed(StrEnum):
    """What a move requires."""

    COMPLETE = "complete"
    SECRECY = "secrecy"
    APPROVED = "approved"
    REASON = "reason"
    DEADLINE_AHEAD = "deadline_ahead"
    KEY = "key"
    CRITERIA = "criteria"
    OPENED = "opened"
    ENOUGH_BIDS = "enough_bids"
    TOO_FEW_BIDS = "too_few_bids"
    CHOSEN = "chosen"
    NOTICE = "notice"
    NOTICE_OVER = "notice_over"
    OBJECTIONS_ANSWERED = "objections_answered"
    GATES = "gates"
    CONTRACT = "contract"
    MILESTONES_DONE = "milestones_done"


@dataclass(frozen=True, slots=True)
class Move:
    """One transition, open to these roles once all its needs are met."""

    source: Stage
    target: Stage
    who: frozenset[RoleKind]
    needs: frozenset[StageNeed] = frozenset()


def _move(source: Stage, target: Stage, who: frozenset[RoleKind], *needs: StageNeed) -> Move:
    return Move(source, target, who, frozenset(needs))


MOVES = (
    _move(
        Stage.DRAFT,
        Stage.PENDING,
        SIGNERS,
        StageNeed.COMPLETE,
        StageNeed.SECRECY,
        StageNeed.APPROVED,
        StageNeed.DEADLINE_AHEAD,
    ),
    _move(
        Stage.RETURNED,
        Stage.PENDING,
        SIGNERS,
        StageNeed.COMPLETE,
        StageNeed.SECRECY,
        StageNeed.APPROVED,
        StageNeed.DEADLINE_AHEAD,
    ),
    _move(Stage.PENDING, Stage.RETURNED, OFFICIALS, StageNeed.REASON),
    _move(Stage.PENDING, Stage.PUBLISHED, OFFICIALS, StageNeed.COMPLETE, StageNeed.DEADLINE_AHEAD, StageNeed.KEY),
    _move(Stage.DRAFT, Stage.WITHDRAWN, POSTERS, StageNeed.REASON),
    _move(Stage.RETURNED, Stage.WITHDRAWN, POSTERS, StageNeed.REASON),
    _move(Stage.PENDING, Stage.WITHDRAWN, POSTERS, StageNeed.REASON),
    _move(Stage.PUBLISHED, Stage.WITHDRAWN, POSTERS, StageNeed.REASON),
    # PUBLISHED becomes CLOSED by the database clock alone; nobody moves it.
    _move(Stage.CLOSED, Stage.REVIEW, POSTERS, StageNeed.ENOUGH_BIDS, StageNeed.CRITERIA, StageNeed.OPENED),
    _move(Stage.CLOSED, Stage.FAILED, POSTERS, StageNeed.TOO_FEW_BIDS, StageNeed.REASON),
    _move(Stage.REVIEW, Stage.NOTICE, SIGNERS, StageNeed.CHOSEN, StageNeed.NOTICE),
    _move(Stage.REVIEW, Stage.FAILED, SIGNERS, StageNeed.REASON),
    _move(Stage.NOTICE, Stage.REVIEW, SIGNERS, StageNeed.REASON),
    _move(Stage.NOTICE, Stage.SIGNING, SIGNERS, StageNeed.NOTICE_OVER, StageNeed.OBJECTIONS_ANSWERED),
    _move(Stage.SIGNING, Stage.MILESTONES, SIGNERS, StageNeed.GATES, StageNeed.CONTRACT),
    _move(Stage.SIGNING, Stage.FAILED, SIGNERS, StageNeed.REASON),
    _move(Stage.MILESTONES, Stage.ACCEPTED, SIGNERS, StageNeed.MILESTONES_DONE),
)


def moves_from(stage: Stage, kinds: Set[RoleKind]) -> list[Move]:
    """Return the transitions open to these roles from here, ignoring needs."""
    return [move for move in MOVES if move.source == stage and move.who & kinds]


def find(source: Stage, target: Stage, kinds: Set[RoleKind]) -> Move | None:
    """Return the transition between these two if open to these roles."""
    return next((move for move in moves_from(source, kinds) if move.target == target), None)


def missing(move: Move, holding: Set[StageNeed]) -> list[StageNeed]:
    """Return the needs still missing, in a fixed order."""
    return [need for need in StageNeed if need in move.needs and need not in holding]
