"""People who ask to join a firm; two registrations of one firm made one.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "join_request",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("credit_code", sa.String(18), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("firm_id", BIG_ID, nullable=True),
        sa.Column("asked", TIME, nullable=False),
        sa.Column("decided", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_join_request"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_join_request_person_id"),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name="fk_join_request_firm_id"),
    )
    op.create_index("ix_join_request_person_id", "join_request", ["person_id"])
    op.create_index("ix_join_request_credit_code", "join_request", ["credit_code"])
    op.create_table(
        "firm_merge",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("kept_id", BIG_ID, nullable=False),
        sa.Column("gone_id", BIG_ID, nullable=False),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("made", TIME, nullable=False),
        sa.Column("undone", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_firm_merge"),
        sa.ForeignKeyConstraint(["kept_id"], ["firm.id"], name="fk_firm_merge_kept_id"),
        sa.ForeignKeyConstraint(["gone_id"], ["firm.id"], name="fk_firm_merge_gone_id"),
    )
    op.create_index("ix_firm_merge_kept_id", "firm_merge", ["kept_id"])
    op.create_index("ix_firm_merge_gone_id", "firm_merge", ["gone_id"])


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was written since")
