"""Sending from the outbox: attempts, leases, when to try again, why a row waits.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("outbox", sa.Column("attempts", sa.Integer(), nullable=True))
    op.add_column("outbox", sa.Column("lease_until", TIME, nullable=True))
    op.add_column("outbox", sa.Column("retry_at", TIME, nullable=True))
    op.add_column("outbox", sa.Column("why", sa.String(24), nullable=True))
    op.create_index("ix_outbox_state_topic", "outbox", ["state", "topic"])


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was written since")
