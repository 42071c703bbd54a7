"""Create every table, those that others point to first.

Revision ID: 0001
Revises:
"""

from storage.migrations.initial import (
    broadcasts,
    challenges,
    chat,
    engine,
    events,
    firms,
    notices,
    people,
    policy,
    reminders,
    roster,
    tickets,
)

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    engine.create()
    roster.create()
    firms.create()
    people.create()
    firms.create_requests()
    policy.create()
    chat.create()
    tickets.create()
    challenges.create()
    events.create()
    notices.create()
    broadcasts.create()
    reminders.create()


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was written since")
