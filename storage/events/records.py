"""Append-only log of an event's proposals and invitations."""

from datetime import datetime

from sqlmodel import Field

from storage.engine.columns import BigId, TableRow, UtcTime, table_of
from storage.engine.record_log import RecordLog

PROPOSAL, INVITATION = "proposal", "invitation"


class EventRecordRow(TableRow, table=True):
    """One entry; its content is sealed. `person_id`, the acting official, outlives its person."""

    __tablename__ = "event_record"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    event_id: int = Field(foreign_key="matchmaking_event.id", index=True, sa_type=BigId)
    kind: str = Field(max_length=16)
    at: datetime = Field(sa_type=UtcTime)
    person_id: int = Field(sa_type=BigId)
    firm_id: int | None = Field(default=None, foreign_key="firm.id", index=True, sa_type=BigId)
    data: bytes


_LOG = RecordLog(table_of(EventRecordRow), "event_id")
add, listed, last = _LOG.add, _LOG.listed, _LOG.last
