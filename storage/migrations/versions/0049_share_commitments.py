"""Each share of a challenge's key has a commitment, and several that were handed in lie side by side.

Revision ID: 0049
Revises: 0048
"""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("challenge_key", sa.Column("commitments", sa.LargeBinary(), nullable=True))
    op.create_table(
        "challenge_share",
        sa.Column("challenge_id", BIG_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("share", sa.LargeBinary(), nullable=False),
        sa.Column("handed", TIME, nullable=False),
        sa.PrimaryKeyConstraint("challenge_id", "number", "person_id", name="pk_challenge_share"),
        sa.ForeignKeyConstraint(["challenge_id"], ["challenge.id"], name="fk_challenge_share_challenge_id"),
    )
    op.execute(
        "INSERT INTO challenge_share (challenge_id, number, person_id, share, handed)"
        " SELECT challenge_id, number, person_id, share, handed FROM challenge_opener WHERE share IS NOT NULL"
    )
    op.execute("DELETE FROM challenge_opener WHERE number = 3")
    op.drop_column("challenge_opener", "share")
    op.drop_column("challenge_opener", "handed")


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was written since")
