"""Helpers of the audit tests: rows, an attacker with full database rights, and the findings."""

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import text

from bot.jobs.audit_chain import chain_audit
from storage.audit import audit
from storage.audit.head_file import HeadsFile
from storage.audit.verify import Report, verify
from storage.engine.database import Database, Tx
from storage.engine.field_encryption import FieldCipher
from storage.engine.transactions import Actor

TRIGGERS = {
    "sqlite": [
        f"DROP TRIGGER {table}_no_{what}"
        for table in ("audit", "audit_batch")
        for what in ("update", "delete", "replace")
    ],
    "postgresql": [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in ("audit", "audit_batch")],
}


def acts(tx: Tx, count: int) -> None:
    """Record so many acts by different people in one transaction."""
    for number in range(count):
        person = f"person:{number % 7}"
        audit.record(tx, "contact.keep", person, {"phone": str(number)}, by=Actor(person, "wechat"))


class Office:
    """A database with its heads file."""

    def __init__(self, database: Database, path: Path, key: bytes) -> None:
        self.database = database
        self.heads = HeadsFile(path)
        self.path = path
        self._cipher = FieldCipher(key)

    async def work(self, acts_done: int) -> None:
        """Record so many acts, then run the tick."""
        await self.database.write(acts, acts_done)
        await self.tick()

    async def tick(self) -> None:
        await chain_audit(self.database, self.heads)

    async def attack(self, statements: Iterable[str]) -> None:
        """Disable the triggers, then run these statements."""

        def run(tx: Tx) -> None:
            for statement in (*TRIGGERS[tx.connection.dialect.name], *statements):
                tx.execute(text(statement))

        await self.database.write(run)

    async def report(self) -> Report:
        return await self.database.read(verify, self.heads.witnessed(self._cipher))

    async def named(self) -> list[tuple[str, int, int]]:
        """Return the findings, as words and ids."""
        return [(finding.fault.value, finding.first, finding.last) for finding in (await self.report()).findings]
