"""Broadcasts: content, audience, approvals of that exact content, and progress."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from sqlalchemy import JSON, ColumnElement, String, cast, func, insert, or_, select, update
from sqlalchemy import Row as RowOf
from sqlmodel import Field

from storage.engine.columns import BigId, ReadModel, TableRow, UtcTime, table_of
from storage.engine.page import Page
from storage.engine.transactions import Tx
from storage.people.roles import Place

PAGE = 50
# Person and reason recorded for acts of the service itself.
NOBODY, RESTORED = 0, "restored"
Kind = Literal["text", "article", "template", "mass"]
# Fields added later: when empty, content is stored and hashed as before they existed.
_LATER = ("summary", "picture")


class BroadcastState(StrEnum):
    """A broadcast's state. An edit returns it to draft."""

    DRAFT = "draft"
    WAITING = "waiting"
    APPROVED = "approved"
    SENDING = "sending"
    DONE = "done"
    STOPPED = "stopped"
    VOIDED = "voided"


class BroadcastBase(ReadModel):
    """The columns of a broadcast that are read as they are stored."""

    id: int = Field(primary_key=True, sa_type=BigId)
    state: BroadcastState = Field(sa_type=String(12), index=True)
    digest: str = Field(max_length=64)
    author: int = Field(sa_type=BigId)
    made: datetime = Field(sa_type=UtcTime)
    starts: datetime | None = Field(default=None, sa_type=UtcTime)
    frozen: datetime | None = Field(default=None, sa_type=UtcTime)
    ended: datetime | None = Field(default=None, sa_type=UtcTime)


class BroadcastRow(BroadcastBase, TableRow, table=True):
    """A broadcast's current state. `frozen`: when its recipients were fixed. Person ids outlive their persons."""

    __tablename__ = "broadcast"

    kind: str = Field(max_length=12)
    area: str | None = Field(default=None, max_length=16)
    agency: str = Field(max_length=40)
    content: Any = Field(sa_type=JSON)


class BroadcastAct(ReadModel):
    """An act on a broadcast."""

    id: int = Field(primary_key=True, sa_type=BigId)
    at: datetime = Field(sa_type=UtcTime)
    person_id: int = Field(sa_type=BigId, index=True)
    act: str = Field(max_length=12)
    digest: str = Field(max_length=64)
    reason: str = Field(default="", max_length=200)


class BroadcastActRow(BroadcastAct, TableRow, table=True):
    """An act on a broadcast and the hash it applied to; append-only."""

    __tablename__ = "broadcast_act"

    broadcast_id: int = Field(foreign_key="broadcast.id", index=True, sa_type=BigId)


BROADCASTS = table_of(BroadcastRow)
ACTS = table_of(BroadcastActRow)


@dataclass(frozen=True, slots=True)
class AudienceCriteria:
    """Audience criteria: people of firms that meet every one; an empty one is ignored.

    `areas` are districts or zones; `item` with `verdicts` (yes, unknown): the item's verdict for the firm, `unclaimed`:
    only firms that have not said they applied; `contact` (recent, silent) with `days`: heard from in the last days, or
    not; `listed`: credit codes or names. `everyone`: all followers, with or without a firm; nothing else applies then.
    """

    titles: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    item: str = ""
    verdicts: tuple[str, ...] = ()
    unclaimed: bool = False
    event: int = 0
    contact: str = ""
    days: int = 0
    listed: tuple[str, ...] = ()
    everyone: bool = False


@dataclass(frozen=True, slots=True)
class BroadcastContent:
    """Everything an approval covers. `area` None: the whole city; `agency`: the sender; `send_at` None: at once.

    An article has a `summary`, perhaps a `picture` (its name in storage/broadcasts/pictures), and a page with `text`;
    without text it leads to `link`.
    """

    kind: Kind
    area: str | None
    agency: str
    title: str
    text: str
    link: str = ""
    audience: AudienceCriteria = field(default_factory=AudienceCriteria)
    send_at: datetime | None = None
    summary: str = ""
    picture: str = ""

    @property
    def digest(self) -> str:
        """Return the hash of text, audience and time: an approval covers exactly this."""
        return hashlib.sha256(json.dumps(to_json(self), sort_keys=True, ensure_ascii=False).encode()).hexdigest()


