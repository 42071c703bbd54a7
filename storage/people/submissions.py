"""Processed forms, one row each, so that a resubmission is recognised on every node."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlmodel import Field

from storage.engine.columns import TableRow, UtcTime, table_of
from storage.engine.transactions import Tx

# No session lasts this long, and a form belongs to one browser's session.
KEPT = timedelta(hours=24)
BATCH = 500


class RepeatedError(Exception):
    """This form was processed by another request: this one's writes must not happen."""


class SubmissionRow(TableRow, table=True):
    """One processed form. Its token is not stored, and the outcome is readable only with it."""

    __tablename__ = "submission"

    mark: str = Field(primary_key=True, max_length=32)
    request: str = Field(max_length=32)
    content: bytes
    outcome: bytes | None = None
    at: datetime = Field(sa_type=UtcTime, index=True)


SUBMISSIONS = table_of(SubmissionRow)


@dataclass(frozen=True, slots=True)
class HandledForm:
    """A processed form: its content's digest, and the sealed answer once stored."""

    content: bytes
    outcome: bytes | None


def find(tx: Tx, mark: str) -> HandledForm | None:
    """Return the form processed under this mark."""
    row = tx.execute(
        select(SUBMISSIONS.c.content, SUBMISSIONS.c.outcome).where(SUBMISSIONS.c.mark == mark)
    ).one_or_none()
    return None if row is None else HandledForm(row.content, row.outcome)


def claim(tx: Tx, mark: str, request: str, content: bytes) -> None:
    """Claim the form for this request; a request may claim again for each write.

    Raises RepeatedError if another request has claimed it.
    """
    row = {"mark": mark, "request": request, "content": content, "outcome": None, "at": tx.now}
    tx.insert_new(SUBMISSIONS, [row], ["mark"])
    if tx.execute(select(SUBMISSIONS.c.request).where(SUBMISSIONS.c.mark == mark)).scalar_one() != request:
        raise RepeatedError


def finish(tx: Tx, mark: str, request: str, outcome: bytes) -> bool:
    """Save the sealed answer of a claimed form; False if this request claimed nothing."""
    mine = (SUBMISSIONS.c.mark == mark, SUBMISSIONS.c.request == request)
    return tx.execute(update(SUBMISSIONS).where(*mine).values(outcome=outcome)).rowcount == 1


def tidy(tx: Tx) -> bool:
    """Delete some of what is older than KEPT; return whether there may be more."""
    old = select(SUBMISSIONS.c.mark).where(SUBMISSIONS.c.at <= tx.now - KEPT).limit(BATCH)
    return tx.execute(delete(SUBMISSIONS).where(SUBMISSIONS.c.mark.in_(old))).rowcount == BATCH
