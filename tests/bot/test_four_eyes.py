"""With any stand-ins, nobody approves their own or their principal's work: random histories of three kinds."""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Protocol

import pytest

from bot.chat.context import ChatServices
from bot.services.broadcasts import broadcasts
from bot.services.policy import published_details, unanswered_questions
from config.calendar import shanghai_day
from config.errors import ConflictError, InputError
from storage.broadcasts import broadcasts as stored_broadcasts
from storage.engine.database import Database
from storage.engine.transactions import Tx
from storage.people import people, roles
from storage.people.roles import RoleGrant, RoleKind
from storage.policy import agency_questions
from storage.policy import published_details as stored_published_details
from tests.broadcasts import AGENCY, HOURS, RULES, a_content
from tests.conftest import MovableTime
from tests.details import a_statement

PEOPLE, STEPS = 5, 60


class Paper(Protocol):
    """Something one person writes and another approves; raises if the four-eyes rule refuses."""

    def write(self, tx: Tx, person_id: int) -> None: ...
    def approve(self, tx: Tx, person_id: int) -> None: ...


@dataclass
class ABroadcast:
    parts: ChatServices
    id: int = 0

    def write(self, tx: Tx, person_id: int) -> None:
        content = a_content()
        self.id = broadcasts.compose(tx, person_id, content, RULES, self.parts.texts)
        stored_broadcasts.move(
            tx, self.id, stored_broadcasts.BroadcastState.DRAFT, stored_broadcasts.BroadcastState.WAITING
        )
        stored_broadcasts.note(tx, self.id, person_id, "submit")

    def approve(self, tx: Tx, person_id: int) -> None:
        broadcasts.approve(tx, person_id, self.id, a_content().digest, RULES, HOURS, self.parts.texts)


@dataclass
class ADetail:
    parts: ChatServices
    id: int = 0

    def write(self, tx: Tx, person_id: int) -> None:
        self.id = published_details.enter(tx, person_id, a_statement(), self.parts.policy)
        stored_published_details.set_state(tx, self.id, "waiting", person_id)

    def approve(self, tx: Tx, person_id: int) -> None:
        published_details.approve(tx, person_id, self.id, a_statement().digest)


@dataclass
class AReply:
    parts: ChatServices
    id: int = 0

    def write(self, tx: Tx, person_id: int) -> None:
        self.id = unanswered_questions.start_note(tx, "15.1", "哪里投诉")
        unanswered_questions.mark_asked(tx, self.id, AGENCY, shanghai_day(tx.now))
        unanswered_questions.answer(tx, person_id, self.id, "打统一电话", "公开栏", shanghai_day(tx.now))

    def approve(self, tx: Tx, person_id: int) -> None:
        found = agency_questions.get(tx, self.id)
        assert found is not None
        unanswered_questions.approve(tx, person_id, self.id, unanswered_questions.reading(found))


PAPERS = (ABroadcast, ADetail, AReply)


@dataclass
class World:
    """Expected state, independent of the database: current stand-ins, and each paper's author."""

    now: set[tuple[int, int]] = field(default_factory=set)
    stand_ins: dict[tuple[int, int], int] = field(default_factory=dict)
    waiting: list[tuple[Paper, frozenset[int]]] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)

    def everybody_behind(self, person_id: int) -> frozenset[int]:
        """Return the person and everybody they currently stand in for."""
        found = {person_id}
        while more := {principal for person, principal in self.now if person in found} - found:
            found |= more
        return frozenset(found)


def enter(tx: Tx, number: int) -> tuple[int, int]:
    person_id = people.meet(tx, f"o-{number}").id
    return person_id, roles.add(tx, person_id, RoleGrant(RoleKind.EDITOR, f"某{number}", date.min, agency=AGENCY))


def begin(tx: Tx, person_id: int, own_role: int) -> int:
    until = shanghai_day(tx.now) + timedelta(days=60)
    grant = RoleGrant(RoleKind.EDITOR, "代", shanghai_day(tx.now), until, agency=AGENCY, stands_in_for=own_role)
    role_id = roles.add(tx, person_id, grant)
    roles.consent(tx, role_id, 0)
    return role_id


@pytest.mark.parametrize("seed", range(12))
async def test_no_act_is_ever_written_and_approved_for_one_principal(
    database: Database, parts: ChatServices, time_offset: MovableTime, seed: int
) -> None:
    chance, world = random.Random(seed), World()
    own = dict([await database.write(enter, number) for number in range(PEOPLE)])
    ids = list(own)
    for _ in range(STEPS):
        one, other = chance.sample(ids, 2)
        match chance.choice(("stand in", "end", "write", "write", "approve", "approve", "approve", "day")):
            case "stand in" if (one, other) not in world.now and len(world.now) < 3:
                world.stand_ins[one, other] = await database.write(begin, one, own[other])
                world.now.add((one, other))
            case "end" if world.now:
                pair = chance.choice(sorted(world.now))
                day = await database.read(lambda tx: shanghai_day(tx.now))
                await database.write(roles.end, world.stand_ins[pair], day)
                world.now.remove(pair)
            case "write":
                paper: Paper = chance.choice(PAPERS)(parts)
                await database.write(paper.write, one)
                world.waiting.append((paper, world.everybody_behind(one)))
            case "approve" if world.waiting:
                chosen, written_for = world.waiting[chance.randrange(len(world.waiting))]
                same = bool(world.everybody_behind(one) & written_for)
                try:
                    await database.write(chosen.approve, one)
                except (InputError, ConflictError):
                    world.seen["refused to the same" if same else "refused"] += 1
                    continue
                assert not same, (seed, one, written_for, world.now)
                world.seen["approved"] += 1
                world.waiting = [both for both in world.waiting if both[0] is not chosen]
            case "day":
                time_offset.ahead += timedelta(days=1)
    assert world.seen["approved"] > 0
    assert world.seen["refused to the same"] > 0
