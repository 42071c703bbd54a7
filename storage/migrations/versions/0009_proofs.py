"""Proven firms, and the codes that prove one.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "firm_proof",
        sa.Column("firm_id", BIG_ID, nullable=False),
        sa.Column("credit_code", sa.String(18), nullable=False),
        sa.Column("area", sa.String(16), nullable=True),
        sa.Column("how", sa.String(8), nullable=False),
        sa.Column("proven", TIME, nullable=False),
        sa.PrimaryKeyConstraint("firm_id", name="pk_firm_proof"),
        sa.UniqueConstraint("credit_code", name="uq_firm_proof_credit_code"),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name="fk_firm_proof_firm_id"),
    )
    op.create_table(
        "proof_code",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("mark", sa.String(32), nullable=False),
        sa.Column("firm_id", BIG_ID, nullable=True),
        sa.Column("roster_id", BIG_ID, nullable=True),
        sa.Column("made", TIME, nullable=False),
        sa.Column("valid_until", TIME, nullable=False),
        sa.Column("used", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_proof_code"),
        sa.UniqueConstraint("mark", name="uq_proof_code_mark"),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name="fk_proof_code_firm_id"),
        sa.ForeignKeyConstraint(["roster_id"], ["roster_entry.id"], name="fk_proof_code_roster_id"),
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was written since")
