"""Proofs that were taken back; which agency wrote what a firm offers.

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "proof_taken_back",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("firm_id", BIG_ID, nullable=False),
        sa.Column("credit_code", sa.String(18), nullable=False),
        sa.Column("how", sa.String(8), nullable=False),
        sa.Column("proven", TIME, nullable=False),
        sa.Column("taken", TIME, nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_proof_taken_back"),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name="fk_proof_taken_back_firm_id"),
    )
    op.create_index("ix_proof_taken_back_firm_id", "proof_taken_back", ["firm_id"])
    op.add_column("offer_text", sa.Column("agency", sa.String(40), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was written since")
