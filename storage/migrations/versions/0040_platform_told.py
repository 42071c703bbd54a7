"""What the platform has told that pages show, and since when it does not answer.

Revision ID: 0040
Revises: 0039
"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "platform_told",
        sa.Column("name", sa.String(160), nullable=False),
        sa.Column("value", sa.JSON(), nullable=True),
        sa.Column("learned", TIME, nullable=True),
        sa.Column("missed", TIME, nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_platform_told"),
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was written since")
