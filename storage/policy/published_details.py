"""What departments and districts publish on the policy's items: windows, district rules, statements, each with source;
entered by one person, approved by another, with history.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import JSON, ColumnElement, String, insert, or_, select, update
from sqlalchemy import Row as RowOf
from sqlmodel import Field

from storage.engine import change_counters
from storage.engine.columns import BigId, ReadModel, TableRow, UtcTime, table_of
from storage.engine.page import Page
from storage.engine.transactions import Tx
from storage.policy.detail_content import DetailContent, from_json, to_json

VERSION = "details"
PAGE = 50
SOON = timedelta(days=14)
DetailState = Literal["draft", "waiting", "published", "withdrawn"]


class DetailBase(ReadModel):
    """The columns of a detail that are read as they are stored."""

    id: int = Field(primary_key=True, sa_type=BigId)
    state: DetailState = Field(sa_type=String(12))
    digest: str = Field(max_length=64)
    entered_by: int = Field(sa_type=BigId)
    entered: datetime = Field(sa_type=UtcTime)
    approved_by: int | None = Field(default=None, sa_type=BigId)
    approved: datetime | None = Field(default=None, sa_type=UtcTime)
    reason: str = Field(default="", max_length=200)
    version: int = Field(sa_type=BigId, index=True)


class Detail(DetailBase):
    """A detail with its state."""

    content: DetailContent


class DetailRow(DetailBase, TableRow, table=True):
    """A detail's current state. `items`: codes separated by blanks. Person ids outlive their persons."""

    __tablename__ = "detail"

    kind: str = Field(max_length=12)
    area: str | None = Field(default=None, max_length=16)
    items: str = Field(max_length=400)
    content: Any = Field(sa_type=JSON)
    ends: datetime | None = Field(default=None, sa_type=UtcTime)


class DetailAct(ReadModel):
    """An act on a detail."""

    at: datetime = Field(sa_type=UtcTime)
    person_id: int = Field(sa_type=BigId)
    act: str = Field(max_length=12)
    reason: str = Field(default="", max_length=200)
    digest: str = Field(max_length=64)


class DetailActRow(DetailAct, TableRow, table=True):
    """An act on a detail and its content at the time; append-only."""

    __tablename__ = "detail_act"

    id: int = Field(primary_key=True, sa_type=BigId)
    detail_id: int = Field(foreign_key="detail.id", index=True, sa_type=BigId)
    content: Any = Field(sa_type=JSON)


DETAILS = table_of(DetailRow)
ACTS = table_of(DetailActRow)


@dataclass(frozen=True, slots=True)
class DetailQuery:
    """Filter for details. `areas` None: every area and the whole city; `when`: live, soon or ended."""

    areas: frozenset[str] | None = None
    item: str = ""
    area: str | None = None
    state: str = ""
    kind: str = ""
    when: str = ""
    page: int = 1


def add(tx: Tx, content: DetailContent, person_id: int) -> int:
    """Insert a draft; return its id."""
    row = {**_columns(tx, content, person_id), "state": "draft", "version": change_counters.bump(tx, VERSION)}
    detail_id = tx.add(DETAILS, row)
    note(tx, detail_id, person_id, "enter")
    return detail_id


def replace(tx: Tx, detail_id: int, content: DetailContent, person_id: int) -> None:
    """Replace the content and return the detail to draft, unapproved."""
    row = {**_columns(tx, content, person_id), "state": "draft", "approved_by": None, "approved": None, "reason": ""}
    _change(tx, detail_id, row)
    note(tx, detail_id, person_id, "edit")


def set_state(tx: Tx, detail_id: int, state: DetailState, person_id: int, reason: str = "") -> None:
    """Set the detail's state; published also records the approver."""
    row: dict[str, Any] = {"state": state, "reason": reason}
    if state == "published":
        row |= {"approved_by": person_id, "approved": tx.now}
    _change(tx, detail_id, row)
    note(tx, detail_id, person_id, state, reason)


def note(tx: Tx, detail_id: int, person_id: int, act: str, reason: str = "") -> None:
    """Record an act with the current content."""
    now = select(DETAILS.c.digest, DETAILS.c.content).where(DETAILS.c.id == detail_id)
    row = tx.execute(now).one()
    values = {"detail_id": detail_id, "at": tx.now, "person_id": person_id, "act": act, "reason": reason}
    tx.execute(insert(ACTS).values({**values, "digest": row.digest, "content": row.content}))


def get(tx: Tx, detail_id: int) -> Detail | None:
    """Return the detail with this id."""
    return tx.one(select(DETAILS).where(DETAILS.c.id == detail_id), _detail)


def history(tx: Tx, detail_id: int) -> list[DetailAct]:
    """Return all acts on it, newest first."""
    columns = (ACTS.c.at, ACTS.c.person_id, ACTS.c.act, ACTS.c.reason, ACTS.c.digest)
    found = tx.execute(select(*columns).where(ACTS.c.detail_id == detail_id).order_by(ACTS.c.id.desc()))
    return [DetailAct.of(row) for row in found]


def changed_since(tx: Tx, version: int) -> list[Detail]:
    """Return every detail changed after this version, in any state."""
    found = tx.execute(select(DETAILS).where(DETAILS.c.version > version).order_by(DETAILS.c.id))
    return [_detail(row) for row in found]


def page(tx: Tx, wanted: DetailQuery) -> Page[Detail]:
    """Return one page of the list, newest first, and the total."""
    order = DETAILS.c.ends.asc() if wanted.when == "soon" else DETAILS.c.id.desc()
    found = select(DETAILS).where(*_conditions(wanted, tx.now)).order_by(order, DETAILS.c.id.desc())
    return Page.of(tx, found, wanted.page, PAGE, _detail)


def _columns(tx: Tx, content: DetailContent, person_id: int) -> dict[str, Any]:
    return {
        "kind": content.kind,
        "area": content.area,
        "items": f" {' '.join(content.body.items)} ",
        "content": to_json(content),
        "digest": content.digest,
        "ends": content.ends,
        "entered_by": person_id,
        "entered": tx.now,
    }


def _change(tx: Tx, detail_id: int, row: Mapping[str, Any]) -> None:
    version = change_counters.bump(tx, VERSION)
    tx.execute(update(DETAILS).where(DETAILS.c.id == detail_id).values({**row, "version": version}))


def _conditions(wanted: DetailQuery, now: datetime) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.areas is not None:
        conditions.append(DETAILS.c.area.in_(sorted(wanted.areas)))
    if wanted.area is not None:
        conditions.append(DETAILS.c.area == wanted.area if wanted.area else DETAILS.c.area.is_(None))
    if wanted.item:
        conditions.append(DETAILS.c["items"].like(f"% {wanted.item} %"))
    for name in ("state", "kind"):
        if getattr(wanted, name):
            conditions.append(DETAILS.c[name] == getattr(wanted, name))
    if wanted.when == "ended":
        conditions.append(DETAILS.c.ends <= now)
    elif wanted.when:
        conditions.append(or_(DETAILS.c.ends.is_(None), DETAILS.c.ends > now))
    if wanted.when == "soon":
        conditions.append(DETAILS.c.ends <= now + SOON)
    return conditions


def _detail(row: RowOf[Any]) -> Detail:
    return Detail.of(row, content=from_json(row.content))
