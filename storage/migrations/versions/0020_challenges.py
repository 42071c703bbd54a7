"""Challenges with their record and files; bids with the challenges' keys.

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "challenge",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("firm_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("label", sa.String(16), nullable=False),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("contact", sa.LargeBinary(), nullable=True),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.Column("deadline", TIME, nullable=True),
        sa.Column("sealing", sa.String(8), nullable=False),
        sa.Column("least", sa.Integer(), nullable=False),
        sa.Column("extended", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made", TIME, nullable=False),
        sa.Column("published", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_challenge"),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name="fk_challenge_firm_id"),
    )
    op.create_index("ix_challenge_firm_id", "challenge", ["firm_id"])
    op.create_index("ix_challenge_stage_deadline", "challenge", ["stage", "deadline"])
    op.create_table(
        "challenge_record",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("challenge_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("firm_id", BIG_ID, nullable=True),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_challenge_record"),
        sa.ForeignKeyConstraint(["challenge_id"], ["challenge.id"], name="fk_challenge_record_challenge_id"),
    )
    op.create_index("ix_challenge_record_challenge_id_kind", "challenge_record", ["challenge_id", "kind"])
    op.create_table(
        "challenge_file",
        sa.Column("id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("challenge_id", BIG_ID, nullable=False),
        sa.Column("bid_id", BIG_ID, nullable=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("form", sa.String(8), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("sealed_to_bid", sa.Boolean(), nullable=False),
        sa.Column("added", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_challenge_file"),
        sa.ForeignKeyConstraint(["challenge_id"], ["challenge.id"], name="fk_challenge_file_challenge_id"),
    )
    op.create_index("ix_challenge_file_challenge_id", "challenge_file", ["challenge_id"])
    op.create_index("ix_challenge_file_bid_id", "challenge_file", ["bid_id"])
    op.create_table(
        "challenge_file_piece",
        sa.Column("file_id", BIG_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("file_id", "number", name="pk_challenge_file_piece"),
        sa.ForeignKeyConstraint(["file_id"], ["challenge_file.id"], name="fk_challenge_file_piece_file_id"),
    )
    op.create_table(
        "bid",
        sa.Column("id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("challenge_id", BIG_ID, nullable=False),
        sa.Column("firm_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("commitment", sa.String(64), nullable=False),
        sa.Column("shown", sa.LargeBinary(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_bid"),
        sa.UniqueConstraint("challenge_id", "firm_id", name="uq_bid_challenge_id_firm_id"),
        sa.ForeignKeyConstraint(["challenge_id"], ["challenge.id"], name="fk_bid_challenge_id"),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name="fk_bid_firm_id"),
    )
    op.create_index("ix_bid_firm_id", "bid", ["firm_id"])
    op.create_table(
        "challenge_key",
        sa.Column("challenge_id", BIG_ID, nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("first", sa.LargeBinary(), nullable=False),
        sa.Column("second", sa.LargeBinary(), nullable=False),
        sa.Column("openers", sa.LargeBinary(), nullable=False),
        sa.Column("made", TIME, nullable=False),
        sa.Column("opened", TIME, nullable=True),
        sa.Column("private", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("challenge_id", name="pk_challenge_key"),
        sa.ForeignKeyConstraint(["challenge_id"], ["challenge.id"], name="fk_challenge_key_challenge_id"),
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was written since")