class Broadcast(BroadcastBase):
    """A broadcast with its state. `starts`: earliest send time."""

    content: BroadcastContent

    @property
    def place(self) -> Place:
        """Return its owner: nobody sends in another agency's name."""
        return Place(area=self.content.area, agency=self.content.agency)


@dataclass(frozen=True, slots=True)
class BroadcastQuery:
    """Filter for broadcasts by (area, agency); area None matches every area. None: all."""

    places: tuple[tuple[str | None, str], ...] | None = None
    state: str = ""
    page: int = 1


def add(tx: Tx, content: BroadcastContent, person_id: int) -> int:
    """Save a draft; return its id."""
    row = {**_columns(content), "state": BroadcastState.DRAFT.value, "author": person_id, "made": tx.now}
    broadcast_id = tx.add(BROADCASTS, row)
    note(tx, broadcast_id, person_id, "compose")
    return broadcast_id


def replace(tx: Tx, broadcast_id: int, content: BroadcastContent, person_id: int) -> None:
    """Replace the content and return the broadcast to draft, unapproved."""
    values = {**_columns(content), "state": BroadcastState.DRAFT.value, "starts": None}
    tx.execute(update(BROADCASTS).where(BROADCASTS.c.id == broadcast_id).values(values))
    note(tx, broadcast_id, person_id, "edit")


def move(tx: Tx, broadcast_id: int, before: BroadcastState, after: BroadcastState, **values: Any) -> bool:
    """Move a broadcast between states; False if it is no longer in the first."""
    mine = (BROADCASTS.c.id == broadcast_id) & (BROADCASTS.c.state == before.value)
    return tx.execute(update(BROADCASTS).where(mine).values(state=after.value, **values)).rowcount == 1


def freeze(tx: Tx, broadcast_id: int) -> bool:
    """Fix the recipients; False if they already are, or it is no longer being sent."""
    mine = (BROADCASTS.c.id == broadcast_id) & (BROADCASTS.c.state == BroadcastState.SENDING.value)
    fixing = update(BROADCASTS).where(mine, BROADCASTS.c.frozen.is_(None)).values(frozen=tx.now)
    return tx.execute(fixing).rowcount == 1


def stop_restored(tx: Tx) -> None:
    """After a restore, stop approved broadcasts: they may have been sent since the backup."""
    going = (BroadcastState.APPROVED.value, BroadcastState.SENDING.value)
    held = (
        update(BROADCASTS).where(BROADCASTS.c.state.in_(going)).values(state=BroadcastState.STOPPED.value, ended=tx.now)
    )
    for broadcast_id in tx.execute(held.returning(BROADCASTS.c.id)).scalars().all():
        note(tx, broadcast_id, NOBODY, "stop", RESTORED)


def note(tx: Tx, broadcast_id: int, person_id: int, act: str, reason: str = "") -> None:
    """Record an act with the current hash."""
    digest = tx.execute(select(BROADCASTS.c.digest).where(BROADCASTS.c.id == broadcast_id)).scalar_one()
    row = {"broadcast_id": broadcast_id, "at": tx.now, "person_id": person_id, "act": act, "reason": reason}
    tx.execute(insert(ACTS).values({**row, "digest": digest}))


def get(tx: Tx, broadcast_id: int) -> Broadcast | None:
    """Return the broadcast with this id."""
    return tx.one(select(BROADCASTS).where(BROADCASTS.c.id == broadcast_id), _broadcast)


