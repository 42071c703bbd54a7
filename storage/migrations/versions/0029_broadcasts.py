"""Broadcasts: what officials want to tell many, what was done to each, its people.

Revision ID: 0029
Revises: 0028
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "broadcast",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("area", sa.String(16), nullable=True),
        sa.Column("agency", sa.String(40), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("author", BIG_ID, nullable=False),
        sa.Column("made", TIME, nullable=False),
        sa.Column("starts", TIME, nullable=True),
        sa.Column("frozen", TIME, nullable=True),
        sa.Column("ended", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_broadcast"),
    )
    op.create_index("ix_broadcast_state", "broadcast", ["state"])
    op.create_table(
        "broadcast_act",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("broadcast_id", BIG_ID, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("act", sa.String(12), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_broadcast_act"),
        sa.ForeignKeyConstraint(["broadcast_id"], ["broadcast.id"], name="fk_broadcast_act_broadcast_id"),
    )
    op.create_index("ix_broadcast_act_broadcast_id", "broadcast_act", ["broadcast_id"])
    op.create_index("ix_broadcast_act_person_id", "broadcast_act", ["person_id"])
    op.create_table(
        "broadcast_person",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("broadcast_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=True),
        sa.Column("firm_id", BIG_ID, nullable=True),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("call_id", BIG_ID, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_broadcast_person"),
        sa.UniqueConstraint("broadcast_id", "person_id", name="uq_broadcast_person_broadcast_id_person_id"),
        sa.ForeignKeyConstraint(["broadcast_id"], ["broadcast.id"], name="fk_broadcast_person_broadcast_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_broadcast_person_person_id"),
    )
    op.create_index("ix_broadcast_person_person_id", "broadcast_person", ["person_id"])
    op.create_index("ix_broadcast_person_call_id", "broadcast_person", ["call_id"])
    op.create_index("ix_broadcast_person_broadcast_id_state", "broadcast_person", ["broadcast_id", "state"])


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was written since")
