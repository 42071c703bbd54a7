"""A stand-in's role ends, waits for a second person where it approves, and is kept as done in somebody's place.

Roles and invitations of stand-ins that had no end, or one further than 90 days from their beginning, end then. Those
that approve what others did work again once a second person has consented.

Revision ID: 0051
Revises: 0050
"""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LONGEST = timedelta(days=90)
_ROLE = sa.table(
    "role",
    sa.column("id", sa.BigInteger),
    sa.column("person_id", sa.BigInteger),
    sa.column("valid_from", sa.Date),
    sa.column("valid_until", sa.Date),
    sa.column("stands_in_for", sa.BigInteger),
)
_INVITATION = sa.table(
    "invitation",
    sa.column("id", sa.BigInteger),
    sa.column("valid_from", sa.Date),
    sa.column("valid_until", sa.Date),
    sa.column("stands_in_for", sa.BigInteger),
)


def upgrade() -> None:
    op.add_column("role", sa.Column("consented_by", BIG_ID, nullable=True))
    op.add_column("invitation", sa.Column("made_by", BIG_ID, nullable=True))
    stood_in = op.create_table(
        "stood_in",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("role_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("principal_id", BIG_ID, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_until", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_stood_in"),
    )
    op.create_index("ix_stood_in_role_id", "stood_in", ["role_id"])
    op.create_index("ix_stood_in_person_id", "stood_in", ["person_id"])
    bind = op.get_bind()
    for table in (_ROLE, _INVITATION):
        for row in bind.execute(sa.select(table).where(table.c.stands_in_for.is_not(None))).all():
            last = row.valid_from + LONGEST
            if row.valid_until is None or row.valid_until > last:
                bind.execute(sa.update(table).where(table.c.id == row.id).values(valid_until=last))
    own = _ROLE.alias("own")
    columns = (_ROLE.c.id, _ROLE.c.person_id, own.c.person_id, _ROLE.c.valid_from, _ROLE.c.valid_until)
    stood = sa.select(*columns).join(own, own.c.id == _ROLE.c.stands_in_for)
    names = ["role_id", "person_id", "principal_id", "valid_from", "valid_until"]
    bind.execute(sa.insert(stood_in).from_select(names, stood))


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was written since")
