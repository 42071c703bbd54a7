"""Create matchmaking events, their tables, sign-ups and meetings."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.column_types import BIG_ID, TIME


def create() -> None:
    op.create_table(
        "matchmaking_event",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("title", sa.String(60), nullable=False),
        sa.Column("theme", sa.String(400), nullable=False),
        sa.Column("place", sa.String(100), nullable=False),
        sa.Column("area", sa.String(16)),
        sa.Column("starts", TIME, nullable=False, index=True),
        sa.Column("ends", TIME, nullable=False),
        sa.Column("signup_from", TIME, nullable=False),
        sa.Column("signup_until", TIME, nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("quota", sa.Integer(), nullable=False),
        sa.Column("desks", sa.String(200), nullable=False),
        sa.Column("slots", sa.JSON(), nullable=False),
        sa.Column("made", TIME, nullable=False),
    )
    op.create_table(
        "event_record",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("event_id", BIG_ID, sa.ForeignKey("matchmaking_event.id"), nullable=False, index=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("firm_id", BIG_ID, sa.ForeignKey("firm.id"), index=True),
        sa.Column("data", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "event_table",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("event_id", BIG_ID, sa.ForeignKey("matchmaking_event.id"), nullable=False, index=True),
        sa.Column("firm_id", BIG_ID, sa.ForeignKey("firm.id")),
        sa.Column("buyer", sa.String(60), nullable=False),
        sa.Column("need", sa.String(1000), nullable=False),
        sa.Column("at_once", sa.Integer(), nullable=False),
    )
    op.create_table(
        "event_signup",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("event_id", BIG_ID, sa.ForeignKey("matchmaking_event.id"), nullable=False),
        sa.Column("firm_id", BIG_ID, sa.ForeignKey("firm.id"), nullable=False, index=True),
        sa.Column("person_id", BIG_ID, sa.ForeignKey("person.id"), index=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("wanted", sa.JSON(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("arrived", TIME),
        sa.Column("absent", sa.Boolean(), nullable=False),
        sa.UniqueConstraint("event_id", "firm_id", name="uq_event_signup_event_id"),
    )
    op.create_table(
        "meeting",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("event_id", BIG_ID, sa.ForeignKey("matchmaking_event.id"), nullable=False),
        sa.Column("table_id", BIG_ID, sa.ForeignKey("event_table.id"), nullable=False, index=True),
        sa.Column("firm_id", BIG_ID, sa.ForeignKey("firm.id"), nullable=False, index=True),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("dropped", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(16)),
        sa.Column("amount", BIG_ID),
        sa.Column("said", TIME),
        sa.UniqueConstraint("event_id", "firm_id", "table_id", name="uq_meeting_event_id"),
    )
