"""Verified registrations, and the one-time codes that verify them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, exists, func, or_, select, update
from sqlmodel import Field

from storage.engine.columns import BigId, ReadModel, TableRow, UtcTime, table_of
from storage.engine.page import Page
from storage.engine.transactions import Tx
from storage.firms import firms
from storage.firms.firms import FIRMS
from storage.people import roles
from storage.people.roles import Place
from storage.roster.roster import ENTRIES

PAGE = 50


class Proof(ReadModel):
    """A firm's verification: its code, method (`code` or `picture`) and time."""

    firm_id: int = Field(foreign_key="firm.id", primary_key=True, sa_type=BigId)
    credit_code: str = Field(unique=True, max_length=18)
    how: str = Field(max_length=8)
    proven: datetime = Field(sa_type=UtcTime)


class FirmVerificationRow(Proof, TableRow, table=True):
    """A verified firm. One credit code verifies one firm: a second claim waits for a manual check."""

    __tablename__ = "firm_verification"

    area: str | None = Field(default=None, max_length=16)


class VerificationCodeRow(TableRow, table=True):
    """A code for one firm or roster entry, by HMAC. The code itself is not stored."""

    __tablename__ = "verification_code"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    mark: str = Field(unique=True, max_length=32)
    firm_id: int | None = Field(default=None, foreign_key="firm.id", sa_type=BigId)
    roster_id: int | None = Field(default=None, foreign_key="roster_entry.id", sa_type=BigId)
    made: datetime = Field(sa_type=UtcTime)
    valid_until: datetime = Field(sa_type=UtcTime)
    used: datetime | None = Field(default=None, sa_type=UtcTime)


PROOFS = table_of(FirmVerificationRow)
CODES = table_of(VerificationCodeRow)
_AREA = func.coalesce(ENTRIES.c.district, PROOFS.c.area)


@dataclass(frozen=True, slots=True)
class VerificationCode:
    """Target of an unused code: a registered firm, or a roster entry."""

    id: int
    firm_id: int | None
    roster_id: int | None


@dataclass(frozen=True, slots=True)
class ProvenFirm:
    """A line in the list of verified firms; `vacant`: it has no administrator."""

    id: int
    name: str
    credit_code: str
    area: str | None
    how: str
    proven: datetime
    vacant: bool


@dataclass(frozen=True, slots=True)
class VerifiedFirmQuery:
    """Filter for verified firms. `areas` None: the whole city."""

    day: date
    areas: frozenset[str] | None = None
    words: str = ""
    vacant: bool = False
    page: int = 1


def issue(tx: Tx, code: str, days: int, *, firm_id: int | None = None, roster_id: int | None = None) -> int:
    """Save this code for the firm or entry, valid for so many days; return its id."""
    row = {
        "mark": _mark(tx, code),
        "firm_id": firm_id,
        "roster_id": roster_id,
        "made": tx.now,
        "valid_until": tx.now + timedelta(days=days),
    }
    return tx.add(CODES, row)


def find_code(tx: Tx, code: str) -> VerificationCode | None:
    """Return this code's target; None if it is wrong, used or expired."""
    mine = (CODES.c.mark == _mark(tx, code), CODES.c.used.is_(None), CODES.c.valid_until > tx.now)
    found = select(CODES.c.id, CODES.c.firm_id, CODES.c.roster_id).where(*mine)
    return tx.one(found, lambda row: VerificationCode(row.id, row.firm_id, row.roster_id))


def spend(tx: Tx, code_id: int) -> bool:
    """Mark the code as used; False if it already was."""
    mine = update(CODES).where(CODES.c.id == code_id, CODES.c.used.is_(None)).values(used=tx.now)
    return tx.execute(mine).rowcount == 1


def enter(tx: Tx, firm_id: int, credit_code: str, how: str) -> bool:
    """Mark this firm as verified; False if it already is, or another one is verified by this code."""
    row = {
        "firm_id": firm_id,
        "credit_code": credit_code,
        "area": _own_area(tx, firm_id),
        "how": how,
        "proven": tx.now,
    }
    # The unique column decides, whatever two transactions saw before.
    return tx.insert_new(PROOFS, [row]) == 1


