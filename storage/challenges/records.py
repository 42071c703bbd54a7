"""Append-only log of a challenge: steps, questions, reviews, choice, contract."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from storage.engine.columns import BigId, TableRow, UtcTime, table_of
from storage.engine.record_log import RecordLog


class ChallengeRecordRow(TableRow, table=True):
    """One entry; its content is sealed because it names people. `person_id` outlives its person."""

    __tablename__ = "challenge_record"
    __table_args__ = (Index(None, "challenge_id", "kind"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    challenge_id: int = Field(foreign_key="challenge.id", sa_type=BigId)
    kind: str = Field(max_length=16)
    at: datetime = Field(sa_type=UtcTime)
    person_id: int = Field(sa_type=BigId)
    firm_id: int | None = Field(default=None, sa_type=BigId)
    data: bytes


RECORDS = table_of(ChallengeRecordRow)
_LOG = RecordLog(RECORDS, "challenge_id")
add, listed, last, newest = _LOG.add, _LOG.listed, _LOG.last, _LOG.newest
