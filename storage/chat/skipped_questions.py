"""Questions that a person skipped, so that others come first next time."""

from datetime import datetime

from sqlalchemy import bindparam, insert, select
from sqlmodel import Field

from storage.engine.columns import BigId, TableRow, UtcTime, table_of
from storage.engine.transactions import Tx


class SkippedQuestionRow(TableRow, table=True):
    """One question one person skipped about one firm; `question` is a fact, or a list's name."""

    __tablename__ = "skipped_question"

    person_id: int = Field(foreign_key="person.id", primary_key=True, sa_type=BigId)
    firm_id: int = Field(foreign_key="firm.id", primary_key=True, sa_type=BigId)
    question: str = Field(primary_key=True, max_length=40)
    at: datetime = Field(sa_type=UtcTime)


PUT_OFF = table_of(SkippedQuestionRow)
_MINE = select(PUT_OFF.c.question).where(
    PUT_OFF.c.person_id == bindparam("person_"), PUT_OFF.c.firm_id == bindparam("firm_")
)


def add(tx: Tx, person_id: int, firm_id: int, question: str) -> None:
    """Mark the question as skipped (idempotent)."""
    if question not in questions(tx, person_id, firm_id):
        tx.execute(insert(PUT_OFF).values(person_id=person_id, firm_id=firm_id, question=question, at=tx.now))


def questions(tx: Tx, person_id: int, firm_id: int) -> frozenset[str]:
    """Return this person's skipped questions about this firm."""
    return frozenset(tx.execute(_MINE, {"person_": person_id, "firm_": firm_id}).scalars())


def of_person(tx: Tx, person_id: int) -> list[tuple[str, datetime]]:
    """Return every question this person skipped, and when, oldest first."""
    mine = select(PUT_OFF.c.question, PUT_OFF.c.at).where(PUT_OFF.c.person_id == person_id).order_by(PUT_OFF.c.at)
    return [(row.question, row.at) for row in tx.execute(mine)]
