"""Who did what to what, when and from where: rows are added, never changed or removed (triggers see to it)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, insert
from sqlmodel import Field

from storage.columns import BigId, Row, UtcTime, table_of
from storage.transactions import Tx


class AuditEntry(Row, table=True):
    """One act. It names persons by id and holds only keyed hashes of values, so that a person can still be erased."""

    __tablename__ = "audit"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    at: datetime = Field(sa_type=UtcTime)
    actor: str = Field(max_length=40)
    action: str = Field(max_length=40)
    subject: str = Field(max_length=40)
    source: str = Field(max_length=16)
    fields: dict[str, Any] = Field(sa_type=JSON)


_RECORD = insert(table_of(AuditEntry))
_NO_FIELDS: Mapping[str, str] = {}


def record(
    tx: Tx, *, actor: str, action: str, subject: str, source: str, fields: Mapping[str, str] = _NO_FIELDS
) -> None:
    """Leave the trace of one act in its own transaction.

    `actor` and `subject` are kind and id ("person:12", "firm:7"), never an openid or a name; `source` is the face it
    came in by ("wechat", "console", "cli"). `fields` are the new values by name: kept as keyed hashes that differ from
    subject to subject, enough to confirm a known value and not to read one.
    """
    hashes = {name: value_hash(tx, subject, name, value) for name, value in fields.items()}
    row = {"at": tx.now, "actor": actor, "action": action, "subject": subject, "source": source, "fields": hashes}
    tx.execute(_RECORD, row)


def value_hash(tx: Tx, subject: str, field: str, value: str) -> str:
    """The hash under which this value of this subject's field stands in the audit."""
    return tx.cipher.fingerprint("\x1f".join((subject, field, value)), "audit.value")
