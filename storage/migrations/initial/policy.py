"""Create what agencies publish and what they are asked."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.column_types import BIG_ID, TIME


def create() -> None:
    op.create_table(
        "detail",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("area", sa.String(16)),
        sa.Column("items", sa.String(400), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("ends", TIME),
        sa.Column("entered_by", BIG_ID, nullable=False),
        sa.Column("entered", TIME, nullable=False),
        sa.Column("approved_by", BIG_ID),
        sa.Column("approved", TIME),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("version", BIG_ID, nullable=False, index=True),
    )
    op.create_table(
        "agency_question",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("state", sa.String(16), nullable=False, index=True),
        sa.Column("title", sa.LargeBinary(), nullable=False),
        sa.Column("about", sa.String(60), nullable=False),
        sa.Column("agency", sa.String(40), nullable=False),
        sa.Column("asked_on", sa.Date()),
        sa.Column("reply", sa.LargeBinary()),
        sa.Column("source", sa.String(120), nullable=False),
        sa.Column("answered_on", sa.Date()),
        sa.Column("written_by", BIG_ID),
        sa.Column("approved_by", BIG_ID),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("changed", TIME, nullable=False),
    )
    op.create_table(
        "detail_act",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("detail_id", BIG_ID, sa.ForeignKey("detail.id"), nullable=False, index=True),
        sa.Column("at", TIME, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("act", sa.String(12), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
    )
    op.create_table(
        "unanswered_question",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("key", sa.String(40), nullable=False, unique=True),
        sa.Column("person_id", BIG_ID, sa.ForeignKey("person.id"), index=True),
        sa.Column("about", sa.String(60), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("asked", TIME, nullable=False),
        sa.Column("matter_id", BIG_ID, sa.ForeignKey("agency_question.id"), index=True),
        sa.Column("is_told", sa.Boolean(), nullable=False),
    )
