"""Wrong codes are counted by what they are for.

Revision ID: 0044
Revises: 0043
"""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # They count for fifteen minutes, and nobody knows any more what they were for.
    op.execute("DELETE FROM entry_failure")
    with op.batch_alter_table("entry_failure") as table:
        table.add_column(sa.Column("kind", sa.String(16), nullable=False))
    op.create_index("ix_entry_failure_kind_origin", "entry_failure", ["kind", "origin"])


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was written since")
