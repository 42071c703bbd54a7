"""Calls of the platform's mass messages, and what was reported of each.

Revision ID: 0034
Revises: 0033
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "mass_call",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("broadcast_id", BIG_ID, nullable=False),
        sa.Column("own_id", sa.String(32), nullable=True),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("first", TIME, nullable=True),
        sa.Column("retry_at", TIME, nullable=True),
        sa.Column("msg_id", BIG_ID, nullable=True),
        sa.Column("why", sa.String(24), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_mass_call"),
        sa.UniqueConstraint("own_id", name="uq_mass_call_own_id"),
        sa.ForeignKeyConstraint(["broadcast_id"], ["broadcast.id"], name="fk_mass_call_broadcast_id"),
    )
    op.create_index("ix_mass_call_broadcast_id", "mass_call", ["broadcast_id"])
    op.create_index("ix_mass_call_msg_id", "mass_call", ["msg_id"])
    op.create_table(
        "mass_report",
        sa.Column("msg_id", BIG_ID, nullable=False, autoincrement=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("filtered", sa.Integer(), nullable=True),
        sa.Column("sent", sa.Integer(), nullable=True),
        sa.Column("failed", sa.Integer(), nullable=True),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("msg_id", name="pk_mass_report"),
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was written since")
