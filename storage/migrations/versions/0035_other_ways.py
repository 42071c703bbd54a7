"""Mail addresses and phone numbers at which people want to be told too.

Revision ID: 0035
Revises: 0034
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "other_way",
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("agreed", TIME, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "channel", name="pk_other_way"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_other_way_person_id"),
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was written since")
