"""How often each API of the platform was called, and until when it rests.

Revision ID: 0033
Revises: 0032
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "api_use",
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("day", TIME, nullable=False),
        sa.Column("day_used", sa.Integer(), nullable=False),
        sa.Column("minute", TIME, nullable=False),
        sa.Column("minute_used", sa.Integer(), nullable=False),
        sa.Column("pace", sa.Integer(), nullable=True),
        sa.Column("daily", sa.Integer(), nullable=True),
        sa.Column("rests_until", TIME, nullable=True),
        sa.Column("why", sa.String(16), nullable=True),
        sa.PrimaryKeyConstraint("channel", name="pk_api_use"),
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was written since")
