"""Create the roster: entries, their titles, imports, corrections."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.column_types import BIG_ID, TIME


def create() -> None:
    op.create_table(
        "roster_entry",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("name", sa.String(), nullable=False, index=True),
        sa.Column("credit_code", sa.String(18)),
        sa.Column("district", sa.String(8)),
        sa.Column("zone", sa.String(16)),
        sa.Column("version", BIG_ID, nullable=False, index=True),
        sa.Column("gone", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "roster_import",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("area", sa.String(16)),
        sa.Column("file_name", sa.String(100), nullable=False),
        sa.Column("made", TIME, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("roster_version", BIG_ID, nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("undo", sa.JSON()),
    )
    op.create_table(
        "roster_title",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("entry_id", BIG_ID, sa.ForeignKey("roster_entry.id"), nullable=False, index=True),
        sa.Column("title", sa.String(16), nullable=False),
        sa.Column("batch", sa.String(), nullable=False),
        sa.Column("first", sa.Boolean()),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date()),
        sa.Column("awarded", sa.Date()),
    )
    op.create_table(
        "roster_edit",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("entry_id", BIG_ID, sa.ForeignKey("roster_entry.id"), nullable=False, index=True),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("made", TIME, nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
    )
