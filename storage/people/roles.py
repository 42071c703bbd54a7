"""Roles: who may do what, where, and when."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, delete, or_, select, update
from sqlmodel import Field

from config.calendar import shanghai_day
from storage.engine.columns import BigId, TableRow, UtcTime, table_of
from storage.engine.transactions import Tx
from storage.people import offices, stand_ins
from storage.people.people import PEOPLE
from storage.people.stand_ins import StoodIn


class RoleKind(StrEnum):
    """A role's kind. A firm's member needs no row: registering a firm implies it."""

    FIRM_MEMBER = "firm_member"
    FIRM_ADMIN = "firm_admin"
    FIRM_AGENT = "firm_agent"
    SOE_POSTER = "soe_poster"
    SOE_APPROVER = "soe_approver"
    EDITOR = "editor"
    APPROVER = "approver"
    AUDITOR = "auditor"
    OPERATOR = "operator"


# Roles within one's own firm are no office.
OF_OWN_FIRM = frozenset({RoleKind.FIRM_MEMBER, RoleKind.FIRM_ADMIN, RoleKind.FIRM_AGENT})
# Roles that approve others' work: their stand-ins need a second person's consent.
APPROVING = frozenset({RoleKind.SOE_APPROVER, RoleKind.EDITOR, RoleKind.APPROVER})
OF_A_FIRM = frozenset(
    {RoleKind.FIRM_MEMBER, RoleKind.FIRM_ADMIN, RoleKind.FIRM_AGENT, RoleKind.SOE_POSTER, RoleKind.SOE_APPROVER}
)


class RoleRow(TableRow, table=True):
    """A role given to a person for a time; erased with the person."""

    __tablename__ = "role"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    person_id: int = Field(foreign_key="person.id", index=True, sa_type=BigId)
    kind: str = Field(max_length=16)
    firm_id: int | None = Field(default=None, foreign_key="firm.id", sa_type=BigId)
    agency: str | None = Field(default=None, max_length=40)
    area: str | None = Field(default=None, max_length=16)
    name: bytes | None = None
    valid_from: date = Field(sa_type=Date)
    valid_until: date | None = Field(default=None, sa_type=Date)
    stands_in_for: int | None = Field(default=None, foreign_key="role.id", sa_type=BigId)
    granted: datetime = Field(sa_type=UtcTime)
    # Who consented to a stand-in; the id outlives the person.
    consented_by: int | None = Field(default=None, sa_type=BigId)


ROLES = table_of(RoleRow)
_GRANTED = ("kind", "valid_from", "valid_until", "firm_id", "agency", "area", "stands_in_for")
_PRINCIPAL = ROLES.alias("principal")
_CONSENTED = or_(
    ROLES.c.kind.not_in(sorted(kind.value for kind in APPROVING)),
    ROLES.c.consented_by.is_not(None),
)
_WORKS = ROLES.c.valid_until.is_not(None) & _CONSENTED


@dataclass(frozen=True, slots=True)
class Place:
    """Owner of a thing. None: nobody in particular; `zone`: the zone within its area, if any.

    `inner`: never shown to officials, so it belongs to its firm alone.
    """

    firm_id: int | None = None
    agency: str | None = None
    area: str | None = None
    zone: str | None = None
    inner: bool = False


@dataclass(frozen=True, slots=True)
class RoleGrant:
    """A role to grant. Valid on days in [valid_from, valid_until), Asia/Shanghai."""

    kind: RoleKind
    name: str | None
    valid_from: date
    valid_until: date | None = None
    firm_id: int | None = None
    agency: str | None = None
    area: str | None = None
    stands_in_for: int | None = None

    @property
    def needs_consent(self) -> bool:
        """Tell whether a second person must consent before it takes effect."""
        return self.stands_in_for is not None and self.kind in APPROVING


@dataclass(frozen=True, slots=True)
class Role(RoleGrant):
    """A grant that somebody holds. `id` 0: membership implied by a registered firm."""

    id: int = 0
    person_id: int = 0
    consented_by: int | None = None

    @property
    def waits(self) -> bool:
        """Tell whether it is a stand-in's role still without consent."""
        return self.needs_consent and self.consented_by is None

    @property
    def place(self) -> Place:
        """Return where this role itself belongs."""
        return Place(self.firm_id, self.agency, self.area)

    def covers(self, place: Place) -> bool:
        """Tell whether this role covers a thing there.

        Firm roles cover what belongs to their firm. An official without an area covers the whole city, one with an area
        only what lies in it; what belongs to an agency is covered only by that agency. The operator covers everything.
        """
        if self.kind == RoleKind.OPERATOR:
            return True
        if self.kind in OF_A_FIRM:
            return place.firm_id is not None and place.firm_id == self.firm_id
        return not place.inner and self.area in (None, place.area, place.zone) and place.agency in (None, self.agency)


def columns_of(grant: RoleGrant) -> dict[str, Any]:
    """Return a grant as a row holds it, but for the name, which is sealed there."""
    return {column: getattr(grant, column) for column in _GRANTED} | {"kind": grant.kind.value}


