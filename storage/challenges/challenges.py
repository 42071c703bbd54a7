"""Challenges (榜): what a large firm needs solved, on which terms, the bid deadline, and the stage."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, Index, String, bindparam, func, or_, select, true, update
from sqlmodel import Field

from config.challenges import PosterLabel
from config.challenges import Stage as Stage
from storage.challenges.records import RECORDS
from storage.engine.columns import BigId, ReadModel, TableRow, UtcTime, table_of
from storage.engine.page import Page
from storage.engine.transactions import Tx
from storage.firms import facts_of_many, firms
from storage.firms.firms import FIRMS
from storage.people.roles import Place

PAGE = 20
MUNICIPAL = PosterLabel.MUNICIPAL
OVER = frozenset({Stage.ACCEPTED, Stage.FAILED, Stage.WITHDRAWN})
# Stages readable by everybody once published: only those listed here are public.
PUBLIC = frozenset(
    {
        Stage.PUBLISHED,
        Stage.CLOSED,
        Stage.REVIEW,
        Stage.NOTICE,
        Stage.SIGNING,
        Stage.MILESTONES,
        Stage.ACCEPTED,
        Stage.FAILED,
        Stage.WITHDRAWN,
    }
)


class ChallengeBase(ReadModel):
    """The columns of a challenge that are read as they are stored."""

    id: int = Field(primary_key=True, sa_type=BigId)
    firm_id: int = Field(foreign_key="firm.id", index=True, sa_type=BigId)
    label: str = Field(max_length=16)
    stage: Stage = Field(sa_type=String(16))
    title: str = Field(max_length=120)
    fields: dict[str, str] = Field(sa_type=JSON)
    named: bool
    deadline: datetime | None = Field(default=None, sa_type=UtcTime)
    sealing: str = Field(max_length=8)
    least: int
    extended: bool = False
    version: int = 1
    made: datetime = Field(sa_type=UtcTime)
    published: datetime | None = Field(default=None, sa_type=UtcTime)


class Challenge(ChallengeBase):
    """One challenge. `fields`: those of config/challenges.toml except the title."""

    firm_name: str

    @property
    def is_public(self) -> bool:
        """Tell whether everybody may read it: it was published, and is still in a public stage."""
        return self.published is not None and self.stage in PUBLIC

    def at(self, now: datetime) -> Stage:
        """Return its stage at this moment of the database clock: bids are taken in [published, deadline)."""
        if self.stage == Stage.PUBLISHED and self.deadline is not None and now >= self.deadline:
            return Stage.CLOSED
        return self.stage


class ChallengeRow(ChallengeBase, TableRow, table=True):
    """One challenge of one firm. `person_id` (its author) outlives the person; the contact is sealed."""

    __tablename__ = "challenge"
    __table_args__ = (Index(None, "stage", "deadline"),)

    person_id: int = Field(sa_type=BigId)
    contact: bytes | None = None


CHALLENGES = table_of(ChallengeRow)
_IS_PUBLIC = CHALLENGES.c.published.is_not(None) & CHALLENGES.c.stage.in_(sorted(stage.value for stage in PUBLIC))
_STEPS = select(func.count()).where(RECORDS.c.challenge_id == CHALLENGES.c.id, RECORDS.c.kind == "step")
# A draft, or withdrawn as its first step: never submitted to officials.
_IS_INNER = (CHALLENGES.c.stage == Stage.DRAFT.value) | (
    (CHALLENGES.c.stage == Stage.WITHDRAWN.value) & CHALLENGES.c.published.is_(None) & (_STEPS.scalar_subquery() < 2)
)
_COLUMNS = [column for column in CHALLENGES.c if column.name not in ("contact", "person_id")]
_GET = (
    select(*_COLUMNS, FIRMS.c.name.label("firm_name"))
    .join_from(CHALLENGES, FIRMS, CHALLENGES.c.firm_id == FIRMS.c.id)
    .where(CHALLENGES.c.id == bindparam("id_"))
)
_OPEN = (
    select(CHALLENGES.c.id, CHALLENGES.c.title, CHALLENGES.c.deadline, CHALLENGES.c.fields)
    .where(CHALLENGES.c.stage == Stage.PUBLISHED.value, CHALLENGES.c.deadline > bindparam("now_", type_=UtcTime()))
    .order_by(CHALLENGES.c.deadline, CHALLENGES.c.id)
    .limit(bindparam("most_"))
)


@dataclass(frozen=True, slots=True)
class OnList:
    """A challenge taking bids now, for lists."""

    id: int
    title: str
    deadline: datetime
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ChallengeQuery:
    """Filter for challenges. `firm_id`: that firm's; `areas`: those within these officials' areas (None: all)."""

    firm_id: int | None = None
    areas: frozenset[str] | None = None
    public: bool = False
    words: str = ""
    stage: str = ""
    page: int = 1


def add(tx: Tx, *, firm_id: int, person_id: int, label: str, contact: str, values: Mapping[str, Any]) -> int:
    """Insert a draft; return its id."""
    row = {
        "firm_id": firm_id,
        "person_id": person_id,
        "label": label,
        "stage": Stage.DRAFT.value,
        "made": tx.now,
        "contact": _sealed(tx, contact),
        "extended": False,
        "version": 1,
        **values,
    }
    return tx.add(CHALLENGES, row)


def put(tx: Tx, challenge_id: int, values: Mapping[str, Any], *, contact: str | None = None) -> None:
    """Set these columns, and the contact if given."""
    sealed = {} if contact is None else {"contact": _sealed(tx, contact)}
    tx.execute(update(CHALLENGES).where(CHALLENGES.c.id == challenge_id).values({**values, **sealed}))


def get(tx: Tx, challenge_id: int) -> Challenge | None:
    """Return the challenge with this id."""
    return tx.one(_GET, Challenge.of, {"id_": challenge_id})


def get_public(tx: Tx, challenge_id: int) -> Challenge | None:
    """Return the challenge with this id for public pages: None if it is not public."""
    found = get(tx, challenge_id)
    return found if found is not None and found.is_public else None


def contact(tx: Tx, challenge_id: int) -> str:
    """Return its contact, decrypted for those who may know."""
    sealed = tx.execute(select(CHALLENGES.c.contact).where(CHALLENGES.c.id == challenge_id)).scalar_one_or_none()
    return "" if sealed is None else tx.cipher.open(sealed, "challenge.contact")


def made_by(tx: Tx, challenge_id: int) -> int:
    """Return who drafted it, still present or not."""
    return int(tx.execute(select(CHALLENGES.c.person_id).where(CHALLENGES.c.id == challenge_id)).scalar_one())


def open_now(tx: Tx, most: int) -> list[OnList]:
    """Return the challenges taking bids now, nearest deadline first."""
    found = tx.execute(_OPEN, {"now_": tx.now, "most_": most})
    return [OnList(row.id, row.title, row.deadline, row.fields) for row in found]


def all_open(tx: Tx) -> list[Challenge]:
    """Return every challenge taking bids now, complete."""
    taking = (CHALLENGES.c.stage == Stage.PUBLISHED.value) & (CHALLENGES.c.deadline > tx.now)
    joined = select(*_COLUMNS, FIRMS.c.name.label("firm_name")).join_from(CHALLENGES, FIRMS)
    return [Challenge.of(row) for row in tx.execute(joined.where(taking).order_by(CHALLENGES.c.id))]


def titles(tx: Tx, most: int) -> list[tuple[int, str]]:
    """Return (id, title) of the newest challenges ever published."""
    statement = select(CHALLENGES.c.id, CHALLENGES.c.title).where(_IS_PUBLIC).order_by(CHALLENGES.c.id.desc())
    return [(row.id, row.title) for row in tx.execute(statement.limit(most))]


def count_open(tx: Tx) -> int:
    """Count the challenges taking bids now."""
    taking = (CHALLENGES.c.stage == Stage.PUBLISHED.value) & (CHALLENGES.c.deadline > tx.now)
    return int(tx.execute(select(func.count()).select_from(CHALLENGES).where(taking)).scalar_one())


def page(tx: Tx, wanted: ChallengeQuery) -> Page[Challenge]:
    """Return one page of matching challenges, newest first (public lists: nearest deadline first), and the total."""
    joined = select(*_COLUMNS, FIRMS.c.name.label("firm_name")).join_from(CHALLENGES, FIRMS)
    taking = (CHALLENGES.c.stage == Stage.PUBLISHED.value) & (CHALLENGES.c.deadline > tx.now)
    open_first = (taking.desc(), CHALLENGES.c.deadline, CHALLENGES.c.id)
    found = joined.where(*_conditions(tx, wanted)).order_by(
        *(open_first if wanted.public else [CHALLENGES.c.id.desc()])
    )
    return Page.of(tx, found, wanted.page, PAGE, Challenge.of)


def place_of(tx: Tx, challenge_id: int) -> Place | None:
    """Return its owner: its firm; once submitted to officials, the whole city for a municipal SOE's, else its firm's
    district.
    """
    found = get(tx, challenge_id)
    if found is None:
        return None
    inner = tx.execute(select(true()).where(CHALLENGES.c.id == challenge_id, _IS_INNER)).first() is not None
    area = None if found.label == MUNICIPAL else _district(tx, found.firm_id)
    return Place(firm_id=found.firm_id, area=area, inner=inner)


def label_of(tx: Tx, firm_id: int) -> str:
    """Return the poster's label: municipal SOEs post under clause 10; other firms state their own kind."""
    kind = tx.execute(select(FIRMS.c.kind).where(FIRMS.c.id == firm_id)).scalar_one()
    return MUNICIPAL if kind == "soe" else PosterLabel.PRIVATE


