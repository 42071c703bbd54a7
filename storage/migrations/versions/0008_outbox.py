"""The outbox: what people are to be told.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("topic", sa.String(24), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("planned", TIME, nullable=False),
        sa.Column("settled", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("key", name="uq_outbox_key"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_outbox_person_id"),
    )
    op.create_index("ix_outbox_person_id_state", "outbox", ["person_id", "state"])


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was written since")
