"""What firms offer, and the sentence model's vectors; every registered firm is found by its name.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "offer",
        sa.Column("firm_id", BIG_ID, nullable=False),
        sa.Column("version", BIG_ID, nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("firm_id", name="pk_offer"),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name="fk_offer_firm_id"),
    )
    op.create_index("ix_offer_version", "offer", ["version"])
    op.create_table(
        "offer_text",
        sa.Column("firm_id", BIG_ID, nullable=False),
        sa.Column("field", sa.String(8), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("source", sa.String(8), nullable=False),
        sa.Column("learned", TIME, nullable=False),
        sa.PrimaryKeyConstraint("firm_id", "field", name="pk_offer_text"),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name="fk_offer_text_firm_id"),
    )
    op.create_table(
        "sentence_vector",
        sa.Column("digest", sa.String(32), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_sentence_vector"),
    )
    op.execute(
        "INSERT INTO offer (firm_id, version, gone) SELECT id, 1, FALSE FROM firm WHERE kind = 'firm'"
        " AND EXISTS (SELECT 1 FROM person WHERE person.firm_id = firm.id)"
    )
    op.execute("INSERT INTO version (name, number) SELECT 'offers', 1 WHERE EXISTS (SELECT 1 FROM offer)")


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was written since")
