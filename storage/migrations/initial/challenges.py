"""Create challenges, bids and their keys, and recommendations."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.column_types import BIG_ID, TIME


def create() -> None:
    op.create_table(
        "bid_submission",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("proof", sa.String(64), nullable=False),
        sa.Column("at", TIME, nullable=False),
    )
    op.create_table(
        "challenge",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("firm_id", BIG_ID, sa.ForeignKey("firm.id"), nullable=False, index=True),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("label", sa.String(16), nullable=False),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("contact", sa.LargeBinary()),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.Column("deadline", TIME),
        sa.Column("sealing", sa.String(8), nullable=False),
        sa.Column("least", sa.Integer(), nullable=False),
        sa.Column("extended", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made", TIME, nullable=False),
        sa.Column("published", TIME),
    )
    op.create_index("ix_challenge_stage_deadline", "challenge", ["stage", "deadline"])
    op.create_table(
        "bid",
        sa.Column("id", BIG_ID, primary_key=True, autoincrement=False),
        sa.Column("challenge_id", BIG_ID, sa.ForeignKey("challenge.id"), nullable=False),
        sa.Column("firm_id", BIG_ID, sa.ForeignKey("firm.id"), nullable=False, index=True),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("commitment", sa.String(64), nullable=False),
        sa.Column("shown", sa.LargeBinary(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("own_copy", sa.LargeBinary()),
        sa.UniqueConstraint("challenge_id", "firm_id"),
    )
    op.create_table(
        "bid_draft",
        sa.Column("person_id", BIG_ID, sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("challenge_id", BIG_ID, sa.ForeignKey("challenge.id"), primary_key=True),
        sa.Column("firm_id", BIG_ID, sa.ForeignKey("firm.id"), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("changed", TIME, nullable=False),
    )
    op.create_table(
        "challenge_file",
        sa.Column("id", BIG_ID, primary_key=True, autoincrement=False),
        sa.Column("challenge_id", BIG_ID, sa.ForeignKey("challenge.id"), nullable=False, index=True),
        sa.Column("bid_id", BIG_ID, index=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("form", sa.String(8), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("sealed_to_bid", sa.Boolean(), nullable=False),
        sa.Column("added", TIME, nullable=False),
    )
    op.create_table(
        "challenge_key",
        sa.Column("challenge_id", BIG_ID, sa.ForeignKey("challenge.id"), primary_key=True),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("pairs", sa.LargeBinary(), nullable=False),
        sa.Column("first", sa.LargeBinary(), nullable=False),
        sa.Column("second", sa.LargeBinary(), nullable=False),
        sa.Column("openers", sa.LargeBinary(), nullable=False),
        sa.Column("commitments", sa.LargeBinary()),
        sa.Column("made", TIME, nullable=False),
        sa.Column("opened", TIME),
        sa.Column("private", sa.LargeBinary()),
    )
    op.create_table(
        "challenge_opener",
        sa.Column("challenge_id", BIG_ID, sa.ForeignKey("challenge.id"), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("set", TIME, nullable=False),
    )
    op.create_table(
        "challenge_record",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("challenge_id", BIG_ID, sa.ForeignKey("challenge.id"), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("firm_id", BIG_ID),
        sa.Column("data", sa.LargeBinary(), nullable=False),
    )
    op.create_index("ix_challenge_record_challenge_id_kind", "challenge_record", ["challenge_id", "kind"])
    op.create_table(
        "challenge_share",
        sa.Column("challenge_id", BIG_ID, sa.ForeignKey("challenge.id"), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("person_id", BIG_ID, primary_key=True),
        sa.Column("share", sa.LargeBinary(), nullable=False),
        sa.Column("handed", TIME, nullable=False),
    )
    op.create_table(
        "recommendation",
        sa.Column("firm_id", BIG_ID, sa.ForeignKey("firm.id"), primary_key=True),
        sa.Column("challenge_id", BIG_ID, sa.ForeignKey("challenge.id"), primary_key=True, index=True),
        sa.Column("level", sa.String(8), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("version", sa.String(32), nullable=False),
        sa.Column("at", TIME, nullable=False),
    )
    op.create_table(
        "recommendation_run",
        sa.Column("challenge_id", BIG_ID, sa.ForeignKey("challenge.id"), primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("version", BIG_ID, nullable=False),
    )
    op.create_table(
        "challenge_file_piece",
        sa.Column("file_id", BIG_ID, sa.ForeignKey("challenge_file.id"), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
    )
