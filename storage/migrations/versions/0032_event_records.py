"""What was proposed for an event and whom officials invited.

Revision ID: 0032
Revises: 0031
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "event_record",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("event_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("firm_id", BIG_ID, nullable=True),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_event_record"),
        sa.ForeignKeyConstraint(["event_id"], ["matchmaking_event.id"], name="fk_event_record_event_id"),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name="fk_event_record_firm_id"),
    )
    op.create_index("ix_event_record_event_id", "event_record", ["event_id"])
    op.create_index("ix_event_record_firm_id", "event_record", ["firm_id"])


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was written since")
