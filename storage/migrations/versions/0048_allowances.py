"""What is limited a day is counted over registrations.

Revision ID: 0048
Revises: 0047
"""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "allowance",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("mark", sa.String(32), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_allowance"),
    )
    op.create_index("ix_allowance_mark_at", "allowance", ["mark", "at"])
    op.create_index("ix_allowance_at", "allowance", ["at"])


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was written since")
