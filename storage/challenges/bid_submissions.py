"""Submitted bid forms, for idempotency: a reload or a second tap is no second submission."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select
from sqlmodel import Field

from storage.engine.columns import TableRow, UtcTime, table_of
from storage.engine.transactions import Tx


class BidSubmissionRow(TableRow, table=True):
    """One submitted form, by hashes of its token: the token exists only in the form."""

    __tablename__ = "bid_submission"

    id: str = Field(primary_key=True, max_length=64)
    proof: str = Field(max_length=64)
    at: datetime = Field(sa_type=UtcTime)


SUBMISSIONS = table_of(BidSubmissionRow)
# A phone page expires after half an hour: no form recurs after days.
KEPT_FOR = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class SubmittedBidForm:
    """A form with its content. `proof` changes with the content and reveals nothing without the token."""

    id: str
    proof: str


def submission_of(token: str, person_id: int, challenge_id: int, content: bytes) -> SubmittedBidForm:
    """Return what is stored for a form with this token, bound to this person and challenge."""
    name = f"bid_submission:{person_id}:{challenge_id}:{token}"
    proof = hmac.new(token.encode(), content, hashlib.sha256)
    return SubmittedBidForm(hashlib.sha256(name.encode()).hexdigest(), proof.hexdigest())


def proof_of(tx: Tx, submission_id: str) -> str | None:
    """Return the proof stored for this form; None if it was not submitted."""
    found = tx.execute(select(SUBMISSIONS.c.proof).where(SUBMISSIONS.c.id == submission_id)).scalar_one_or_none()
    return None if found is None else str(found)


def tidy(tx: Tx) -> int:
    """Delete forms too old to recur; return how many."""
    return tx.execute(delete(SUBMISSIONS).where(SUBMISSIONS.c.at < tx.now - KEPT_FOR)).rowcount


def save(tx: Tx, submission: SubmittedBidForm) -> None:
    """Save that this form was submitted."""
    tx.execute(insert(SUBMISSIONS).values(id=submission.id, proof=submission.proof, at=tx.now))