def remove(tx: Tx, firm_id: int) -> Proof | None:
    """Remove this firm's verification, freeing its code; return what was removed."""
    before = of_firm(tx, firm_id)
    tx.execute(delete(PROOFS).where(PROOFS.c.firm_id == firm_id))
    return before


def void_codes(tx: Tx, firm_id: int) -> None:
    """Void this firm's unused codes."""
    mine = update(CODES).where(CODES.c.firm_id == firm_id, CODES.c.used.is_(None))
    tx.execute(mine.values(used=tx.now))


def of_firm(tx: Tx, firm_id: int) -> Proof | None:
    """Return this registration's verification, if any."""
    return _one(tx, select(PROOFS).where(PROOFS.c.firm_id == firm_id))


def proven(tx: Tx, firm_ids: Collection[int]) -> set[int]:
    """Return which of these firms are verified."""
    return set(tx.execute(select(PROOFS.c.firm_id).where(PROOFS.c.firm_id.in_(firm_ids))).scalars())


def of_code(tx: Tx, credit_code: str) -> Proof | None:
    """Return the verification with this credit code, whichever firm's."""
    return _one(tx, select(PROOFS).where(PROOFS.c.credit_code == credit_code))


def place_of(tx: Tx, firm_id: int) -> Place | None:
    """Return the firm's location: the roster's, else its own statement; None if there is no such firm."""
    found = select(FIRMS.c.id, ENTRIES.c.district, ENTRIES.c.zone).outerjoin(ENTRIES, FIRMS.c.roster_id == ENTRIES.c.id)
    found = found.where(FIRMS.c.id == firm_id, FIRMS.c.kind == "firm")
    return tx.one(found, lambda row: Place(area=row.district or _own_area(tx, firm_id), zone=row.zone))


def listed(tx: Tx, wanted: VerifiedFirmQuery, size: int = PAGE) -> Page[ProvenFirm]:
    """Return one page of verified firms, newest first, and the total."""
    vacant = ~exists().where(*roles.seats(wanted.day), roles.ROLES.c.firm_id == PROOFS.c.firm_id)
    joined = PROOFS.join(FIRMS, PROOFS.c.firm_id == FIRMS.c.id).outerjoin(ENTRIES, FIRMS.c.roster_id == ENTRIES.c.id)
    conditions: list[ColumnElement[bool]] = [vacant] if wanted.vacant else []
    if wanted.areas is not None:
        areas = sorted(wanted.areas)
        conditions.append(or_(_AREA.in_(areas), ENTRIES.c.zone.in_(areas)))
    conditions += [_named(wanted.words)] if wanted.words else []
    firm = (PROOFS.c.firm_id.label("id"), FIRMS.c.name, PROOFS.c.credit_code, _AREA.label("area"))
    columns = (*firm, PROOFS.c.how, PROOFS.c.proven, vacant.label("vacant"))
    found = select(*columns).select_from(joined).where(*conditions).order_by(PROOFS.c.proven.desc(), FIRMS.c.id)
    return Page.of(tx, found, wanted.page, size, lambda row: ProvenFirm(**row._mapping))


def administrator(tx: Tx, firm_id: int, day: date) -> int | None:
    """Return this firm's administrator on this day (Asia/Shanghai); None if there is none."""
    mine = select(roles.ROLES.c.person_id).where(roles.ROLES.c.firm_id == firm_id, *roles.seats(day))
    return tx.execute(mine.order_by(roles.ROLES.c.id).limit(1)).scalar_one_or_none()


def _own_area(tx: Tx, firm_id: int) -> str | None:
    district = firms.facts(tx, firm_id).get("district")
    return None if district is None else str(district.value)


def _named(words: str) -> ColumnElement[bool]:
    return or_(FIRMS.c.name.contains(words, autoescape=True), PROOFS.c.credit_code == words.upper())


def _one(tx: Tx, statement: Select[Any]) -> Proof | None:
    return tx.one(statement, Proof.of)


def _mark(tx: Tx, code: str) -> str:
    return tx.cipher.fingerprint(code, "proof.code")
