"""Triggers that keep the audit append-only, and a check that they exist."""

from sqlalchemy import text

from storage.engine.transactions import Tx

GUARDS = {
    "sqlite": frozenset(
        f"{table}_no_{what}" for table in ("audit", "audit_batch") for what in ("update", "delete", "replace")
    ),
    "postgresql": frozenset(
        f"{table}_no_{what}" for table in ("audit", "audit_batch") for what in ("change", "truncate")
    ),
}
_FOUND = {
    "sqlite": text("SELECT name FROM sqlite_master WHERE type = 'trigger'"),
    "postgresql": text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"),
}


def missing(tx: Tx) -> list[str]:
    """Return the names of triggers that were dropped or disabled."""
    dialect = tx.connection.dialect.name
    return sorted(GUARDS[dialect] - set(tx.execute(_FOUND[dialect]).scalars()))
