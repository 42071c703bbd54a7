"""A database whose key was replaced keeps the first one for its fingerprints, sealed under the present one.

Revision ID: 0063
Revises: 0043
"""

import sqlalchemy as sa
from alembic import op

revision = "0063"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("key_check", sa.Column("root", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was written since")
