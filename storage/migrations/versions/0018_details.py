"""Details that departments and districts publish, and what was done to each.

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "detail",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("area", sa.String(16), nullable=True),
        sa.Column("items", sa.String(400), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("ends", TIME, nullable=True),
        sa.Column("entered_by", BIG_ID, nullable=False),
        sa.Column("entered", TIME, nullable=False),
        sa.Column("approved_by", BIG_ID, nullable=True),
        sa.Column("approved", TIME, nullable=True),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("version", BIG_ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_detail"),
    )
    op.create_index("ix_detail_version", "detail", ["version"])
    op.create_table(
        "detail_act",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("detail_id", BIG_ID, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("act", sa.String(12), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_detail_act"),
        sa.ForeignKeyConstraint(["detail_id"], ["detail.id"], name="fk_detail_act_detail_id"),
    )
    op.create_index("ix_detail_act_detail_id", "detail_act", ["detail_id"])


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was written since")
