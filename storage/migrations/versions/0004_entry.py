"""Roles, invitations, entry from the chat, sessions. The table of officials gives way to roles.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.drop_table("official")
    op.create_table(
        "role",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("firm_id", BIG_ID, nullable=True),
        sa.Column("agency", sa.String(40), nullable=True),
        sa.Column("area", sa.String(16), nullable=True),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("stands_in_for", BIG_ID, nullable=True),
        sa.Column("granted", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_role"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_role_person_id"),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name="fk_role_firm_id"),
        sa.ForeignKeyConstraint(["stands_in_for"], ["role.id"], name="fk_role_stands_in_for"),
    )
    op.create_index("ix_role_person_id", "role", ["person_id"])
    op.create_table(
        "invitation",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("mark", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("firm_id", BIG_ID, nullable=True),
        sa.Column("agency", sa.String(40), nullable=True),
        sa.Column("area", sa.String(16), nullable=True),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("stands_in_for", BIG_ID, nullable=True),
        sa.Column("made", TIME, nullable=False),
        sa.Column("used", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_invitation"),
        sa.UniqueConstraint("mark", name="uq_invitation_mark"),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name="fk_invitation_firm_id"),
        sa.ForeignKeyConstraint(["stands_in_for"], ["role.id"], name="fk_invitation_stands_in_for"),
    )
    op.create_table(
        "entry_code",
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("link_mark", sa.String(32), nullable=False),
        sa.Column("code_mark", sa.String(32), nullable=False),
        sa.Column("made", TIME, nullable=False),
        sa.PrimaryKeyConstraint("person_id", name="pk_entry_code"),
        sa.UniqueConstraint("link_mark", name="uq_entry_code_link_mark"),
        sa.UniqueConstraint("code_mark", name="uq_entry_code_code_mark"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_entry_code_person_id"),
    )
    op.create_table(
        "entry_failure",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("origin", sa.String(32), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_entry_failure"),
    )
    op.create_index("ix_entry_failure_at", "entry_failure", ["at"])
    op.create_table(
        "session",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("mark", sa.String(32), nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("device", sa.String(16), nullable=False),
        sa.Column("began", TIME, nullable=False),
        sa.Column("seen", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_session"),
        sa.UniqueConstraint("mark", name="uq_session_mark"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_session_person_id"),
    )
    op.create_index("ix_session_person_id", "session", ["person_id"])


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was written since")
