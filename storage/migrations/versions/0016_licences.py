"""Pictures of licences that prove a firm.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "proof_request",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("firm_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("area", sa.String(16), nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("media_id", sa.LargeBinary(), nullable=False),
        sa.Column("asked", TIME, nullable=False),
        sa.Column("due", TIME, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("decided", TIME, nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_proof_request"),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name="fk_proof_request_firm_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_proof_request_person_id"),
    )
    op.create_index("ix_proof_request_firm_id", "proof_request", ["firm_id"])
    op.create_index("ix_proof_request_person_id", "proof_request", ["person_id"])
    op.create_index("ix_proof_request_state_due", "proof_request", ["state", "due"])
    op.create_table(
        "proof_picture",
        sa.Column("request_id", BIG_ID, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("kept", TIME, nullable=False),
        sa.PrimaryKeyConstraint("request_id", name="pk_proof_picture"),
        sa.ForeignKeyConstraint(["request_id"], ["proof_request.id"], name="fk_proof_picture_request_id"),
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was written since")
