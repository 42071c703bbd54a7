"""Codes by which a mail address or phone number is confirmed before it is used.

Revision ID: 0036
Revises: 0035
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("other_way", sa.Column("confirmed", TIME, nullable=True))
    op.create_table(
        "way_code",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=True),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.Column("address_mark", sa.String(32), nullable=False),
        sa.Column("code", sa.LargeBinary(), nullable=True),
        sa.Column("code_mark", sa.String(32), nullable=True),
        sa.Column("asked", TIME, nullable=False),
        sa.Column("due", TIME, nullable=True),
        sa.Column("sendings", sa.Integer(), nullable=False),
        sa.Column("misses", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_way_code"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_way_code_person_id"),
    )
    op.create_index("ix_way_code_person_id", "way_code", ["person_id"])
    op.create_index("ix_way_code_address_mark", "way_code", ["address_mark"])
    op.create_index("ix_way_code_due", "way_code", ["due"])
    op.create_index("ix_way_code_asked", "way_code", ["asked"])


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was written since")
