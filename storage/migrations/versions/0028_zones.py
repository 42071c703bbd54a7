"""The development zone in which a firm lies, beside its district.

Revision ID: 0028
Revises: 0027
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
# Until now a table that named a zone made it the district.
WITHIN = {"南京经开区": "栖霞", "江宁开发区": "江宁"}


def upgrade() -> None:
    op.create_table(
        "firm_zone",
        sa.Column("firm_id", BIG_ID, nullable=False),
        sa.Column("zone", sa.String(16), nullable=False),
        sa.Column("source", sa.String(8), nullable=False),
        sa.Column("learned", TIME, nullable=False),
        sa.PrimaryKeyConstraint("firm_id", name="pk_firm_zone"),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name="fk_firm_zone_firm_id"),
    )
    op.add_column("roster_entry", sa.Column("zone", sa.String(16), nullable=True))
    entry = sa.table("roster_entry", sa.column("district"), sa.column("zone"))
    fact = sa.table("firm_fact", sa.column("firm_id"), sa.column("fact"), sa.column("value", sa.JSON()))
    for zone, district in WITHIN.items():
        op.execute(entry.update().where(entry.c.district == zone).values(zone=zone, district=district))
    told = op.get_bind().execute(sa.select(fact.c.firm_id, fact.c.value).where(fact.c.fact == "district"))
    for firm_id, value in told.all():
        if value in WITHIN:
            mine = (fact.c.firm_id == firm_id) & (fact.c.fact == "district")
            op.execute(fact.update().where(mine).values(value=WITHIN[value]))


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was written since")
