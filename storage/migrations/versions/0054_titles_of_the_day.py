"""Titles are read from the roster on the day asked: copies go.

Revision ID: 0054
Revises: 0053
"""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    fact = sa.table("firm_fact", sa.column("firm_id"), sa.column("fact"), sa.column("source"))
    firm = sa.table("firm", sa.column("id"), sa.column("roster_id"))
    listed = sa.select(firm.c.id).where(firm.c.roster_id.is_not(None))
    copied = fact.c.fact.in_(("titles", "first_award")) | ((fact.c.fact == "district") & fact.c.firm_id.in_(listed))
    op.execute(fact.delete().where(fact.c.source == "roster", copied))


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was written since")
