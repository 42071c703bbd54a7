"""Whether a title was a first award may be not known: until now a row without a word about it was one.

Revision ID: 0045
Revises: 0044
"""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("roster_title") as table:
        table.alter_column("first", existing_type=sa.Boolean(), nullable=True)
    title = sa.table("roster_title", *map(sa.column, ("id", "entry_id", "title", "first", "valid_from")))
    earlier = title.alias("earlier")
    same = (earlier.c.entry_id == title.c.entry_id) & (earlier.c.title == title.c.title)
    has_earlier = sa.exists().where(same, earlier.c.valid_from < title.c.valid_from)
    # Nobody said so of any of these: an earlier award of the same title settles it, else it is not known.
    op.execute(title.update().where(title.c.first.is_(sa.true()), has_earlier).values(first=sa.false()))
    op.execute(title.update().where(title.c.first.is_(sa.true())).values(first=sa.null()))
    fact = sa.table("firm_fact", *map(sa.column, ("firm_id", "fact", "source")))
    firm = sa.table("firm", *map(sa.column, ("id", "roster_id")))
    open_ = sa.select(firm.c.id).join(title, title.c.entry_id == firm.c.roster_id).where(title.c.first.is_(None))
    copied = (fact.c.fact == "first_award") & (fact.c.source == "roster")
    op.execute(fact.delete().where(copied, fact.c.firm_id.in_(open_)))
    _forget_in_imports()


def _forget_in_imports() -> None:
    """What an import would bring back when it is undone says no more than the roster."""
    kept = sa.table("roster_import", sa.column("id"), sa.column("plan", sa.JSON()), sa.column("undo", sa.JSON()))
    connection = op.get_bind()
    for number in connection.execute(sa.select(kept.c.id)).scalars().all():
        plan, undo = connection.execute(sa.select(kept.c.plan, kept.c.undo).where(kept.c.id == number)).one()
        values = {"plan": _unsaid(plan), "undo": sa.null() if undo is None else _unsaid(undo)}
        connection.execute(kept.update().where(kept.c.id == number).values(**values))


def _unsaid(value: object) -> object:
    if isinstance(value, dict):
        return {key: None if key == "first" and one is True else _unsaid(one) for key, one in value.items()}
    return [_unsaid(one) for one in value] if isinstance(value, list) else value


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was written since")
