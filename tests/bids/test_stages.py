"""The stage table: who may move a challenge from where to where, and every forbidden move."""

from itertools import product

import pytest

from bot.services.challenges.stages import MOVES, StageNeed, find, missing, moves_from
from storage.challenges.challenges import Stage
from storage.people.roles import RoleKind

P, S, E, A = RoleKind.SOE_POSTER, RoleKind.SOE_APPROVER, RoleKind.EDITOR, RoleKind.APPROVER
# From, to, roles, needs: readable by an official.
TABLE = [
    ("draft", "pending", {S}, {"complete", "secrecy", "approved", "deadline_ahead"}),
    ("returned", "pending", {S}, {"complete", "secrecy", "approved", "deadline_ahead"}),
    ("pending", "returned", {E, A}, {"reason"}),
    ("pending", "published", {E, A}, {"complete", "deadline_ahead", "key"}),
    ("draft", "withdrawn", {P, S}, {"reason"}),
    ("returned", "withdrawn", {P, S}, {"reason"}),
    ("pending", "withdrawn", {P, S}, {"reason"}),
    ("published", "withdrawn", {P, S}, {"reason"}),
    ("closed", "review", {P, S}, {"enough_bids", "criteria", "opened"}),
    ("closed", "failed", {P, S}, {"too_few_bids", "reason"}),
    ("review", "notice", {S}, {"chosen", "notice"}),
    ("review", "failed", {S}, {"reason"}),
    ("notice", "review", {S}, {"reason"}),
    ("notice", "signing", {S}, {"notice_over", "objections_answered"}),
    ("signing", "milestones", {S}, {"gates", "contract"}),
    ("signing", "failed", {S}, {"reason"}),
    ("milestones", "accepted", {S}, {"milestones_done"}),
]


@pytest.mark.parametrize(("source", "target", "who", "needs"), TABLE)
def test_each_step_has_its_people_and_its_needs(source: str, target: str, who: set[RoleKind], needs: set[str]) -> None:
    for kind in RoleKind:
        found = find(Stage(source), Stage(target), {kind})
        assert (found is not None) == (kind in who), kind
        if found is not None:
            assert missing(found, set()) == [need for need in StageNeed if need in needs]
            assert missing(found, set(StageNeed)) == []


def test_there_is_no_step_beside_the_table() -> None:
    assert len(MOVES) == len(TABLE)
    known = {(source, target) for source, target, _, _ in TABLE}
    for source, target in product(Stage, Stage):
        assert (find(source, target, set(RoleKind)) is not None) == ((source, target) in known), (source, target)


def test_what_is_over_stays_over_and_the_clock_alone_closes() -> None:
    for stage in (Stage.ACCEPTED, Stage.FAILED, Stage.WITHDRAWN):
        assert moves_from(stage, set(RoleKind)) == []
    assert all(move.target != Stage.CLOSED for move in MOVES)
