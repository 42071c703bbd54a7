"""Run by Alembic for each upgrade: hands it the open connection and every table there is."""

from alembic import context

from storage.engine.columns import TableRow
from storage.engine.tables import every_table

every_table()
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=TableRow.metadata,
    # SQLite can undo a CREATE TABLE too, now that our own BEGIN precedes it.
    transactional_ddl=True,
)
context.run_migrations()
