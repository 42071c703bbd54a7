"""Platform reports that arrived before the message number was stored, kept until it is."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select
from sqlmodel import Field

from storage.engine.columns import BigId, TableRow, UtcTime, table_of
from storage.engine.transactions import Tx

# A call's answer is stored within its lease; reports unclaimed by then match nothing.
KEPT_FOR = timedelta(hours=1)
_TOGETHER = 500


class DeliveryReportRow(TableRow, table=True):
    """The report on one message by the platform's number."""

    __tablename__ = "delivery_report"

    msg_id: int = Field(primary_key=True, sa_type=BigId, sa_column_kwargs={"autoincrement": False})
    status: str = Field(max_length=24)
    at: datetime = Field(sa_type=UtcTime, index=True)


RESULTS = table_of(DeliveryReportRow)


def save(tx: Tx, msg_id: int, status: str) -> None:
    """Save a report on a message not known yet; later ones are ignored."""
    if tx.execute(select(RESULTS.c.msg_id).where(RESULTS.c.msg_id == msg_id)).one_or_none() is None:
        tx.execute(insert(RESULTS).values(msg_id=msg_id, status=status, at=tx.now))


def take(tx: Tx, msg_ids: Collection[int]) -> dict[int, str]:
    """Return earlier reports on these messages."""
    if not msg_ids:
        return {}
    found = select(RESULTS.c.msg_id, RESULTS.c.status).where(RESULTS.c.msg_id.in_(sorted(msg_ids)))
    return {row.msg_id: row.status for row in tx.execute(found)}


def tidy(tx: Tx) -> bool:
    """Delete some old reports; return whether there were any."""
    old = select(RESULTS.c.msg_id).where(RESULTS.c.at <= tx.now - KEPT_FOR).limit(_TOGETHER)
    return bool(tx.execute(delete(RESULTS).where(RESULTS.c.msg_id.in_(old))).rowcount)
