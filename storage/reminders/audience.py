"""People who represent firms, and firms' facts, for judging whom a deadline concerns."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from storage.challenges.bids import BIDS
from storage.challenges.challenges import CHALLENGES, Stage
from storage.challenges.records import RECORDS
from storage.engine.transactions import Tx
from storage.firms.firms import FIRMS
from storage.people import roles
from storage.people.people import PEOPLE, KnownPerson
from storage.people.roles import ROLES
from storage.roster.roster import TITLES


@dataclass(frozen=True, slots=True)
class ReminderFirm:
    """A firm with its people."""

    firm_id: int
    persons: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DatedChallenge:
    """A challenge with a date to meet."""

    id: int
    firm_id: int
    title: str
    stage: Stage
    deadline: datetime | None
    published: datetime | None


def everybody(tx: Tx, firm_id: int | None = None) -> list[ReminderFirm]:
    """Return every represented firm, by id, or only this one."""
    persons: defaultdict[int, list[int]] = defaultdict(list)
    mine = select(PEOPLE.c.firm_id, PEOPLE.c.id).where(PEOPLE.c.firm_id.is_not(None))
    if firm_id is not None:
        mine = mine.where(PEOPLE.c.firm_id == firm_id)
    for row in tx.execute(mine.order_by(PEOPLE.c.id)).all():
        persons[row.firm_id].append(row.id)
    return [ReminderFirm(firm_id, tuple(persons[firm_id])) for firm_id in sorted(persons)]


def speaking_for(tx: Tx, firm_ids: Collection[int], day: date) -> dict[int, tuple[int, ...]]:
    """Return whom to notify for these firms: their people, and on this day (Asia/Shanghai) their posters."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    members = select(PEOPLE.c.firm_id, PEOPLE.c.id.label("person_id")).where(PEOPLE.c.firm_id.in_(sorted(firm_ids)))
    posting = roles.posting(day)
    posters = select(ROLES.c.firm_id, ROLES.c.person_id).where(ROLES.c.firm_id.in_(sorted(firm_ids)), *posting)
    for row in [*tx.execute(members), *tx.execute(posters)]:
        found[row.firm_id].add(row.person_id)
    return {firm_id: tuple(sorted(persons)) for firm_id, persons in found.items()}


def firm_of(tx: Tx, person: KnownPerson, day: date) -> int | None:
    """Return the firm whose dates concern this person: their own, or the one they post for on this day."""
    if person.firm_id is not None:
        return person.firm_id
    mine = select(ROLES.c.firm_id).where(ROLES.c.person_id == person.id, *roles.posting(day))
    return tx.execute(mine.order_by(ROLES.c.id).limit(1)).scalar_one_or_none()


def still_here(tx: Tx, person_ids: Collection[int]) -> set[int]:
    """Return which of these people still follow."""
    return {row.id for row in tx.execute(select(PEOPLE.c.id).where(PEOPLE.c.id.in_(sorted(person_ids))))}


def challenges_with_dates(tx: Tx) -> list[DatedChallenge]:
    """Return the challenges in a stage with dates: bids, notice, milestones, payment."""
    stages = (Stage.PUBLISHED, Stage.NOTICE, Stage.MILESTONES, Stage.ACCEPTED)
    columns = (CHALLENGES.c.id, CHALLENGES.c.firm_id, CHALLENGES.c.title, CHALLENGES.c.stage)
    mine = select(*columns, CHALLENGES.c.deadline, CHALLENGES.c.published).where(
        CHALLENGES.c.stage.in_([stage.value for stage in stages])
    )
    found = tx.execute(mine.order_by(CHALLENGES.c.id))
    return [
        DatedChallenge(row.id, row.firm_id, row.title, Stage(row.stage), row.deadline, row.published) for row in found
    ]


def invited_without_bid(tx: Tx, challenge_id: int) -> set[int]:
    """Return the firms invited to this challenge without a bid, standing or withdrawn."""
    invited = select(RECORDS.c.firm_id).where(
        RECORDS.c.challenge_id == challenge_id, RECORDS.c.kind == "invitation", RECORDS.c.firm_id.is_not(None)
    )
    bidding = select(BIDS.c.firm_id).where(BIDS.c.challenge_id == challenge_id)
    return {row.firm_id for row in tx.execute(invited)} - {row.firm_id for row in tx.execute(bidding)}


def titles_ending(tx: Tx, days: list[date]) -> list[tuple[int, int, str, date]]:
    """Return (title id, firm, title, first day no longer valid) of registered firms' titles ending on these days."""
    if not days:
        return []
    joined = TITLES.join(FIRMS, FIRMS.c.roster_id == TITLES.c.entry_id)
    mine = select(TITLES.c.id, FIRMS.c.id.label("firm_id"), TITLES.c.title, TITLES.c.valid_until).select_from(joined)
    found = tx.execute(mine.where(TITLES.c.valid_until.in_(days)).order_by(TITLES.c.id, FIRMS.c.id))
    return [(row.id, row.firm_id, row.title, row.valid_until) for row in found]
