"""Openers of bids: each sets a passphrase on a visit of their own, and hands in a share on another.

Revision ID: 0027
Revises: 0026
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "challenge_opener",
        sa.Column("challenge_id", BIG_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("set", TIME, nullable=False),
        sa.Column("share", sa.LargeBinary(), nullable=True),
        sa.Column("handed", TIME, nullable=True),
        sa.PrimaryKeyConstraint("challenge_id", "number", name="pk_challenge_opener"),
        sa.ForeignKeyConstraint(["challenge_id"], ["challenge.id"], name="fk_challenge_opener_challenge_id"),
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was written since")
