"""Create tickets, prepared answers and the contacts behind them."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.column_types import BIG_ID, TIME


def create() -> None:
    op.create_table(
        "agency_contact",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("about", sa.String(40), nullable=False),
        sa.Column("area", sa.String(16), nullable=False),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("office", sa.String(40), nullable=False),
        sa.Column("phone", sa.String(40), nullable=False),
        sa.Column("hours", sa.String(40), nullable=False),
        sa.Column("verified_on", sa.Date(), nullable=False),
        sa.Column("verified_by", BIG_ID),
        sa.UniqueConstraint("about", "area"),
    )
    op.create_table(
        "canned_answer",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("area", sa.String(16)),
        sa.Column("title", sa.String(40), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("made_by", BIG_ID, sa.ForeignKey("person.id")),
    )
    op.create_table(
        "ticket",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("person_id", BIG_ID, sa.ForeignKey("person.id"), index=True),
        sa.Column("firm_id", BIG_ID, sa.ForeignKey("firm.id")),
        sa.Column("area", sa.String(16), nullable=False),
        sa.Column("agency", sa.String(40)),
        sa.Column("assignee", BIG_ID, sa.ForeignKey("person.id")),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("opened", TIME, nullable=False),
        sa.Column("heard", TIME, nullable=False),
        sa.Column("settled", TIME),
        sa.Column("due", sa.Date(), nullable=False),
    )
    op.create_index("ix_ticket_state_due", "ticket", ["state", "due"])
    op.create_table(
        "ticket_line",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("ticket_id", BIG_ID, sa.ForeignKey("ticket.id"), nullable=False, index=True),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("author", BIG_ID),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("at", TIME, nullable=False),
    )
