"""Create the audit and its chain, restorations, the key's fingerprint and the change counters."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.append_only import protect
from storage.migrations.column_types import BIG_ID, TIME


def create() -> None:
    op.create_table(
        "audit",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("at", TIME, nullable=False, index=True),
        sa.Column("actor", sa.String(40), nullable=False, index=True),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(40), nullable=False, index=True),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
    )
    op.create_table(
        "audit_batch",
        sa.Column("number", BIG_ID, primary_key=True, autoincrement=False),
        sa.Column("after", BIG_ID, nullable=False),
        sa.Column("last", BIG_ID, nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("ids", sa.LargeBinary(), nullable=False),
        sa.Column("links", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "key_check",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("fingerprint", sa.String(32), nullable=False),
        sa.Column("root", sa.LargeBinary()),
    )
    op.create_table(
        "restoration",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("at", TIME, nullable=False),
        sa.Column("backup", sa.String(64), nullable=False),
        sa.Column("backup_made", TIME, nullable=False),
        sa.Column("released", TIME),
    )
    op.create_table(
        "change_counter",
        sa.Column("name", sa.String(16), primary_key=True),
        sa.Column("number", BIG_ID, nullable=False),
    )
    protect({"audit": "id", "audit_batch": "number"}, name="audit", what="audit")
