"""No id is given twice on SQLite: a removed row's stays its own. PostgreSQL's counters never go back.

Revision ID: 0046
Revises: 0045
"""

import sqlalchemy as sa
from alembic import op

from storage.migrations.forms import declare, replaced

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

# What the audit calls the rows of a table that bears another name.
_CALLED = {"matchmaking_event": "event", "canned_answer": "canned"}
# What numbers its rows by chance, or has one row only.
_THEIR_OWN = ("bid", "challenge_file", "planner")
_DECLARED = "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?"


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return
    # The table of counters comes with the first table that needs it.
    connection.exec_driver_sql("CREATE TABLE counting (id INTEGER PRIMARY KEY AUTOINCREMENT)")
    connection.exec_driver_sql("DROP TABLE counting")
    seen = sa.inspect(connection)
    tables = [
        table
        for table in seen.get_table_names()
        if seen.get_pk_constraint(table)["constrained_columns"] == ["id"] and table not in _THEIR_OWN
    ]
    # Whatever is created from now on counts so by itself: use_no_id_twice in storage/engine/columns.py.
    changes = {table: replaced("PRIMARY KEY (id)", "PRIMARY KEY (id AUTOINCREMENT)") for table in tables}
    changes = {table: change for table, change in changes.items() if not _counts(connection, table)}
    declare(connection, changes)
    for table in changes:
        last = max(_highest(connection, table, "id"), _named(connection, table))
        if table == "person":
            last = max(last, *(_highest(connection, *place) for place in _persons(seen)))
        connection.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
        connection.exec_driver_sql("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, last))


def _counts(connection: sa.Connection, table: str) -> bool:
    declared = connection.exec_driver_sql(_DECLARED, (table,)).scalar_one()
    return "AUTOINCREMENT" in declared


def _highest(connection: sa.Connection, table: str, column: str) -> int:
    return int(connection.exec_driver_sql(f'SELECT max("{column}") FROM "{table}"').scalar() or 0)


def _named(connection: sa.Connection, table: str) -> int:
    """The highest id by which the audit names one of its rows, here or removed."""
    highest = 0
    called = _CALLED.get(table, table)
    for column in ("actor", "subject"):
        found = connection.exec_driver_sql(
            f"SELECT max(CAST(substr({column}, ?) AS INTEGER)) FROM audit WHERE {column} GLOB ?",
            (len(called) + 2, f"{called}:[0-9]*"),
        )
        highest = max(highest, int(found.scalar() or 0))
    return highest


def _persons(seen: sa.Inspector) -> list[tuple[str, str]]:
    """Where persons are named by their ids, here or gone."""
    return [
        (table, "person_id")
        for table in seen.get_table_names()
        if any(column["name"] == "person_id" for column in seen.get_columns(table))
    ]


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was written since")
