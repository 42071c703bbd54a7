"""Offices outlive their holders; a firm's tickets and receipts outlive who asked; notices know for which firm they are.

Revision ID: 0047
Revises: 0046
"""

import sqlalchemy as sa
from alembic import op

from storage.migrations.forms import declare, replaced

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)

# All but the sealed name, which a new key seals anew.
_FIXED = "id, role_id, person_id, act, kind, firm_id, agency, area, valid_from, valid_until, stands_in_for, at"
SQLITE_TRIGGERS = (
    f"CREATE TRIGGER office_no_update BEFORE UPDATE OF {_FIXED} ON office"
    " BEGIN SELECT RAISE(ABORT, 'the register of office is append-only'); END",
    "CREATE TRIGGER office_no_delete BEFORE DELETE ON office"
    " BEGIN SELECT RAISE(ABORT, 'the register of office is append-only'); END",
    "CREATE TRIGGER office_no_replace BEFORE INSERT ON office WHEN EXISTS (SELECT 1 FROM office WHERE id = NEW.id)"
    " BEGIN SELECT RAISE(ABORT, 'the register of office is append-only'); END",
)
POSTGRESQL_TRIGGERS = (
    "CREATE FUNCTION office_is_append_only() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION 'the register of office is append-only'; END $$",
    f"CREATE TRIGGER office_no_change BEFORE UPDATE OF {_FIXED} OR DELETE ON office"
    " FOR EACH ROW EXECUTE FUNCTION office_is_append_only()",
    "CREATE TRIGGER office_no_truncate BEFORE TRUNCATE ON office"
    " FOR EACH STATEMENT EXECUTE FUNCTION office_is_append_only()",
)
# Where an official's act names its person, here or gone.
_ACTS = {"ticket_line": "author", "contact": "verified_by"}
# Offices given before: those of a firm's own people are none.
_GIVEN = (
    "INSERT INTO office (role_id, person_id, act, kind, firm_id, agency, area, name, valid_from, valid_until,"
    " stands_in_for, at) SELECT id, person_id, 'given', kind, firm_id, agency, area, name, valid_from, valid_until,"
    " stands_in_for, granted FROM role WHERE kind NOT LIKE 'firm_%' ORDER BY id"
)


def upgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    op.create_table(
        "office",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("role_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("act", sa.String(8), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("firm_id", BIG_ID, nullable=True),
        sa.Column("agency", sa.String(40), nullable=True),
        sa.Column("area", sa.String(16), nullable=True),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("stands_in_for", BIG_ID, nullable=True),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_office"),
    )
    op.create_index("ix_office_person_id", "office", ["person_id"])
    op.execute(_GIVEN)
    for trigger in POSTGRESQL_TRIGGERS if postgresql else SQLITE_TRIGGERS:
        op.execute(trigger)
    op.add_column("person", sa.Column("followed", BIG_ID, nullable=True))
    op.add_column("outbox", sa.Column("firm_id", BIG_ID, nullable=True))
    if postgresql:
        for table in ("ticket", "receipt"):
            op.alter_column(table, "person_id", nullable=True)
        for table, column in _ACTS.items():
            op.drop_constraint(f"fk_{table}_{column}", table, type_="foreignkey")
    else:
        free = replaced("person_id INTEGER NOT NULL", "person_id INTEGER")
        apart = {
            table: replaced(f", \n\tCONSTRAINT fk_{table}_{column} FOREIGN KEY({column}) REFERENCES person (id)", "")
            for table, column in _ACTS.items()
        }
        declare(op.get_bind(), {"ticket": free, "receipt": free, **apart})


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was written since")
