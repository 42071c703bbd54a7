"""Audit rows: who did what to what, when and from where. Append-only, enforced by triggers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, func, insert, not_, select
from sqlmodel import Field

from storage.engine.columns import BigId, TableRow, UtcTime, table_of
from storage.engine.transactions import Actor, Tx


class AuditRow(TableRow, table=True):
    """One audited act. Holds person ids and keyed hashes of values only, so that a person can still be erased."""

    __tablename__ = "audit"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    at: datetime = Field(sa_type=UtcTime, index=True)
    actor: str = Field(max_length=40, index=True)
    action: str = Field(max_length=40)
    subject: str = Field(max_length=40, index=True)
    source: str = Field(max_length=16)
    fields: dict[str, Any] = Field(sa_type=JSON)


AUDIT = table_of(AuditRow)
_RECORD = insert(AUDIT)
_NO_FIELDS: Mapping[str, str] = {}


class NoActorError(Exception):
    """Something is to be audited in a transaction of which nobody has said who acts in it."""


def record(
    tx: Tx, action: str, subject: str, fields: Mapping[str, str] = _NO_FIELDS, *, by: Actor | None = None
) -> None:
    """Record one act of the transaction's actor in that transaction; raises NoActorError where it has none.

    `subject` is kind and id ("firm:7"), never an openid or a name. `fields` are the new values by name: kept as keyed
    hashes that differ from subject to subject, enough to confirm a known value and not to read one. `by`: who acts
    where it is not the transaction's actor.
    """
    actor = by or tx.actor
    if actor is None:
        raise NoActorError(action)
    hashes = {name: value_hash(tx, subject, name, value) for name, value in fields.items()}
    row = {"at": tx.now, "actor": actor.name, "action": action, "subject": subject, "source": actor.face}
    tx.execute(_RECORD, {**row, "fields": hashes})


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """Filter for audit entries; None means any. `since` <= at < `until`; none of `but`."""

    actor: str | None = None
    actors: frozenset[str] | None = None
    action: str | None = None
    subject: str | None = None
    source: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    but: ColumnElement[bool] | None = None


def entries(tx: Tx, wanted: AuditQuery, *, most: int, skip: int = 0) -> list[AuditRow]:
    """Return matching entries, newest first, at most so many, after skipping `skip`."""
    statement = select(AUDIT).where(*_conditions(wanted)).order_by(AUDIT.c.id.desc()).limit(most).offset(skip)
    return [AuditRow(**row._mapping) for row in tx.execute(statement)]


def newest(tx: Tx, wanted: AuditQuery, upto: int) -> AuditRow | None:
    """Return the newest matching entry not newer than this id."""
    mine = select(AUDIT).where(*_conditions(wanted), AUDIT.c.id <= upto).order_by(AUDIT.c.id.desc()).limit(1)
    return tx.one(mine, lambda row: AuditRow(**row._mapping))


def count(tx: Tx, wanted: AuditQuery) -> int:
    """Count matching entries."""
    return int(tx.execute(select(func.count()).select_from(AUDIT).where(*_conditions(wanted))).scalar_one())


def count_after(tx: Tx, wanted: AuditQuery, entry_id: int) -> int:
    """Count matching entries newer than this one."""
    mine = select(func.count()).select_from(AUDIT).where(*_conditions(wanted), AUDIT.c.id > entry_id)
    return int(tx.execute(mine).scalar_one())


def actions(tx: Tx, wanted: AuditQuery) -> list[str]:
    """Return the distinct actions among matching entries, by name: a filter's choices."""
    kinds = select(AUDIT.c.action).where(*_conditions(wanted)).distinct()
    return list(tx.execute(kinds.order_by(AUDIT.c.action)).scalars())


def _conditions(wanted: AuditQuery) -> list[ColumnElement[bool]]:
    same = [(name, getattr(wanted, name)) for name in ("actor", "action", "subject", "source")]
    conditions = [AUDIT.c[name] == value for name, value in same if value is not None]
    if wanted.but is not None:
        conditions.append(not_(wanted.but))
    if wanted.actors is not None:
        conditions.append(AUDIT.c.actor.in_(sorted(wanted.actors)))
    if wanted.since is not None:
        conditions.append(AUDIT.c.at >= wanted.since)
    if wanted.until is not None:
        conditions.append(AUDIT.c.at < wanted.until)
    return conditions


def value_hash(tx: Tx, subject: str, field: str, value: str) -> str:
    """Return the hash that the audit stores for this value of this subject's field."""
    return tx.cipher.fingerprint("\x1f".join((subject, field, value)), "audit.value")
