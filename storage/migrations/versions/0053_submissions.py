"""A form sent twice is carried out once; what was typed when a session was over is kept for a day.

Revision ID: 0053
Revises: 0052
"""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "submission",
        sa.Column("mark", sa.String(32), nullable=False),
        sa.Column("request", sa.String(32), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("outcome", sa.LargeBinary(), nullable=True),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("mark", name="pk_submission"),
    )
    op.create_index("ix_submission_at", "submission", ["at"])
    op.create_table(
        "kept_form",
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("face", sa.String(8), nullable=False),
        sa.Column("mark", sa.String(32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "face", "mark", name="pk_kept_form"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_kept_form_person_id"),
    )
    op.create_index("ix_kept_form_at", "kept_form", ["at"])


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was written since")
