"""The people of a broadcast: fixed when it is sent, each counted once whatever became of them since."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, String, case, func, literal, select, update
from sqlalchemy import cast as as_type
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import Field
from sqlmodel import UniqueConstraint as Unique

from storage import outbox
from storage.columns import BigId, Row, UtcTime, table_of
from storage.firms import FIRMS
from storage.outbox import OUTBOX
from storage.people import PEOPLE
from storage.transactions import Tx


class Lot(StrEnum):
    """What was decided about one person of a broadcast."""

    NEW = "new"
    PLANNED = "planned"
    """Told through the outbox, which knows the rest."""
    SUBMITTED = "submitted"
    """Part of a call of the platform's mass messages."""
    CAPPED = "capped"
    UNWANTED = "unwanted"
    LEFT = "left"


class Fate(StrEnum):
    """What has become of one person of a broadcast, as the delivery board counts it: each has exactly one."""

    WAITING = "waiting"
    """Not yet handed over."""
    SENDING = "sending"
    REACHED = "reached"
    CLOSED = "closed"
    """The platform's window is closed: told at the next visit."""
    HELD = "held"
    UNCERTAIN = "uncertain"
    REFUSED = "refused"
    """By the person: they take no such messages."""
    FAILED = "failed"
    EXPIRED = "expired"
    CAPPED = "capped"
    UNWANTED = "unwanted"
    STOPPED = "stopped"
    LEFT = "left"


