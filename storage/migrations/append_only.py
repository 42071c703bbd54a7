"""Triggers that let rows be added to a table, but neither changed nor removed."""

from collections.abc import Sequence

from alembic import op


def protect(tables: dict[str, str], *, name: str, what: str, fixed: Sequence[str] = ()) -> None:
    """Refuse to change, replace or remove rows of these tables, each given with its key's column.

    `name`: how the PostgreSQL function begins; `what`: what the error calls the tables; `fixed`: the columns that must
    stay as they are, all of them where none is named.
    """
    changed = f"UPDATE OF {', '.join(fixed)}" if fixed else "UPDATE"
    if op.get_bind().dialect.name == "postgresql":
        body = f"$$ BEGIN RAISE EXCEPTION '{what} is append-only'; END $$"
        op.execute(f"CREATE FUNCTION {name}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS {body}")
        refuse = f"EXECUTE FUNCTION {name}_is_append_only()"
        for table in tables:
            op.execute(f"CREATE TRIGGER {table}_no_change BEFORE {changed} OR DELETE ON {table} FOR EACH ROW {refuse}")
            op.execute(f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refuse}")
        return
    refuse = f"BEGIN SELECT RAISE(ABORT, '{what} is append-only'); END"
    for table, key in tables.items():
        op.execute(f"CREATE TRIGGER {table}_no_update BEFORE {changed} ON {table} {refuse}")
        op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}")
        # INSERT OR REPLACE removes the older row without asking the trigger above.
        there = f"EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})"  # noqa: S608 -- a migration names them
        op.execute(f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {there} {refuse}")