def _district(tx: Tx, firm_id: int) -> str | None:
    known = firms.facts(tx, firm_id).get("district")
    return None if known is None else str(known.value)


def _conditions(tx: Tx, wanted: ChallengeQuery) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.firm_id is not None:
        conditions.append(CHALLENGES.c.firm_id == wanted.firm_id)
    elif wanted.public:
        conditions.append(_IS_PUBLIC)
    else:
        conditions.append(~_IS_INNER)
        if wanted.areas is not None:
            posters = tx.execute(select(CHALLENGES.c.firm_id).distinct()).scalars().all()
            districts = facts_of_many.known_today(tx, ("district",), posters)["district"]
            within = [firm_id for firm_id, district in districts.items() if json.loads(district) in wanted.areas]
            conditions += [CHALLENGES.c.label != MUNICIPAL, CHALLENGES.c.firm_id.in_(within)]
    if wanted.words:
        poster: ColumnElement[bool] = FIRMS.c.name.contains(wanted.words, autoescape=True)
        if wanted.public:
            # An unnamed poster must not be findable by name either.
            poster = poster & CHALLENGES.c.named.is_(True)
        conditions.append(or_(CHALLENGES.c.title.contains(wanted.words, autoescape=True), poster))
    closed = CHALLENGES.c.deadline <= tx.now
    if wanted.stage == Stage.CLOSED:
        conditions += [CHALLENGES.c.stage == Stage.PUBLISHED.value, closed]
    elif wanted.stage == Stage.PUBLISHED:
        conditions += [CHALLENGES.c.stage == Stage.PUBLISHED.value, CHALLENGES.c.deadline > tx.now]
    elif wanted.stage:
        conditions.append(CHALLENGES.c.stage == wanted.stage)
    return conditions


def _sealed(tx: Tx, contact: str) -> bytes | None:
    return tx.cipher.seal(contact, "challenge.contact") if contact else None
