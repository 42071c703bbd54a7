"""Each time the account's quotas were started anew before their day was over.

Revision ID: 0038
Revises: 0037
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "quota_clear",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_quota_clear"),
    )
    op.create_index("ix_quota_clear_at", "quota_clear", ["at"])


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was written since")
