"""Events: 宁工品推 and 百场万企, their tables, who signed up, the meetings.

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "matchmaking_event",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("title", sa.String(60), nullable=False),
        sa.Column("theme", sa.String(400), nullable=False),
        sa.Column("place", sa.String(100), nullable=False),
        sa.Column("area", sa.String(16), nullable=True),
        sa.Column("starts", TIME, nullable=False),
        sa.Column("ends", TIME, nullable=False),
        sa.Column("signup_from", TIME, nullable=False),
        sa.Column("signup_until", TIME, nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("quota", sa.Integer(), nullable=False),
        sa.Column("desks", sa.String(200), nullable=False),
        sa.Column("slots", sa.JSON(), nullable=False),
        sa.Column("made", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_matchmaking_event"),
    )
    op.create_index("ix_matchmaking_event_starts", "matchmaking_event", ["starts"])
    op.create_table(
        "event_table",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("event_id", BIG_ID, nullable=False),
        sa.Column("firm_id", BIG_ID, nullable=True),
        sa.Column("buyer", sa.String(60), nullable=False),
        sa.Column("need", sa.String(1000), nullable=False),
        sa.Column("at_once", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_event_table"),
        sa.ForeignKeyConstraint(["event_id"], ["matchmaking_event.id"], name="fk_event_table_event_id"),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name="fk_event_table_firm_id"),
    )
    op.create_index("ix_event_table_event_id", "event_table", ["event_id"])
    op.create_table(
        "event_signup",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("event_id", BIG_ID, nullable=False),
        sa.Column("firm_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("wanted", sa.JSON(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("arrived", TIME, nullable=True),
        sa.Column("absent", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_event_signup"),
        sa.UniqueConstraint("event_id", "firm_id", name="uq_event_signup_event_id"),
        sa.ForeignKeyConstraint(["event_id"], ["matchmaking_event.id"], name="fk_event_signup_event_id"),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name="fk_event_signup_firm_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_event_signup_person_id"),
    )
    op.create_index("ix_event_signup_firm_id", "event_signup", ["firm_id"])
    op.create_index("ix_event_signup_person_id", "event_signup", ["person_id"])
    op.create_table(
        "meeting",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("event_id", BIG_ID, nullable=False),
        sa.Column("table_id", BIG_ID, nullable=False),
        sa.Column("firm_id", BIG_ID, nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("dropped", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=True),
        sa.Column("amount", BIG_ID, nullable=True),
        sa.Column("said", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_meeting"),
        sa.UniqueConstraint("event_id", "firm_id", "table_id", name="uq_meeting_event_id"),
        sa.ForeignKeyConstraint(["event_id"], ["matchmaking_event.id"], name="fk_meeting_event_id"),
        sa.ForeignKeyConstraint(["table_id"], ["event_table.id"], name="fk_meeting_table_id"),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name="fk_meeting_firm_id"),
    )
    op.create_index("ix_meeting_firm_id", "meeting", ["firm_id"])
    op.create_index("ix_meeting_table_id", "meeting", ["table_id"])


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was written since")
