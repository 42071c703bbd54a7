"""Notices as cards, from when and until when they are told, how they went out.

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("outbox", sa.Column("card", sa.LargeBinary(), nullable=True))
    op.add_column("outbox", sa.Column("not_before", TIME, nullable=True))
    op.add_column("outbox", sa.Column("expires", TIME, nullable=True))
    op.add_column("outbox", sa.Column("channel", sa.String(16), nullable=True))
    op.add_column("outbox", sa.Column("msg_id", BIG_ID, nullable=True))
    op.add_column("outbox", sa.Column("opened", TIME, nullable=True))
    op.create_index("ix_outbox_msg_id", "outbox", ["msg_id"])


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was written since")
