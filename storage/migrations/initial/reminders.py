"""Create reminders, personal ones, dismissals and the planner's state."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.column_types import BIG_ID, TIME


def create() -> None:
    op.create_table(
        "planner",
        sa.Column("id", BIG_ID, primary_key=True, autoincrement=False),
        sa.Column("upto", TIME, nullable=False),
        sa.Column("stopped", TIME),
        sa.Column("saw", TIME),
    )
    op.create_table(
        "reminder_dismissal",
        sa.Column("firm_id", BIG_ID, sa.ForeignKey("firm.id"), primary_key=True),
        sa.Column("chain", sa.String(60), primary_key=True),
        sa.Column("what", sa.String(8), nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("at", TIME, nullable=False),
    )
    op.create_table(
        "personal_reminder",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("person_id", BIG_ID, sa.ForeignKey("person.id"), nullable=False, index=True),
        sa.Column("at", TIME, nullable=False, index=True),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("made", TIME, nullable=False),
    )
    op.create_table(
        "reminder",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("key", sa.String(120), nullable=False, unique=True),
        sa.Column("chain", sa.String(60), nullable=False),
        sa.Column("firm_id", BIG_ID, sa.ForeignKey("firm.id")),
        sa.Column("person_id", BIG_ID, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("moment", TIME, nullable=False),
        sa.Column("due", TIME, nullable=False),
        sa.Column("tell_at", TIME, nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("told", sa.LargeBinary(), nullable=False),
        sa.Column("told_in", sa.String(60)),
    )
    op.create_index("ix_reminder_chain_firm_id", "reminder", ["chain", "firm_id"])
    op.create_index("ix_reminder_due_chain", "reminder", ["due", "chain"])
    op.create_index(
        "ix_reminder_missed",
        "reminder",
        ["moment", "chain", "due"],
        sqlite_where=sa.text("state = 'missed'"),
        postgresql_where=sa.text("state = 'missed'"),
    )
    op.create_index("ix_reminder_person_id_state", "reminder", ["person_id", "state"])
    op.create_index(
        "ix_reminder_waiting",
        "reminder",
        ["tell_at"],
        sqlite_where=sa.text("state = 'new'"),
        postgresql_where=sa.text("state = 'new'"),
    )
