"""Reminders: what people want to be told, their own marks, what was planned, what ended it.

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "preference",
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("topic", sa.String(24), nullable=False),
        sa.Column("choice", sa.String(8), nullable=False),
        sa.Column("chosen", TIME, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "topic", name="pk_preference"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_preference_person_id"),
    )
    op.create_table(
        "own_mark",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("made", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_own_mark"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_own_mark_person_id"),
    )
    op.create_index("ix_own_mark_person_id", "own_mark", ["person_id"])
    op.create_index("ix_own_mark_at", "own_mark", ["at"])
    op.create_table(
        "reminder_end",
        sa.Column("firm_id", BIG_ID, nullable=False),
        sa.Column("chain", sa.String(60), nullable=False),
        sa.Column("what", sa.String(8), nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("firm_id", "chain", name="pk_reminder_end"),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name="fk_reminder_end_firm_id"),
    )
    op.create_table(
        "planner",
        sa.Column("id", BIG_ID, nullable=False, autoincrement=False),
        sa.Column("upto", TIME, nullable=False),
        sa.Column("stopped", TIME, nullable=True),
        sa.Column("saw", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_planner"),
    )
    op.create_table(
        "reminder",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("chain", sa.String(60), nullable=False),
        sa.Column("firm_id", BIG_ID, nullable=True),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("moment", TIME, nullable=False),
        sa.Column("due", TIME, nullable=False),
        sa.Column("tell_at", TIME, nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("told", sa.LargeBinary(), nullable=False),
        sa.Column("told_in", sa.String(60), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_reminder"),
        sa.UniqueConstraint("key", name="uq_reminder_key"),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name="fk_reminder_firm_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_reminder_person_id"),
    )
    op.create_index("ix_reminder_person_id", "reminder", ["person_id"])
    op.create_index("ix_reminder_state_tell_at", "reminder", ["state", "tell_at"])
    op.create_index("ix_reminder_chain_firm_id", "reminder", ["chain", "firm_id"])


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was written since")
