"""Create broadcasts, their recipients and mass sends."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.column_types import BIG_ID, TIME


def create() -> None:
    op.create_table(
        "broadcast",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("state", sa.String(12), nullable=False, index=True),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("area", sa.String(16)),
        sa.Column("agency", sa.String(40), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("author", BIG_ID, nullable=False),
        sa.Column("made", TIME, nullable=False),
        sa.Column("starts", TIME),
        sa.Column("frozen", TIME),
        sa.Column("ended", TIME),
    )
    op.create_table(
        "broadcast_picture",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("kept", TIME, nullable=False),
    )
    op.create_table(
        "mass_call_report",
        sa.Column("msg_id", BIG_ID, primary_key=True, autoincrement=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("total", sa.Integer()),
        sa.Column("filtered", sa.Integer()),
        sa.Column("sent", sa.Integer()),
        sa.Column("failed", sa.Integer()),
        sa.Column("at", TIME, nullable=False),
    )
    op.create_table(
        "broadcast_act",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("broadcast_id", BIG_ID, sa.ForeignKey("broadcast.id"), nullable=False, index=True),
        sa.Column("at", TIME, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False, index=True),
        sa.Column("act", sa.String(12), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
    )
    op.create_table(
        "mass_call",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("broadcast_id", BIG_ID, sa.ForeignKey("broadcast.id"), nullable=False, index=True),
        sa.Column("own_id", sa.String(32), unique=True),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("first", TIME),
        sa.Column("retry_at", TIME),
        sa.Column("msg_id", BIG_ID, index=True),
        sa.Column("why", sa.String(24), nullable=False),
    )
    op.create_table(
        "broadcast_person",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("broadcast_id", BIG_ID, sa.ForeignKey("broadcast.id"), nullable=False),
        sa.Column("person_id", BIG_ID, sa.ForeignKey("person.id"), index=True),
        sa.Column("firm_id", BIG_ID),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("call_id", BIG_ID, index=True),
        sa.UniqueConstraint("broadcast_id", "person_id"),
    )
    op.create_index("ix_broadcast_person_broadcast_id_state", "broadcast_person", ["broadcast_id", "state"])
