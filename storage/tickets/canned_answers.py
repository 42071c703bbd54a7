"""Canned answers of officials for recurring questions."""

from sqlalchemy import delete, select
from sqlmodel import Field

from storage.engine.columns import BigId, ReadModel, TableRow, table_of
from storage.engine.transactions import Tx


class CannedAnswer(ReadModel):
    """A canned answer. `area` None: the whole city."""

    id: int = Field(primary_key=True, sa_type=BigId)
    area: str | None = Field(default=None, max_length=16)
    title: str = Field(max_length=40)
    text: str


class CannedAnswerRow(CannedAnswer, TableRow, table=True):
    """One answer, for the officials of one area (None: all)."""

    __tablename__ = "canned_answer"

    made_by: int | None = Field(default=None, foreign_key="person.id", sa_type=BigId)


CANNED = table_of(CannedAnswerRow)


def add(tx: Tx, area: str | None, title: str, text: str, made_by: int) -> int:
    """Insert an answer; return its id."""
    return tx.add(CANNED, {"area": area, "title": title, "text": text, "made_by": made_by})


def every(tx: Tx) -> list[CannedAnswer]:
    """Return all answers, by title."""
    return [CannedAnswer.of(row) for row in tx.execute(select(CANNED).order_by(CANNED.c.title, CANNED.c.id))]


def get(tx: Tx, answer_id: int) -> CannedAnswer | None:
    """Return the answer with this id."""
    return tx.one(select(CANNED).where(CANNED.c.id == answer_id), CannedAnswer.of)


def remove(tx: Tx, answer_id: int) -> None:
    """Delete the answer."""
    tx.execute(delete(CANNED).where(CANNED.c.id == answer_id))
