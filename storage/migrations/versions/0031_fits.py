"""Which open challenge fits which firm, worked out beside the writes.

Revision ID: 0031
Revises: 0030
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "fit",
        sa.Column("firm_id", BIG_ID, nullable=False),
        sa.Column("challenge_id", BIG_ID, nullable=False),
        sa.Column("level", sa.String(8), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("version", sa.String(32), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("firm_id", "challenge_id", name="pk_fit"),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name="fk_fit_firm_id"),
        sa.ForeignKeyConstraint(["challenge_id"], ["challenge.id"], name="fk_fit_challenge_id"),
    )
    op.create_index("ix_fit_challenge_id", "fit", ["challenge_id"])
    op.create_table(
        "fit_read",
        sa.Column("challenge_id", BIG_ID, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("version", BIG_ID, nullable=False),
        sa.PrimaryKeyConstraint("challenge_id", name="pk_fit_read"),
        sa.ForeignKeyConstraint(["challenge_id"], ["challenge.id"], name="fk_fit_read_challenge_id"),
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was written since")
