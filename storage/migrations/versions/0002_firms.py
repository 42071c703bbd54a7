"""Firms, their facts, the people who speak for them, the roster.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "version",
        sa.Column("name", sa.String(16), nullable=False),
        sa.Column("number", BIG_ID, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_version"),
    )
    op.create_table(
        "roster_entry",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("credit_code", sa.String(18), nullable=True),
        sa.Column("district", sa.String(8), nullable=True),
        sa.Column("version", BIG_ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_roster_entry"),
    )
    op.create_index("ix_roster_entry_version", "roster_entry", ["version"])
    op.create_table(
        "roster_title",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("entry_id", BIG_ID, nullable=False),
        sa.Column("title", sa.String(16), nullable=False),
        sa.Column("batch", sa.String(), nullable=False),
        sa.Column("first", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_roster_title"),
        sa.ForeignKeyConstraint(["entry_id"], ["roster_entry.id"], name="fk_roster_title_entry_id"),
    )
    op.create_index("ix_roster_title_entry_id", "roster_title", ["entry_id"])
    op.create_table(
        "firm",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("credit_code", sa.String(18), nullable=True),
        sa.Column("roster_id", BIG_ID, nullable=True),
        sa.Column("registered", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_firm"),
        sa.ForeignKeyConstraint(["roster_id"], ["roster_entry.id"], name="fk_firm_roster_id"),
    )
    op.create_table(
        "firm_fact",
        sa.Column("firm_id", BIG_ID, nullable=False),
        sa.Column("fact", sa.String(40), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(8), nullable=False),
        sa.Column("learned", TIME, nullable=False),
        sa.PrimaryKeyConstraint("firm_id", "fact", name="pk_firm_fact"),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name="fk_firm_fact_firm_id"),
    )
    op.create_table(
        "person",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("mark", sa.String(32), nullable=False),
        sa.Column("openid", sa.LargeBinary(), nullable=False),
        sa.Column("firm_id", BIG_ID, nullable=True),
        sa.Column("privacy_version", sa.String(16), nullable=True),
        sa.Column("privacy_agreed", TIME, nullable=True),
        sa.Column("contact_name", sa.LargeBinary(), nullable=True),
        sa.Column("contact_phone", sa.LargeBinary(), nullable=True),
        sa.Column("met", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("mark", name="uq_person_mark"),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name="fk_person_firm_id"),
    )
    op.create_index("ix_person_firm_id", "person", ["firm_id"])
    op.create_table(
        "official",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("district", sa.String(8), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_official"),
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was written since")
