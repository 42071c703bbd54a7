"""Half-written bids, sealed with a key that only their writer's browser has.

Revision ID: 0042
Revises: 0041
"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "bid_draft",
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("challenge_id", BIG_ID, nullable=False),
        sa.Column("firm_id", BIG_ID, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("changed", TIME, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "challenge_id", name="pk_bid_draft"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_bid_draft_person_id"),
        sa.ForeignKeyConstraint(["challenge_id"], ["challenge.id"], name="fk_bid_draft_challenge_id"),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name="fk_bid_draft_firm_id"),
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was written since")