class BroadcastPersonRow(Row, table=True):
    """One person of one broadcast. Who leaves stays as a number: without their id, counted as having left."""

    __tablename__ = "broadcast_person"
    __table_args__ = (
        Unique("broadcast_id", "person_id", name="uq_broadcast_person_broadcast_id_person_id"),
        Index(None, "broadcast_id", "state"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    broadcast_id: int = Field(foreign_key="broadcast.id", sa_type=BigId)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True, sa_type=BigId)
    firm_id: int | None = Field(default=None, sa_type=BigId)
    state: str = Field(default=Lot.NEW.value, max_length=12)
    at: datetime = Field(sa_type=UtcTime)
    call_id: int | None = Field(default=None, sa_type=BigId, index=True)


MEMBERS = table_of(BroadcastPersonRow)
# The platform's words for people who do not take such messages: blacklist, refused, switched off, no grant.
_BY_THE_PERSON = ("43019", "43101", "48002", "user_block", "blocked", "refused")


@dataclass(frozen=True, slots=True)
class Fated:
    """One person of a broadcast and what became of them. `why`: the platform's code or a word of ours."""

    firm: str
    fate: Fate
    why: str
    channel: str
    at: datetime | None
    opened: datetime | None


def key(broadcast_id: int) -> str:
    """The outbox's key of this broadcast."""
    return f"broadcast:{broadcast_id}"


def add(tx: Tx, broadcast_id: int, people: Sequence[tuple[int, int | None]]) -> None:
    """These (person, firm) belong to the broadcast, each once. Who has left since is passed over."""
    here = {row.id for row in tx.execute(select(PEOPLE.c.id).where(PEOPLE.c.id.in_([one for one, _ in people])))}
    rows: list[Mapping[str, Any]] = [
        {"broadcast_id": broadcast_id, "person_id": person, "firm_id": firm, "state": Lot.NEW.value, "at": tx.now}
        for person, firm in people
        if person in here
    ]
    if rows:
        insert = sqlite_insert if tx.connection.dialect.name == "sqlite" else postgresql_insert
        twice = [MEMBERS.c.broadcast_id, MEMBERS.c.person_id]
        tx.execute(insert(MEMBERS).on_conflict_do_nothing(index_elements=twice), rows)


def undecided(tx: Tx, broadcast_id: int, most: int) -> list[int]:
    """Some persons about whom nothing was decided yet."""
    mine = (MEMBERS.c.broadcast_id == broadcast_id, MEMBERS.c.state == Lot.NEW.value)
    found = select(MEMBERS.c.person_id).where(*mine).order_by(MEMBERS.c.id).limit(most)
    return list(tx.execute(found).scalars())


def decide(tx: Tx, broadcast_id: int, person_ids: Collection[int], lot: Lot, call_id: int | None = None) -> None:
    """This is decided about these persons, now."""
    mine = (MEMBERS.c.broadcast_id == broadcast_id, MEMBERS.c.person_id.in_(sorted(person_ids)))
    tx.execute(update(MEMBERS).where(*mine).values(state=lot.value, at=tx.now, call_id=call_id))


def told_since(tx: Tx, person_ids: Collection[int], since: datetime, *, mass_only: bool = False) -> dict[int, int]:
    """How many broadcasts each of these persons was told, or was to be told, since this moment."""
    lots = [Lot.SUBMITTED.value] if mass_only else [Lot.SUBMITTED.value, Lot.PLANNED.value]
    mine = (MEMBERS.c.person_id.in_(sorted(person_ids)), MEMBERS.c.state.in_(lots), MEMBERS.c.at > since)
    counted = select(MEMBERS.c.person_id, func.count().label("times")).where(*mine).group_by(MEMBERS.c.person_id)
    return {row.person_id: int(row.times) for row in tx.execute(counted)}


def forget(tx: Tx, person_id: int) -> None:
    """The person has left: their place in every count stays, nothing that tells who it was."""
    mine = MEMBERS.c.person_id == person_id
    tx.execute(update(MEMBERS).where(mine).values(person_id=None, state=Lot.LEFT.value, at=tx.now))


def total(tx: Tx, broadcast_id: int) -> int:
    """How many people the broadcast is for."""
    mine = MEMBERS.c.broadcast_id == broadcast_id
    return int(tx.execute(select(func.count()).select_from(MEMBERS).where(mine)).scalar_one())


def counts(tx: Tx, broadcast_id: int, *, stopped: bool) -> tuple[dict[Fate, int], int]:
    """How many people have which fate, and how many have opened what it leads to. The fates add up to `total`."""
    fate = _fate(tx, stopped=stopped)
    grouped = select(fate.label("fate"), func.count().label("rows"), func.count(OUTBOX.c.opened).label("opened"))
    found = tx.execute(grouped.select_from(_joined()).where(MEMBERS.c.broadcast_id == broadcast_id).group_by(fate))
    rows = found.all()
    return {Fate(row.fate): int(row.rows) for row in rows}, sum(int(row.opened) for row in rows)


def fated(
    tx: Tx, broadcast_id: int, *, stopped: bool, most: int, skip: int = 0, only: Fate | None = None
) -> list[Fated]:
    """What became of each person, in the order in which they were fixed."""
    fate = _fate(tx, stopped=stopped)
    columns = (FIRMS.c.name, OUTBOX.c.why, OUTBOX.c.channel, OUTBOX.c.settled, OUTBOX.c.opened, MEMBERS.c.at)
    joined = _joined().outerjoin(FIRMS, FIRMS.c.id == MEMBERS.c.firm_id)
    wanted = [MEMBERS.c.broadcast_id == broadcast_id, *([] if only is None else [fate == only.value])]
    found = select(fate.label("fate"), *columns).select_from(joined).where(*wanted).order_by(MEMBERS.c.id)
    return [
        Fated(row.name or "", Fate(row.fate), row.why or "", row.channel or "", row.settled or row.at, row.opened)
        for row in tx.execute(found.limit(most).offset(skip))
    ]


def _joined() -> Any:
    own_key = literal("broadcast:").concat(as_type(MEMBERS.c.broadcast_id, String))
    whole = own_key.concat(":").concat(as_type(MEMBERS.c.person_id, String))
    return MEMBERS.outerjoin(OUTBOX, OUTBOX.c.key == whole).outerjoin(PEOPLE, PEOPLE.c.id == MEMBERS.c.person_id)


def _fate(tx: Tx, *, stopped: bool) -> Any:
    """The one fate of a row, first rule first; a planned one whose notice is gone was stopped, or switched off."""
    lot, state = MEMBERS.c.state, OUTBOX.c.state
    gone = Fate.STOPPED if stopped else Fate.UNWANTED
    pushable = (PEOPLE.c.window_until > tx.now) & (PEOPLE.c.window_left > 0)
    rules = (
        (lot == Lot.LEFT.value, Fate.LEFT),
        (lot == Lot.CAPPED.value, Fate.CAPPED),
        (lot == Lot.UNWANTED.value, Fate.UNWANTED),
        (lot == Lot.SUBMITTED.value, Fate.REACHED),
        (lot == Lot.NEW.value, Fate.STOPPED if stopped else Fate.WAITING),
        (state.is_(None), gone),
        (state.in_((outbox.SENT, outbox.SAID)), Fate.REACHED),
        (state == outbox.LEASED, Fate.SENDING),
        (state.in_((outbox.HELD, outbox.QUARANTINED)), Fate.HELD),
        (state == outbox.UNCERTAIN, Fate.UNCERTAIN),
        (OUTBOX.c.why.in_(_BY_THE_PERSON), Fate.REFUSED),
        (state == outbox.DEAD, Fate.FAILED),
        ((state == outbox.EXPIRED) | (OUTBOX.c.expires <= tx.now), Fate.EXPIRED),
        (pushable, Fate.SENDING),
    )
    return case(*((rule, fate.value) for rule, fate in rules), else_=Fate.CLOSED.value)