def granted_in(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Return what such a row grants, but for the name."""
    return {column: row[column] for column in _GRANTED} | {"kind": RoleKind(row["kind"])}


def add(tx: Tx, person_id: int, grant: RoleGrant) -> int:
    """Give a person this role; return its id. A stand-in's needs an end, and perhaps consent, to take effect."""
    name = None if grant.name is None else tx.cipher.seal(grant.name, "role.name")
    row = {"person_id": person_id, **columns_of(grant), "name": name, "granted": tx.now}
    role_id = tx.add(ROLES, row)
    _register(tx, offices.GIVEN, [{**row, "id": role_id}])
    if not grant.needs_consent:
        _record_stand_in(tx, role_id)
    return role_id


def consent(tx: Tx, role_id: int, person_id: int) -> None:
    """Save this person's consent to the stand-in, effective from now on."""
    tx.execute(update(ROLES).where(ROLES.c.id == role_id).values(consented_by=person_id))
    _record_stand_in(tx, role_id)


def awaiting_consent(tx: Tx, day: date) -> list[Role]:
    """Return the stand-in roles awaiting consent on this day (Asia/Shanghai), oldest first."""
    kinds = ROLES.c.kind.in_(sorted(kind.value for kind in APPROVING))
    waiting = (kinds, ROLES.c.stands_in_for.is_not(None), ROLES.c.consented_by.is_(None), ROLES.c.valid_until > day)
    return _read(tx, select(ROLES).where(*waiting).order_by(ROLES.c.id))


def held_on(tx: Tx, person_id: int, day: date) -> tuple[Role, ...]:
    """Return this person's effective roles on this day (Asia/Shanghai).

    A stand-in's role has an end, ends with the role it stands in for, which is no stand-in's itself, and waits for any
    consent it needs.
    """
    own = _PRINCIPAL.c.stands_in_for.is_(None)
    valid = (_valid(ROLES, day), or_(ROLES.c.stands_in_for.is_(None), _WORKS & _valid(_PRINCIPAL, day) & own))
    joined = ROLES.outerjoin(_PRINCIPAL, ROLES.c.stands_in_for == _PRINCIPAL.c.id)
    mine = select(ROLES).select_from(joined).where(ROLES.c.person_id == person_id, *valid).order_by(ROLES.c.id)
    found = [_role(tx, row._mapping) for row in tx.execute(mine)]
    firm_id = tx.execute(select(PEOPLE.c.firm_id).where(PEOPLE.c.id == person_id)).scalar_one_or_none()
    agent = any(role.kind == RoleKind.FIRM_AGENT and role.firm_id == firm_id for role in found)
    if firm_id is not None and not agent:
        found.append(Role(RoleKind.FIRM_MEMBER, None, day, firm_id=firm_id, person_id=person_id))
    return tuple(found)


def get(tx: Tx, role_id: int) -> Role | None:
    """Return the role with this id, ended or not."""
    return next(iter(_read(tx, select(ROLES).where(ROLES.c.id == role_id))), None)


def holders(tx: Tx, kind: RoleKind, firm_id: int, day: date) -> list[int]:
    """Return who holds this kind of role for this firm on this day (Asia/Shanghai)."""
    mine = (ROLES.c.kind == kind.value, ROLES.c.firm_id == firm_id, _valid(ROLES, day))
    found = tx.execute(select(ROLES.c.person_id).where(*mine).order_by(ROLES.c.person_id)).scalars().all()
    return [person_id for person_id in dict.fromkeys(found) if any(r.kind == kind for r in held_on(tx, person_id, day))]


def reaching(tx: Tx, kinds: Collection[RoleKind], place: Place, day: date) -> list[int]:
    """Return who has one of these roles covering this place on this day (Asia/Shanghai)."""
    named = ROLES.c.kind.in_(sorted(kind.value for kind in kinds))
    found = tx.execute(select(ROLES.c.person_id).where(named, _valid(ROLES, day)).order_by(ROLES.c.person_id))
    return [
        person_id
        for person_id in dict.fromkeys(found.scalars().all())
        if any(role.kind in kinds and role.covers(place) for role in held_on(tx, person_id, day))
    ]


def all_given(tx: Tx) -> list[Role]:
    """Return every role ever given to people still present, newest first."""
    return _read(tx, select(ROLES).order_by(ROLES.c.id.desc()))


def of_persons(tx: Tx, person_ids: Collection[int]) -> list[Role]:
    """Return every role ever given to these people, ended or not, oldest first."""
    return _read(tx, select(ROLES).where(ROLES.c.person_id.in_(sorted(person_ids))).order_by(ROLES.c.id))


def names(tx: Tx, person_ids: Collection[int]) -> dict[int, str]:
    """Return the newest name each of these people was given a role under; offices also know those gone."""
    named = ROLES.c.person_id.in_(sorted(person_ids)) & ROLES.c.name.is_not(None)
    found = tx.execute(select(ROLES.c.person_id, ROLES.c.name).where(named).order_by(ROLES.c.id))
    here = {row.person_id: tx.cipher.open(row.name, "role.name") for row in found}
    return offices.names(tx, set(person_ids) - here.keys()) | here


def persons_with(tx: Tx, kind: RoleKind) -> frozenset[int]:
    """Return everybody who holds or held this kind of role; for offices also those gone."""
    here = tx.execute(select(ROLES.c.person_id).where(ROLES.c.kind == kind.value)).scalars()
    return frozenset(here) | offices.holders(tx, kind.value)


def seats(day: date) -> tuple[ColumnElement[bool], ...]:
    """Return conditions for firm administrators' roles on this day (Asia/Shanghai)."""
    return (ROLES.c.kind == RoleKind.FIRM_ADMIN.value, _valid(ROLES, day))


def posting(day: date) -> tuple[ColumnElement[bool], ...]:
    """Return conditions for roles that post or sign for an SOE on this day (Asia/Shanghai)."""
    kinds = ROLES.c.kind.in_((RoleKind.SOE_POSTER.value, RoleKind.SOE_APPROVER.value))
    return (kinds, _valid(ROLES, day), or_(ROLES.c.stands_in_for.is_(None), _WORKS))


def leave_seat(tx: Tx, firm_id: int, day: date) -> None:
    """End the firm's administration from this day."""
    mine = select(ROLES.c.id).where(ROLES.c.firm_id == firm_id, *seats(day))
    for role_id in tx.execute(mine).scalars().all():
        end(tx, role_id, day)


def end_in_firm(tx: Tx, person_id: int, firm_id: int, day: date) -> bool:
    """End this person's roles in the firm from this day; return whether there were any."""
    mine = select(ROLES.c.id).where(ROLES.c.person_id == person_id, ROLES.c.firm_id == firm_id, _valid(ROLES, day))
    ids = tx.execute(mine).scalars().all()
    for role_id in ids:
        end(tx, role_id, day)
    return bool(ids)


def end_kinds(tx: Tx, firm_id: int, kinds: Collection[RoleKind], day: date) -> frozenset[int]:
    """End these kinds of role in the firm from this day; return who held them."""
    named = ROLES.c.kind.in_(sorted(kind.value for kind in kinds))
    found = tx.execute(select(ROLES.c.id, ROLES.c.person_id).where(ROLES.c.firm_id == firm_id, named)).all()
    for row in found:
        end(tx, row.id, day)
    return frozenset(row.person_id for row in found)


def end(tx: Tx, role_id: int, day: date) -> None:
    """End the role, and its stand-ins', from this day."""
    mine = or_(ROLES.c.id == role_id, ROLES.c.stands_in_for == role_id)
    running = or_(ROLES.c.valid_until.is_(None), ROLES.c.valid_until > day)
    ended = tx.execute(update(ROLES).where(mine, running).values(valid_until=day).returning(*ROLES.c)).all()
    stand_ins.end(tx, [row.id for row in ended], day)
    _register(tx, offices.ENDED, [row._mapping for row in ended])


def erase_person(tx: Tx, person_id: int) -> None:
    """Delete this person's roles and their stand-ins' (erasure); the register of offices keeps that they were held."""
    own = select(ROLES.c.id).where(ROLES.c.person_id == person_id)
    for role_id in tx.execute(own).scalars().all():
        end(tx, role_id, shanghai_day(tx.now))
    tx.execute(delete(ROLES).where(ROLES.c.stands_in_for.in_(own)))
    tx.execute(delete(ROLES).where(ROLES.c.person_id == person_id))


def _register(tx: Tx, act: str, rows: Sequence[Mapping[Any, Any]]) -> None:
    offices.record(tx, act, (row for row in rows if row["kind"] not in OF_OWN_FIRM))


def _record_stand_in(tx: Tx, role_id: int) -> None:
    """Record whom this role stands in for from today on, if it does and has an end."""
    joined = ROLES.join(_PRINCIPAL, ROLES.c.stands_in_for == _PRINCIPAL.c.id)
    columns = (ROLES.c.person_id, _PRINCIPAL.c.person_id.label("principal_id"), ROLES.c.valid_from, ROLES.c.valid_until)
    mine = select(*columns).select_from(joined).where(ROLES.c.id == role_id, ROLES.c.valid_until.is_not(None))
    for row in tx.execute(mine).all():
        stand_ins.add(tx, role_id, StoodIn.of(row))


def _valid(table: Any, day: date) -> Any:
    return (table.c.valid_from <= day) & or_(table.c.valid_until.is_(None), table.c.valid_until > day)


def _read(tx: Tx, statement: Select[Any]) -> list[Role]:
    return [_role(tx, row._mapping) for row in tx.execute(statement)]


def _role(tx: Tx, row: Mapping[Any, Any]) -> Role:
    name = None if row["name"] is None else tx.cipher.open(row["name"], "role.name")
    whose = {column: row[column] for column in ("id", "person_id", "consented_by")}
    return Role(name=name, **granted_in(row), **whose)
