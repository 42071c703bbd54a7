"""People who ask to join a firm by its credit code, and what its administrator decided."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlmodel import Field

from storage.engine.columns import BigId, Row, UtcTime, table_of
from storage.engine.transactions import Tx

WAITING, APPROVED, REFUSED, WITHDRAWN = "waiting", "approved", "refused", "withdrawn"


class JoinRequestRow(Row, table=True):
    """One person's wish, kept under the code alone: whether a firm is proven by it, the asking does not touch."""

    __tablename__ = "join_request"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    person_id: int = Field(foreign_key="person.id", sa_type=BigId, index=True)
    credit_code: str = Field(max_length=18, index=True)
    kind: str = Field(max_length=16)
    name: bytes
    state: str = Field(default=WAITING, max_length=16)
    firm_id: int | None = Field(default=None, foreign_key="firm.id", sa_type=BigId)
    asked: datetime = Field(sa_type=UtcTime)
    decided: datetime | None = Field(default=None, sa_type=UtcTime)


JOINS = table_of(JoinRequestRow)


@dataclass(frozen=True, slots=True)
class Join:
    """Somebody who waits, by the name they gave; `kind` is a role's."""

    id: int
    person_id: int
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A wish to join as its owner reads it: under which code, as what, by which name, and what became of it."""

    credit_code: str
    kind: str
    name: str
    state: str
    at: datetime


def ask(tx: Tx, person_id: int, credit_code: str, kind: str, name: str) -> int:
    """Keep that this person wants to join whichever firm is proven by this code; returns the request's id."""
    withdraw(tx, person_id)
    row = {
        "person_id": person_id,
        "credit_code": credit_code,
        "kind": kind,
        "name": tx.cipher.seal(name, "join_request.name"),
        "state": WAITING,
        "asked": tx.now,
    }
    return int(tx.execute(insert(JOINS).values(row).returning(JOINS.c.id)).scalar_one())


def waiting(tx: Tx, credit_code: str) -> list[Join]:
    """Who waits to join under this code, the longest waiting first."""
    mine = select(JOINS).where(JOINS.c.credit_code == credit_code, JOINS.c.state == WAITING).order_by(JOINS.c.id)
    return [_join(tx, row) for row in tx.execute(mine)]


def decide(tx: Tx, join_id: int, credit_code: str, state: str, firm_id: int) -> Join | None:
    """The administrator of this firm has decided; None where nobody waits under that number and code any more."""
    mine = update(JOINS).where(JOINS.c.id == join_id, JOINS.c.credit_code == credit_code, JOINS.c.state == WAITING)
    decided = mine.values(state=state, firm_id=firm_id, decided=tx.now).returning(*JOINS.c)
    row = tx.execute(decided).one_or_none()
    return None if row is None else _join(tx, row)


def names(tx: Tx, firm_id: int) -> dict[int, str]:
    """The names that the firm's people gave when they joined it."""
    joined = select(JOINS).where(JOINS.c.firm_id == firm_id, JOINS.c.state == APPROVED).order_by(JOINS.c.id)
    return {row.person_id: _join(tx, row).name for row in tx.execute(joined)}


def count_since(tx: Tx, person_id: int, since: datetime) -> int:
    """How often this person has asked since then."""
    mine = select(func.count()).select_from(JOINS).where(JOINS.c.person_id == person_id, JOINS.c.asked > since)
    return int(tx.execute(mine).scalar_one())


def withdraw(tx: Tx, person_id: int) -> None:
    """This person waits for nothing any more."""
    mine = update(JOINS).where(JOINS.c.person_id == person_id, JOINS.c.state == WAITING)
    tx.execute(mine.values(state=WITHDRAWN, decided=tx.now))


def of_person(tx: Tx, person_id: int) -> list[Asked]:
    """Every wish to join a firm that this person had, oldest first."""
    mine = select(JOINS).where(JOINS.c.person_id == person_id).order_by(JOINS.c.id)
    return [
        Asked(row.credit_code, row.kind, tx.cipher.open(row.name, "join_request.name"), row.state, row.asked)
        for row in tx.execute(mine)
    ]


def forget(tx: Tx, person_id: int) -> None:
    """Erase what this person asked for, with the name they gave."""
    tx.execute(delete(JOINS).where(JOINS.c.person_id == person_id))


def _join(tx: Tx, row: Any) -> Join:
    return Join(row.id, row.person_id, row.kind, tx.cipher.open(row.name, "join_request.name"))
