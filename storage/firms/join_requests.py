"""Requests to join a firm by its credit code, and its administrator's decisions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlmodel import Field

from storage.engine.columns import BigId, TableRow, UtcTime, table_of
from storage.engine.transactions import Tx

WAITING, APPROVED, REFUSED, WITHDRAWN = "waiting", "approved", "refused", "withdrawn"


class JoinRequestRow(TableRow, table=True):
    """One person's request, stored under the code alone: asking does not reveal whether a firm is verified by it."""

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
    """A pending request with the name given; `kind` is a role's."""

    id: int
    person_id: int
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class JoinRequest:
    """A join request as shown to its owner: code, role, name, and outcome."""

    credit_code: str
    kind: str
    name: str
    state: str
    at: datetime


def add(tx: Tx, person_id: int, credit_code: str, kind: str, name: str) -> int:
    """Save a request to join whichever firm is verified by this code; return its id."""
    withdraw(tx, person_id)
    row = {
        "person_id": person_id,
        "credit_code": credit_code,
        "kind": kind,
        "name": tx.cipher.seal(name, "join_request.name"),
        "state": WAITING,
        "asked": tx.now,
    }
    return tx.add(JOINS, row)


def waiting(tx: Tx, credit_code: str) -> list[Join]:
    """Return the pending requests under this code, longest waiting first."""
    mine = select(JOINS).where(JOINS.c.credit_code == credit_code, JOINS.c.state == WAITING).order_by(JOINS.c.id)
    return [_join(tx, row) for row in tx.execute(mine)]


def decide(tx: Tx, join_id: int, credit_code: str, state: str, firm_id: int) -> Join | None:
    """Save the firm administrator's decision; None if nothing is pending under that id and code."""
    mine = update(JOINS).where(JOINS.c.id == join_id, JOINS.c.credit_code == credit_code, JOINS.c.state == WAITING)
    decided = mine.values(state=state, firm_id=firm_id, decided=tx.now).returning(*JOINS.c)
    return tx.one(decided, lambda row: _join(tx, row))


def names(tx: Tx, firm_id: int) -> dict[int, str]:
    """Return the names that the firm's people gave when joining."""
    joined = select(JOINS).where(JOINS.c.firm_id == firm_id, JOINS.c.state == APPROVED).order_by(JOINS.c.id)
    return {row.person_id: _join(tx, row).name for row in tx.execute(joined)}


def count_since(tx: Tx, person_id: int, since: datetime) -> int:
    """Count this person's requests since then."""
    mine = select(func.count()).select_from(JOINS).where(JOINS.c.person_id == person_id, JOINS.c.asked > since)
    return int(tx.execute(mine).scalar_one())


def withdraw(tx: Tx, person_id: int) -> None:
    """Withdraw this person's pending request."""
    mine = update(JOINS).where(JOINS.c.person_id == person_id, JOINS.c.state == WAITING)
    tx.execute(mine.values(state=WITHDRAWN, decided=tx.now))


def of_person(tx: Tx, person_id: int) -> list[JoinRequest]:
    """Return all of this person's join requests, oldest first."""
    mine = select(JOINS).where(JOINS.c.person_id == person_id).order_by(JOINS.c.id)
    return [
        JoinRequest(row.credit_code, row.kind, tx.cipher.open(row.name, "join_request.name"), row.state, row.asked)
        for row in tx.execute(mine)
    ]


def _join(tx: Tx, row: Any) -> Join:
    return Join(row.id, row.person_id, row.kind, tx.cipher.open(row.name, "join_request.name"))
