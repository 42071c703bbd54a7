"""The roster is listed by name: without an index each page sorted every entry.

Revision ID: 0007
Revises: 0006
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_roster_entry_name", "roster_entry", ["name"])


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was written since")
