"""What waits and what was missed have indexes of their own, in place of one of all states.

Revision ID: 0041
Revises: 0040
"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, columns, state in (("waiting", ["tell_at"], "new"), ("missed", ["moment", "chain", "due"], "missed")):
        only = sa.text(f"state = '{state}'")
        op.create_index(f"ix_reminder_{name}", "reminder", columns, sqlite_where=only, postgresql_where=only)
    op.drop_index("ix_reminder_state_tell_at", "reminder")


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was written since")
