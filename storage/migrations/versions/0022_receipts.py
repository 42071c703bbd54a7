"""Receipts: what people were told about their firms.

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "receipt",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("mark", sa.String(32), nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("firm_id", BIG_ID, nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_receipt"),
        sa.UniqueConstraint("mark", name="uq_receipt_mark"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_receipt_person_id"),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name="fk_receipt_firm_id"),
    )
    op.create_index("ix_receipt_person_id", "receipt", ["person_id"])


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was written since")
