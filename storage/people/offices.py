"""The register of office: who held which office from when until when, entry after entry; none changes or goes.

An office and the name it was held under are no follower's own: they outlive their person here, so that who approved
what can be read by name. What may be done with a role stands in storage/people/roles.py alone.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, insert, select
from sqlmodel import Field

from storage.engine.columns import BigId, ReadModel, Row, UtcTime, table_of
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
    """An office as its last entry leaves it: ended by a decision, with its holder's leaving, or not."""

    name: str


class OfficeRow(OfficeBase, Row, table=True):
    """One entry. `role_id` and `person_id` outlive what they name; `name` is sealed as a role's is."""

    __tablename__ = "office"

    id: int = Field(primary_key=True, sa_type=BigId)
    act: str = Field(max_length=8)
    name: bytes | None = None
    at: datetime = Field(sa_type=UtcTime)


OFFICES = table_of(OfficeRow)
_COPIED = ("person_id", "kind", "firm_id", "agency", "area", "name", "valid_from", "valid_until", "stands_in_for")


def record(tx: Tx, act: str, roles: Iterable[Mapping[Any, Any]]) -> None:
    """Enter that these roles, as their rows stand, were given or have ended."""
    rows: list[Mapping[str, Any]] = [
        {**{name: role[name] for name in _COPIED}, "role_id": role["id"], "act": act, "at": tx.now} for role in roles
    ]
    if rows:
        tx.execute(insert(OFFICES), rows)


def names(tx: Tx, person_ids: Collection[int]) -> dict[int, str]:
    """The names under which these people, here or gone, held an office, the newest of each."""
    named = OFFICES.c.person_id.in_(sorted(person_ids)) & OFFICES.c.name.is_not(None)
    found = tx.execute(select(OFFICES.c.person_id, OFFICES.c.name).where(named).order_by(OFFICES.c.id))
    return {row.person_id: tx.cipher.open(row.name, "role.name") for row in found}


def holders(tx: Tx, kind: str) -> frozenset[int]:
    """Everybody, here or gone, who ever held this kind of office."""
    return frozenset(tx.execute(select(OFFICES.c.person_id).where(OFFICES.c.kind == kind)).scalars())


def listed(tx: Tx) -> list[Office]:
    """Every office that was ever given, the newest first, as its last entry leaves it."""
    last = {row.role_id: row for row in tx.execute(select(OFFICES).order_by(OFFICES.c.id))}
    return [
        Office.of(row, name="" if row.name is None else tx.cipher.open(row.name, "role.name"))
        for row in sorted(last.values(), key=lambda row: -row.role_id)
    ]
