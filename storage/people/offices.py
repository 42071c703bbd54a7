"""Register of offices: who held which office when; append-only.

Offices and holders' names are no personal data of a follower: they outlive the person here, so that approvals can be
read by name. Permissions come only from storage/people/roles.py.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, insert, select
from sqlmodel import Field

from storage.engine.columns import BigId, ReadModel, TableRow, UtcTime, table_of
from storage.engine.transactions import Tx

GIVEN, ENDED = "given", "ended"


class OfficeBase(ReadModel):
    """The columns of an office that are read as they are stored."""

    role_id: int = Field(sa_type=BigId)
    person_id: int = Field(sa_type=BigId, index=True)
    kind: str = Field(max_length=16)
    firm_id: int | None = Field(default=None, sa_type=BigId)
    agency: str | None = Field(default=None, max_length=40)
    area: str | None = Field(default=None, max_length=16)
    valid_from: date = Field(sa_type=Date)
    valid_until: date | None = Field(default=None, sa_type=Date)
    stands_in_for: int | None = Field(default=None, sa_type=BigId)


class Office(OfficeBase):
    """An office per its last entry: ended by decision, by its holder leaving, or not ended."""

    name: str


class OfficeRow(OfficeBase, TableRow, table=True):
    """One entry. `role_id` and `person_id` outlive their rows; `name` is sealed like a role's."""

    __tablename__ = "office"

    id: int = Field(primary_key=True, sa_type=BigId)
    act: str = Field(max_length=8)
    name: bytes | None = None
    at: datetime = Field(sa_type=UtcTime)


OFFICES = table_of(OfficeRow)
_COPIED = ("person_id", "kind", "firm_id", "agency", "area", "name", "valid_from", "valid_until", "stands_in_for")


def record(tx: Tx, act: str, roles: Iterable[Mapping[Any, Any]]) -> None:
    """Record that these roles, as their rows stand, were given or have ended."""
    rows: list[Mapping[str, Any]] = [
        {**{name: role[name] for name in _COPIED}, "role_id": role["id"], "act": act, "at": tx.now} for role in roles
    ]
    if rows:
        tx.execute(insert(OFFICES), rows)


def names(tx: Tx, person_ids: Collection[int]) -> dict[int, str]:
    """Return these people's newest office-holder names, whether they are present or gone."""
    named = OFFICES.c.person_id.in_(sorted(person_ids)) & OFFICES.c.name.is_not(None)
    found = tx.execute(select(OFFICES.c.person_id, OFFICES.c.name).where(named).order_by(OFFICES.c.id))
    return {row.person_id: tx.cipher.open(row.name, "role.name") for row in found}


def holders(tx: Tx, kind: str) -> frozenset[int]:
    """Return everybody, present or gone, who ever held this kind of office."""
    return frozenset(tx.execute(select(OFFICES.c.person_id).where(OFFICES.c.kind == kind)).scalars())


def listed(tx: Tx) -> list[Office]:
    """Return every office ever given, newest first, per its last entry."""
    last = {row.role_id: row for row in tx.execute(select(OFFICES).order_by(OFFICES.c.id))}
    return [
        Office.of(row, name="" if row.name is None else tx.cipher.open(row.name, "role.name"))
        for row in sorted(last.values(), key=lambda row: -row.role_id)
    ]
