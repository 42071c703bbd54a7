"""Revoked verifications: which, when and why."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Field

from storage.engine.columns import BigId, TableRow, UtcTime, table_of
from storage.engine.transactions import Tx
from storage.firms.verifications import Proof


class VerificationRevocationRow(TableRow, table=True):
    """A revoked verification; its firm, or another with its code, may be verified again."""

    __tablename__ = "verification_revocation"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    firm_id: int = Field(foreign_key="firm.id", index=True, sa_type=BigId)
    credit_code: str = Field(max_length=18)
    how: str = Field(max_length=8)
    proven: datetime = Field(sa_type=UtcTime)
    taken: datetime = Field(sa_type=UtcTime)
    reason: bytes


TAKEN_BACK = table_of(VerificationRevocationRow)


@dataclass(frozen=True, slots=True)
class VerificationRevocation:
    """A revoked verification, with the reason shown to the firm."""

    id: int
    credit_code: str
    proven: datetime
    taken: datetime
    reason: str


def add(tx: Tx, proof: Proof, reason: str) -> int:
    """Record that this verification was revoked now; return the row's id."""
    row = {
        "firm_id": proof.firm_id,
        "credit_code": proof.credit_code,
        "how": proof.how,
        "proven": proof.proven,
        "taken": tx.now,
        "reason": tx.cipher.seal(reason, "verification_revocation.reason"),
    }
    return tx.add(TAKEN_BACK, row)


def of_firm(tx: Tx, firm_id: int) -> list[VerificationRevocation]:
    """Return this firm's revoked verifications, newest first."""
    mine = select(TAKEN_BACK).where(TAKEN_BACK.c.firm_id == firm_id).order_by(TAKEN_BACK.c.id.desc())
    return [
        VerificationRevocation(
            row.id, row.credit_code, row.proven, row.taken, tx.cipher.open(row.reason, "verification_revocation.reason")
        )
        for row in tx.execute(mine)
    ]
