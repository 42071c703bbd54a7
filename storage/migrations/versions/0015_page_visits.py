"""Pages opened from the chat by one-time links.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "page_link",
        sa.Column("mark", sa.String(32), nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("page", sa.String(16), nullable=False),
        sa.Column("made", TIME, nullable=False),
        sa.PrimaryKeyConstraint("mark", name="pk_page_link"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_page_link_person_id"),
    )
    op.create_index("ix_page_link_person_id", "page_link", ["person_id"])
    op.create_table(
        "page_visit",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("mark", sa.String(32), nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("began", TIME, nullable=False),
        sa.Column("seen", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_page_visit"),
        sa.UniqueConstraint("mark", name="uq_page_visit_mark"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_page_visit_person_id"),
    )
    op.create_index("ix_page_visit_person_id", "page_visit", ["person_id"])


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was written since")
