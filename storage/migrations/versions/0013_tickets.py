"""Tickets with their lines, kept answers, and the window in which a person may be written to.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("person", sa.Column("window_until", TIME, nullable=True))
    op.add_column("person", sa.Column("window_left", sa.Integer(), nullable=True))
    op.create_table(
        "ticket",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("firm_id", BIG_ID, nullable=True),
        sa.Column("area", sa.String(16), nullable=False),
        sa.Column("agency", sa.String(40), nullable=True),
        sa.Column("assignee", BIG_ID, nullable=True),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("opened", TIME, nullable=False),
        sa.Column("heard", TIME, nullable=False),
        sa.Column("settled", TIME, nullable=True),
        sa.Column("due", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ticket"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_ticket_person_id"),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name="fk_ticket_firm_id"),
        sa.ForeignKeyConstraint(["assignee"], ["person.id"], name="fk_ticket_assignee"),
    )
    op.create_index("ix_ticket_person_id", "ticket", ["person_id"])
    op.create_index("ix_ticket_state_due", "ticket", ["state", "due"])
    op.create_table(
        "ticket_line",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("ticket_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("author", BIG_ID, nullable=True),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ticket_line"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_ticket_line_ticket_id"),
        sa.ForeignKeyConstraint(["author"], ["person.id"], name="fk_ticket_line_author"),
    )
    op.create_index("ix_ticket_line_ticket_id", "ticket_line", ["ticket_id"])
    op.create_table(
        "canned_answer",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("area", sa.String(16), nullable=True),
        sa.Column("title", sa.String(40), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("made_by", BIG_ID, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_canned_answer"),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name="fk_canned_answer_made_by"),
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was written since")
