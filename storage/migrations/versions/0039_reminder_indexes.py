"""A person's waiting reminders, and the deadlines that stand, are found without looking through what was told.

Revision ID: 0039
Revises: 0038
"""

from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_reminder_person_id_state", "reminder", ["person_id", "state"])
    op.drop_index("ix_reminder_person_id", "reminder")
    op.create_index("ix_reminder_due_chain", "reminder", ["due", "chain"])


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was written since")
