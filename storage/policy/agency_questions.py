"""Questions that officials put to an agency, and the replies the bot may give after two-person approval."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Date, String, bindparam, select, update
from sqlalchemy import Row as RowOf
from sqlmodel import Field

from storage.engine import change_counters
from storage.engine.columns import BigId, ReadModel, TableRow, UtcTime, table_of
from storage.engine.transactions import Tx

VERSION = "answers"
# An entry nobody asked: an official note shown beside every answer about this item ("beside 15.1").
BESIDE = "beside "


class AgencyQuestionState(StrEnum):
    """open → asked → answered → published; withdrawn at any time after."""

    OPEN = "open"
    ASKED = "asked"
    ANSWERED = "answered"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class MatterBase(ReadModel):
    """The columns of a matter that are read as they are stored."""

    id: int = Field(primary_key=True, sa_type=BigId)
    state: AgencyQuestionState = Field(sa_type=String(16), index=True)
    about: str = Field(max_length=60)
    agency: str = Field(default="", max_length=40)
    asked_on: date | None = Field(default=None, sa_type=Date)
    source: str = Field(default="", max_length=120)
    answered_on: date | None = Field(default=None, sa_type=Date)
    written_by: int | None = Field(default=None, sa_type=BigId)
    approved_by: int | None = Field(default=None, sa_type=BigId)
    edition: int = 0
    changed: datetime = Field(sa_type=UtcTime)


class Matter(MatterBase):
    """An agency question. `edition` counts how often a reply was published."""

    title: str
    reply: str


class AgencyQuestionRow(MatterBase, TableRow, table=True):
    """One agency question. Its wording and reply are sealed, as they derive from what people typed."""

    __tablename__ = "agency_question"

    title: bytes
    reply: bytes | None = None


MATTERS = table_of(AgencyQuestionRow)
_GET = select(MATTERS).where(MATTERS.c.id == bindparam("id_"))


def add(tx: Tx, title: str, about: str) -> int:
    """Insert an agency question; return its id."""
    row = {
        "state": AgencyQuestionState.OPEN.value,
        "title": tx.cipher.seal(title, "agency_question.title"),
        "about": about,
        "agency": "",
        "source": "",
        "edition": 0,
        "changed": tx.now,
    }
    return tx.add(MATTERS, row)


def get(tx: Tx, matter_id: int) -> Matter | None:
    """Return the agency question with this id."""
    return tx.one(_GET, lambda row: _matter(tx, row), {"id_": matter_id})


def listed(tx: Tx) -> list[Matter]:
    """Return all agency questions, last changed first."""
    return [_matter(tx, row) for row in tx.execute(select(MATTERS).order_by(MATTERS.c.changed.desc()))]


def in_state(tx: Tx, state: AgencyQuestionState) -> list[Matter]:
    """Return the agency questions in this state, oldest first."""
    found = select(MATTERS).where(MATTERS.c.state == state.value).order_by(MATTERS.c.id)
    return [_matter(tx, row) for row in tx.execute(found)]


def change(tx: Tx, matter_id: int, state: AgencyQuestionState, **values: Any) -> None:
    """Set the state; if the bot's answer changes, every node is notified."""
    if values.get("reply") is not None:
        values["reply"] = tx.cipher.seal(values["reply"], "agency_question.reply")
    changed = {**values, "state": state.value, "changed": tx.now}
    tx.execute(update(MATTERS).where(MATTERS.c.id == matter_id).values(changed))
    change_counters.bump(tx, VERSION)


def _matter(tx: Tx, row: RowOf[Any]) -> Matter:
    reply = "" if row.reply is None else tx.cipher.open(row.reply, "agency_question.reply")
    return Matter.of(row, title=tx.cipher.open(row.title, "agency_question.title"), reply=reply)
