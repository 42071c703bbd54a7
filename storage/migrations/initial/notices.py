"""Create the outbox and what is known of each way to reach somebody."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.column_types import BIG_ID, TIME


def create() -> None:
    op.create_table(
        "access_token",
        sa.Column("app_id", sa.String(32), primary_key=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("expires", TIME, nullable=False),
        sa.Column("asked", TIME, nullable=False),
    )
    op.create_table(
        "api_use",
        sa.Column("channel", sa.String(16), primary_key=True),
        sa.Column("day", TIME, nullable=False),
        sa.Column("day_used", sa.Integer(), nullable=False),
        sa.Column("minute", TIME, nullable=False),
        sa.Column("minute_used", sa.Integer(), nullable=False),
        sa.Column("pace", sa.Integer()),
        sa.Column("daily", sa.Integer()),
        sa.Column("rests_until", TIME),
        sa.Column("why", sa.String(16)),
    )
    op.create_table(
        "card_template",
        sa.Column("purpose", sa.String(24), primary_key=True),
        sa.Column("use", sa.String(8), primary_key=True),
        sa.Column("template_id", sa.String(64), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("stopped", sa.String(16)),
        sa.Column("changed", TIME, nullable=False),
    )
    op.create_table(
        "platform_cache",
        sa.Column("name", sa.String(160), primary_key=True),
        sa.Column("value", sa.JSON()),
        sa.Column("learned", TIME),
        sa.Column("missed", TIME),
    )
    op.create_table(
        "quota_clear",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("at", TIME, nullable=False, index=True),
        sa.Column("state", sa.String(12), nullable=False),
    )
    op.create_table(
        "delivery_report",
        sa.Column("msg_id", BIG_ID, primary_key=True, autoincrement=False),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("at", TIME, nullable=False, index=True),
    )
    op.create_table(
        "subscription_grant",
        sa.Column("person_id", BIG_ID, sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("template_id", sa.String(64), primary_key=True),
        sa.Column("left", sa.Integer(), nullable=False),
    )
    op.create_table(
        "contact_channel",
        sa.Column("person_id", BIG_ID, sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("channel", sa.String(16), primary_key=True),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("agreed", TIME, nullable=False),
        sa.Column("confirmed", TIME),
    )
    op.create_table(
        "outbox",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("key", sa.String(120), nullable=False, unique=True),
        sa.Column("person_id", BIG_ID, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("firm_id", BIG_ID),
        sa.Column("topic", sa.String(24), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("planned", TIME, nullable=False),
        sa.Column("settled", TIME),
        sa.Column("attempts", sa.Integer()),
        sa.Column("lease_until", TIME),
        sa.Column("retry_at", TIME),
        sa.Column("why", sa.String(24)),
        sa.Column("card", sa.LargeBinary()),
        sa.Column("purpose", sa.String(24)),
        sa.Column("tried_at", TIME),
        sa.Column("not_before", TIME),
        sa.Column("expires", TIME),
        sa.Column("channel", sa.String(16)),
        sa.Column("msg_id", BIG_ID, index=True),
        sa.Column("opened", TIME),
    )
    op.create_index("ix_outbox_person_id_state", "outbox", ["person_id", "state"])
    op.create_index("ix_outbox_state_expires", "outbox", ["state", "expires"])
    op.create_index("ix_outbox_state_retry_at", "outbox", ["state", "retry_at"])
    op.create_table(
        "preference",
        sa.Column("person_id", BIG_ID, sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("topic", sa.String(24), primary_key=True),
        sa.Column("choice", sa.String(8), nullable=False),
        sa.Column("chosen", TIME, nullable=False),
    )
    op.create_table(
        "channel_code",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("person_id", BIG_ID, sa.ForeignKey("person.id"), index=True),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("address", sa.LargeBinary()),
        sa.Column("address_mark", sa.String(32), nullable=False, index=True),
        sa.Column("code", sa.LargeBinary()),
        sa.Column("code_mark", sa.String(32)),
        sa.Column("asked", TIME, nullable=False, index=True),
        sa.Column("due", TIME, index=True),
        sa.Column("sendings", sa.Integer(), nullable=False),
        sa.Column("misses", sa.Integer(), nullable=False),
    )
