"""Create what a conversation keeps."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.column_types import BIG_ID, TIME


def create() -> None:
    op.create_table(
        "dialog",
        sa.Column("mark", sa.String(32), primary_key=True),
        sa.Column("journey", sa.String(32), nullable=False),
        sa.Column("step", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("updated", TIME, nullable=False),
    )
    op.create_table(
        "inbox",
        sa.Column("key", sa.String(32), primary_key=True),
        sa.Column("mark", sa.String(32), nullable=False),
        sa.Column("received", TIME, nullable=False),
        sa.Column("reply", sa.LargeBinary()),
        sa.Column("tidy_at", TIME, nullable=False, index=True),
    )
    op.create_table(
        "reply_overflow",
        sa.Column("mark", sa.String(32), primary_key=True),
        sa.Column("rest", sa.LargeBinary(), nullable=False),
        sa.Column("kept", TIME, nullable=False),
    )
    op.create_table(
        "skipped_question",
        sa.Column("person_id", BIG_ID, sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("firm_id", BIG_ID, sa.ForeignKey("firm.id"), primary_key=True),
        sa.Column("question", sa.String(40), primary_key=True),
        sa.Column("at", TIME, nullable=False),
    )
    op.create_table(
        "receipt",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("mark", sa.String(32), nullable=False, unique=True),
        sa.Column("person_id", BIG_ID, sa.ForeignKey("person.id"), index=True),
        sa.Column("firm_id", BIG_ID, sa.ForeignKey("firm.id"), nullable=False),
        sa.Column("made", TIME, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )
