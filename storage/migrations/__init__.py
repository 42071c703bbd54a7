"""Alembic migrations, forward only, for SQLite and PostgreSQL alike.

A migration never imports the live tables: it says in full what it changes. To add one: change the model, then have
Alembic draft the next step with the open connection of a migrated database,

    command.revision(migration.configuration(connection), message="bids", rev_id="0002", autogenerate=True)

and read the draft through: write `op.add_column`, `op.create_table`, `op.create_index` and what fills the old rows,
with the types of column_types.py. SQLite alters no column in place; Alembic's batch mode builds the table anew and
loses its triggers, so make them again (append_only.py). tests/storage/test_migrations.py drafts and applies one step.
"""