def history(tx: Tx, broadcast_id: int) -> list[BroadcastAct]:
    """Return all acts on it, newest first."""
    found = tx.execute(select(ACTS).where(ACTS.c.broadcast_id == broadcast_id).order_by(ACTS.c.id.desc()))
    return [BroadcastAct.of(row) for row in found]


def put_forward_since(tx: Tx, person_id: int, since: datetime, but: int) -> int:
    """Count the broadcasts, except this one, that the person has submitted since this moment."""
    mine = (ACTS.c.person_id == person_id, ACTS.c.act == "submit", ACTS.c.at >= since, ACTS.c.broadcast_id != but)
    return int(tx.execute(select(func.count(ACTS.c.broadcast_id.distinct())).where(*mine)).scalar_one())


def page(tx: Tx, wanted: BroadcastQuery) -> Page[Broadcast]:
    """Return one page of the list, newest first, and the total."""
    found = select(BROADCASTS).where(*_conditions(wanted)).order_by(BROADCASTS.c.id.desc())
    return Page.of(tx, found, wanted.page, PAGE, _broadcast)


def showing(tx: Tx, picture: str) -> list[Broadcast]:
    """Return the broadcasts that show this picture."""
    named = cast(BROADCASTS.c.content, String).contains(f'"{picture}"', autoescape=True)
    found = tx.execute(select(BROADCASTS).where(named).order_by(BROADCASTS.c.id))
    return [one for one in (_broadcast(row) for row in found) if one.content.picture == picture]


def to_do(tx: Tx) -> list[Broadcast]:
    """Return broadcasts to send now: approved and due, or already started; oldest first."""
    begun = BROADCASTS.c.state == BroadcastState.SENDING.value
    due = (BROADCASTS.c.state == BroadcastState.APPROVED.value) & (BROADCASTS.c.starts <= tx.now)
    found = tx.execute(select(BROADCASTS).where(or_(begun, due)).order_by(BROADCASTS.c.id))
    return [_broadcast(row) for row in found]


def stoppable(tx: Tx, since: datetime) -> list[int]:
    """Return broadcasts that may still reach somebody: approved, being sent, or ended after this moment."""
    lasting = (BROADCASTS.c.state == BroadcastState.DONE.value) & (BROADCASTS.c.ended > since)
    going = BROADCASTS.c.state.in_((BroadcastState.APPROVED.value, BroadcastState.SENDING.value))
    return list(tx.execute(select(BROADCASTS.c.id).where(or_(going, lasting)).order_by(BROADCASTS.c.id)).scalars())


def to_json(content: BroadcastContent) -> dict[str, Any]:
    """Return the content as stored and hashed."""
    stored = {**asdict(content), "send_at": None if content.send_at is None else content.send_at.isoformat()}
    return {name: value for name, value in stored.items() if value or name not in _LATER}


def from_json(stored: Mapping[str, Any]) -> BroadcastContent:
    """Parse stored content."""
    told: dict[str, Any] = stored["audience"]
    audience: dict[str, Any] = {name: tuple(one) if isinstance(one, list) else one for name, one in told.items()}
    send_at = stored["send_at"]
    moment = None if send_at is None else datetime.fromisoformat(send_at)
    return BroadcastContent(**{**stored, "audience": AudienceCriteria(**audience), "send_at": moment})


def _columns(content: BroadcastContent) -> dict[str, Any]:
    beside = {name: getattr(content, name) for name in ("kind", "area", "agency", "digest")}
    return {**beside, "content": to_json(content)}


def _conditions(wanted: BroadcastQuery) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.places is not None:
        mine = [
            (BROADCASTS.c.agency == agency) & (BROADCASTS.c.area == area if area else BROADCASTS.c.id > 0)
            for area, agency in wanted.places
        ]
        conditions.append(or_(*mine) if mine else BROADCASTS.c.id < 0)
    if wanted.state:
        conditions.append(BROADCASTS.c.state == wanted.state)
    return conditions


def _broadcast(row: RowOf[Any]) -> Broadcast:
    return Broadcast.of(row, content=from_json(row.content))
