"""The silence list: questions that the text leaves open, and the matters officials make of them.

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "matter",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("title", sa.LargeBinary(), nullable=False),
        sa.Column("about", sa.String(60), nullable=False),
        sa.Column("agency", sa.String(40), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=True),
        sa.Column("reply", sa.LargeBinary(), nullable=True),
        sa.Column("source", sa.String(120), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("written_by", BIG_ID, nullable=True),
        sa.Column("approved_by", BIG_ID, nullable=True),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("changed", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_matter"),
    )
    op.create_index("ix_matter_state", "matter", ["state"])
    op.create_table(
        "silence",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("person_id", BIG_ID, nullable=True),
        sa.Column("about", sa.String(60), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("asked", TIME, nullable=False),
        sa.Column("matter_id", BIG_ID, nullable=True),
        sa.Column("is_told", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_silence"),
        sa.UniqueConstraint("key", name="uq_silence_key"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_silence_person_id"),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name="fk_silence_matter_id"),
    )
    op.create_index("ix_silence_person_id", "silence", ["person_id"])
    op.create_index("ix_silence_matter_id", "silence", ["matter_id"])


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was written since")
