"""Stage transitions of a challenge: who may make them and what they require. One table, judged without a database."""

from collections.abc import Set
from dataclasses import dataclass
from enum import StrEnum

from storage.challenges.challenges import Stage
from storage.people.roles import Kind

POSTERS = frozenset({Kind.SOE_POSTER, Kind.SOE_APPROVER})
SIGNERS = frozenset({Kind.SOE_APPROVER})
OFFICIALS = frozenset({Kind.EDITOR, Kind.APPROVER})


class Need(StrEnum):
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
    who: frozenset[Kind]
    needs: frozenset[Need] = frozenset()


def _move(source: Stage, target: Stage, who: frozenset[Kind], *needs: Need) -> Move:
    return Move(source, target, who, frozenset(needs))


MOVES = (
    _move(Stage.DRAFT, Stage.PENDING, SIGNERS, Need.COMPLETE, Need.SECRECY, Need.APPROVED, Need.DEADLINE_AHEAD),
    _move(Stage.RETURNED, Stage.PENDING, SIGNERS, Need.COMPLETE, Need.SECRECY, Need.APPROVED, Need.DEADLINE_AHEAD),
    _move(Stage.PENDING, Stage.RETURNED, OFFICIALS, Need.REASON),
    _move(Stage.PENDING, Stage.PUBLISHED, OFFICIALS, Need.COMPLETE, Need.DEADLINE_AHEAD, Need.KEY),
    _move(Stage.DRAFT, Stage.WITHDRAWN, POSTERS, Need.REASON),
    _move(Stage.RETURNED, Stage.WITHDRAWN, POSTERS, Need.REASON),
    _move(Stage.PENDING, Stage.WITHDRAWN, POSTERS, Need.REASON),
    _move(Stage.PUBLISHED, Stage.WITHDRAWN, POSTERS, Need.REASON),
    # PUBLISHED becomes CLOSED by the database clock alone; nobody moves it.
    _move(Stage.CLOSED, Stage.REVIEW, POSTERS, Need.ENOUGH_BIDS, Need.CRITERIA, Need.OPENED),
    _move(Stage.CLOSED, Stage.FAILED, POSTERS, Need.TOO_FEW_BIDS, Need.REASON),
    _move(Stage.REVIEW, Stage.NOTICE, SIGNERS, Need.CHOSEN, Need.NOTICE),
    _move(Stage.REVIEW, Stage.FAILED, SIGNERS, Need.REASON),
    _move(Stage.NOTICE, Stage.REVIEW, SIGNERS, Need.REASON),
    _move(Stage.NOTICE, Stage.SIGNING, SIGNERS, Need.NOTICE_OVER, Need.OBJECTIONS_ANSWERED),
    _move(Stage.SIGNING, Stage.MILESTONES, SIGNERS, Need.GATES, Need.CONTRACT),
    _move(Stage.SIGNING, Stage.FAILED, SIGNERS, Need.REASON),
    _move(Stage.MILESTONES, Stage.ACCEPTED, SIGNERS, Need.MILESTONES_DONE),
)


def moves_from(stage: Stage, kinds: Set[Kind]) -> list[Move]:
    """Return the transitions open to these roles from here, ignoring needs."""
    return [move for move in MOVES if move.source == stage and move.who & kinds]


def find(source: Stage, target: Stage, kinds: Set[Kind]) -> Move | None:
    """Return the transition between these two if open to these roles."""
    return next((move for move in moves_from(source, kinds) if move.target == target), None)


def missing(move: Move, holding: Set[Need]) -> list[Need]:
    """Return the needs still missing, in a fixed order."""
    return [need for need in Need if need in move.needs and need not in holding]
