"""Create firms and their facts, offers and verification; requests, which people make, come after the people."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.column_types import BIG_ID, TIME


def create() -> None:
    op.create_table(
        "sentence_vector",
        sa.Column("digest", sa.String(32), primary_key=True),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "firm",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False, index=True, server_default=""),
        sa.Column("credit_code", sa.String(18)),
        sa.Column("code_doubtful", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("roster_id", BIG_ID, sa.ForeignKey("roster_entry.id")),
        sa.Column("registered", TIME, nullable=False),
    )
    op.create_table(
        "firm_fact",
        sa.Column("firm_id", BIG_ID, sa.ForeignKey("firm.id"), primary_key=True),
        sa.Column("fact", sa.String(40), primary_key=True, index=True),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(8), nullable=False),
        sa.Column("learned", TIME, nullable=False),
    )
    op.create_table(
        "firm_merge",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("kept_id", BIG_ID, sa.ForeignKey("firm.id"), nullable=False, index=True),
        sa.Column("gone_id", BIG_ID, sa.ForeignKey("firm.id"), nullable=False, index=True),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("made", TIME, nullable=False),
        sa.Column("undone", TIME),
    )
    op.create_table(
        "firm_verification",
        sa.Column("firm_id", BIG_ID, sa.ForeignKey("firm.id"), primary_key=True),
        sa.Column("credit_code", sa.String(18), nullable=False, unique=True),
        sa.Column("area", sa.String(16)),
        sa.Column("how", sa.String(8), nullable=False),
        sa.Column("proven", TIME, nullable=False),
    )
    op.create_table(
        "firm_zone",
        sa.Column("firm_id", BIG_ID, sa.ForeignKey("firm.id"), primary_key=True),
        sa.Column("zone", sa.String(16), nullable=False),
        sa.Column("source", sa.String(8), nullable=False),
        sa.Column("learned", TIME, nullable=False),
    )
    op.create_table(
        "offering",
        sa.Column("firm_id", BIG_ID, sa.ForeignKey("firm.id"), primary_key=True),
        sa.Column("version", BIG_ID, nullable=False, index=True),
        sa.Column("gone", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "offering_text",
        sa.Column("firm_id", BIG_ID, sa.ForeignKey("firm.id"), primary_key=True),
        sa.Column("field", sa.String(8), primary_key=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("source", sa.String(8), nullable=False),
        sa.Column("agency", sa.String(40)),
        sa.Column("learned", TIME, nullable=False),
    )
    op.create_table(
        "verification_code",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("mark", sa.String(32), nullable=False, unique=True),
        sa.Column("firm_id", BIG_ID, sa.ForeignKey("firm.id")),
        sa.Column("roster_id", BIG_ID, sa.ForeignKey("roster_entry.id")),
        sa.Column("made", TIME, nullable=False),
        sa.Column("valid_until", TIME, nullable=False),
        sa.Column("used", TIME),
    )
    op.create_table(
        "verification_revocation",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("firm_id", BIG_ID, sa.ForeignKey("firm.id"), nullable=False, index=True),
        sa.Column("credit_code", sa.String(18), nullable=False),
        sa.Column("how", sa.String(8), nullable=False),
        sa.Column("proven", TIME, nullable=False),
        sa.Column("taken", TIME, nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
    )


def create_requests() -> None:
    op.create_table(
        "join_request",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("person_id", BIG_ID, sa.ForeignKey("person.id"), nullable=False, index=True),
        sa.Column("credit_code", sa.String(18), nullable=False, index=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("firm_id", BIG_ID, sa.ForeignKey("firm.id")),
        sa.Column("asked", TIME, nullable=False),
        sa.Column("decided", TIME),
    )
    op.create_table(
        "licence_review",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("firm_id", BIG_ID, sa.ForeignKey("firm.id"), nullable=False, index=True),
        sa.Column("person_id", BIG_ID, sa.ForeignKey("person.id"), nullable=False, index=True),
        sa.Column("area", sa.String(16)),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("media_id", sa.LargeBinary(), nullable=False),
        sa.Column("asked", TIME, nullable=False),
        sa.Column("due", TIME, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("decided", TIME),
        sa.Column("reason", sa.LargeBinary()),
    )
    op.create_index("ix_licence_review_state_due", "licence_review", ["state", "due"])
    op.create_table(
        "licence_picture",
        sa.Column("request_id", BIG_ID, sa.ForeignKey("licence_review.id"), primary_key=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("kept", TIME, nullable=False),
    )
