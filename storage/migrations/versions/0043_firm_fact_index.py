"""One fact of all firms is found without looking through the others.

Revision ID: 0043
Revises: 0042
"""

from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_firm_fact_fact", "firm_fact", ["fact"])


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was written since")
