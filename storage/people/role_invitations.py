"""Role invitations, accepted by typing a code in the chat."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Date, delete, select, update
from sqlmodel import Field

from storage.engine.columns import BigId, TableRow, UtcTime, table_of
from storage.engine.transactions import Tx
from storage.people.roles import ROLES, RoleGrant, columns_of, granted_in

GOOD_FOR = timedelta(days=3)


class RoleInvitationRow(TableRow, table=True):
    """One invitation by HMAC of its code. The code itself is not stored."""

    __tablename__ = "role_invitation"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    mark: str = Field(unique=True, max_length=32)
    kind: str = Field(max_length=16)
    firm_id: int | None = Field(default=None, foreign_key="firm.id", sa_type=BigId)
    agency: str | None = Field(default=None, max_length=40)
    area: str | None = Field(default=None, max_length=16)
    name: bytes
    valid_from: date = Field(sa_type=Date)
    valid_until: date | None = Field(default=None, sa_type=Date)
    stands_in_for: int | None = Field(default=None, foreign_key="role.id", sa_type=BigId)
    made: datetime = Field(sa_type=UtcTime)
    # The official who made it; the id outlives the person. None: made by command.
    made_by: int | None = Field(default=None, sa_type=BigId)
    used: datetime | None = Field(default=None, sa_type=UtcTime)


INVITATIONS = table_of(RoleInvitationRow)


def add(tx: Tx, code: str, grant: RoleGrant, made_by: int | None = None) -> int:
    """Save this grant until its code is typed; return the invitation's id."""
    name = tx.cipher.seal(grant.name or "", "role_invitation.name")
    row = {"mark": _mark(tx, code), **columns_of(grant), "name": name, "made": tx.now, "made_by": made_by}
    return tx.add(INVITATIONS, row)


def made_by(tx: Tx, code: str) -> int | None:
    """Return who made the invitation with this code; None if a command did, or there is none."""
    mine = select(INVITATIONS.c.made_by).where(INVITATIONS.c.mark == _mark(tx, code))
    return tx.execute(mine).scalar_one_or_none()


def take(tx: Tx, code: str) -> RoleGrant | None:
    """Redeem this code within three days; return its grant."""
    mine = (INVITATIONS.c.mark == _mark(tx, code), INVITATIONS.c.used.is_(None), INVITATIONS.c.made > tx.now - GOOD_FOR)
    taken = update(INVITATIONS).where(*mine).values(used=tx.now).returning(*INVITATIONS.c)
    return tx.one(taken, lambda row: RoleGrant(name=_name(tx, row), **granted_in(row._mapping)))


def erase_person(tx: Tx, person_id: int) -> None:
    """Delete invitations to stand in for this person."""
    theirs = select(ROLES.c.id).where(ROLES.c.person_id == person_id)
    tx.execute(delete(INVITATIONS).where(INVITATIONS.c.stands_in_for.in_(theirs)))


def _name(tx: Tx, row: Any) -> str:
    return tx.cipher.open(row.name, "role_invitation.name")


def _mark(tx: Tx, code: str) -> str:
    return tx.cipher.fingerprint(code, "role_invitation.code")
