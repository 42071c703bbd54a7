"""The chain over the audit, what its page is filtered by, the mark that a restore leaves.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)

SQLITE_TRIGGERS = (
    "CREATE TRIGGER audit_batch_no_update BEFORE UPDATE ON audit_batch"
    " BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END",
    "CREATE TRIGGER audit_batch_no_delete BEFORE DELETE ON audit_batch"
    " BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END",
    "CREATE TRIGGER audit_batch_no_replace BEFORE INSERT ON audit_batch"
    " WHEN EXISTS (SELECT 1 FROM audit_batch WHERE number = NEW.number)"
    " BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END",
)
POSTGRESQL_TRIGGERS = (
    "CREATE TRIGGER audit_batch_no_change BEFORE UPDATE OR DELETE ON audit_batch"
    " FOR EACH ROW EXECUTE FUNCTION audit_is_append_only()",
    "CREATE TRIGGER audit_batch_no_truncate BEFORE TRUNCATE ON audit_batch"
    " FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()",
)


def upgrade() -> None:
    op.create_table(
        "audit_batch",
        sa.Column("number", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("after", BIG_ID, nullable=False),
        sa.Column("last", BIG_ID, nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("ids", sa.LargeBinary(), nullable=False),
        sa.Column("links", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_audit_batch"),
    )
    op.create_table(
        "restoration",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("backup", sa.String(64), nullable=False),
        sa.Column("backup_made", TIME, nullable=False),
        sa.Column("released", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_restoration"),
    )
    for column in ("at", "actor", "subject"):
        op.create_index(f"ix_audit_{column}", "audit", [column])
    triggers = POSTGRESQL_TRIGGERS if op.get_bind().dialect.name == "postgresql" else SQLITE_TRIGGERS
    for trigger in triggers:
        op.execute(trigger)


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was written since")
