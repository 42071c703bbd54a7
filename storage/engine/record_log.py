"""Append-only logs: entries of several kinds about one thing, such as a challenge or an event, their content sealed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, insert, select

from storage.engine.columns import to_json
from storage.engine.transactions import Tx


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One entry. `firm_id`: the firm it concerns or comes from, if any."""

    id: int
    kind: str
    at: datetime
    person_id: int
    firm_id: int | None
    data: Mapping[str, Any]


class RecordLog:
    """The log in one table, whose column `subject` says what an entry is about."""

    def __init__(self, table: Table, subject: str) -> None:
        self._table = table
        self._subject = table.c[subject]

    def add(
        self, tx: Tx, about: int, kind: str, person_id: int, data: Mapping[str, Any], firm_id: int | None = None
    ) -> int:
        """Add an entry; return its id."""
        sealed = tx.cipher.seal(to_json(data), self._context(about, kind))
        row = {"kind": kind, "at": tx.now, "person_id": person_id, "firm_id": firm_id, "data": sealed}
        added = insert(self._table).values({self._subject.name: about, **row})
        return int(tx.execute(added.returning(self._table.c.id)).scalar_one())

    def listed(self, tx: Tx, about: int, *kinds: str) -> list[LogEntry]:
        """Return the entries of these kinds (all if none is named), oldest first."""
        statement = select(self._table).where(self._subject == about).order_by(self._table.c.id)
        if kinds:
            statement = statement.where(self._table.c.kind.in_(kinds))
        return [self._entry(tx, row) for row in tx.execute(statement)]

    def last(self, tx: Tx, about: int, kind: str) -> LogEntry | None:
        """Return the newest entry of this kind."""
        mine = select(self._table).where(self._subject == about, self._table.c.kind == kind)
        row = tx.execute(mine.order_by(self._table.c.id.desc()).limit(1)).one_or_none()
        return None if row is None else self._entry(tx, row)

    def newest(self, tx: Tx, kind: str, most: int) -> list[LogEntry]:
        """Return the newest entries of this kind about anything, newest first."""
        statement = select(self._table).where(self._table.c.kind == kind).order_by(self._table.c.id.desc())
        return [self._entry(tx, row) for row in tx.execute(statement.limit(most))]

    def _entry(self, tx: Tx, row: Any) -> LogEntry:
        data = json.loads(tx.cipher.open(row.data, self._context(row._mapping[self._subject], row.kind)))
        return LogEntry(row.id, row.kind, row.at, row.person_id, row.firm_id, data)

    def _context(self, about: int, kind: str) -> str:
        return f"{self._table.name}:{about}:{kind}"
