"""Questions that a person has left open, so that the next time begins with others."""

from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select
from sqlmodel import Field

from storage.engine.columns import BigId, Row, UtcTime, table_of
from storage.engine.transactions import Tx


class PutOffRow(Row, table=True):
    """One question one person did not answer about one firm; `question` is a fact, or the name of a list."""

    __tablename__ = "put_off"

    person_id: int = Field(foreign_key="person.id", primary_key=True, sa_type=BigId)
    firm_id: int = Field(foreign_key="firm.id", primary_key=True, sa_type=BigId)
    question: str = Field(primary_key=True, max_length=40)
    at: datetime = Field(sa_type=UtcTime)


PUT_OFF = table_of(PutOffRow)
_MINE = select(PUT_OFF.c.question).where(
    PUT_OFF.c.person_id == bindparam("person_"), PUT_OFF.c.firm_id == bindparam("firm_")
)


def add(tx: Tx, person_id: int, firm_id: int, question: str) -> None:
    """This question is not asked first again; leaving it open once more changes nothing."""
    if question not in questions(tx, person_id, firm_id):
        tx.execute(insert(PUT_OFF).values(person_id=person_id, firm_id=firm_id, question=question, at=tx.now))


def questions(tx: Tx, person_id: int, firm_id: int) -> frozenset[str]:
    """What this person has left open about this firm."""
    return frozenset(tx.execute(_MINE, {"person_": person_id, "firm_": firm_id}).scalars())


def of_person(tx: Tx, person_id: int) -> list[tuple[str, datetime]]:
    """Every question that this person has left open, and when, oldest first."""
    mine = select(PUT_OFF.c.question, PUT_OFF.c.at).where(PUT_OFF.c.person_id == person_id).order_by(PUT_OFF.c.at)
    return [(row.question, row.at) for row in tx.execute(mine)]


def forget(tx: Tx, person_id: int) -> None:
    """The person has left."""
    tx.execute(delete(PUT_OFF).where(PUT_OFF.c.person_id == person_id))
