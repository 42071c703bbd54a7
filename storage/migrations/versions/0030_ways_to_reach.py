"""Templates and grants of cards, when a notice is due, who is out of reach, results that come before the answer.

Revision ID: 0030
Revises: 0029
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "card_template",
        sa.Column("purpose", sa.String(24), nullable=False),
        sa.Column("use", sa.String(8), nullable=False),
        sa.Column("template_id", sa.String(64), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("stopped", sa.String(16), nullable=True),
        sa.Column("changed", TIME, nullable=False),
        sa.PrimaryKeyConstraint("purpose", "use", name="pk_card_template"),
    )
    op.create_table(
        "notice_grant",
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("template_id", sa.String(64), nullable=False),
        sa.Column("left", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "template_id", name="pk_notice_grant"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_notice_grant_person_id"),
    )
    op.create_table(
        "sending_result",
        sa.Column("msg_id", BIG_ID, nullable=False, autoincrement=False),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("msg_id", name="pk_sending_result"),
    )
    op.create_index("ix_sending_result_at", "sending_result", ["at"])
    op.add_column("person", sa.Column("unreachable", sa.String(16), nullable=True))
    op.add_column("outbox", sa.Column("purpose", sa.String(24), nullable=True))
    op.add_column("outbox", sa.Column("tried_at", TIME, nullable=True))
    # Nothing is claimed by its topic any more, but by when it is due.
    op.drop_index("ix_outbox_state_topic", "outbox")
    op.create_index("ix_outbox_state_retry_at", "outbox", ["state", "retry_at"])
    op.create_index("ix_outbox_state_expires", "outbox", ["state", "expires"])
    op.execute("UPDATE outbox SET retry_at = COALESCE(retry_at, not_before, planned) WHERE state = 'new'")
    # Until now `held` meant that a person must look.
    op.execute("UPDATE outbox SET state = 'quarantined' WHERE state = 'held' AND why = 'restored'")
    op.execute("UPDATE outbox SET state = 'dead' WHERE state = 'held'")


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was written since")
