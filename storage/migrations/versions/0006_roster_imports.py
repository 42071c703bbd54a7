"""Imports of the roster, with what each found and what would undo it; entries that are off the roster again.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("roster_entry", sa.Column("gone", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "roster_import",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("area", sa.String(16), nullable=True),
        sa.Column("file_name", sa.String(100), nullable=False),
        sa.Column("made", TIME, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("roster_version", BIG_ID, nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("undo", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_roster_import"),
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was written since")
