"""Create people, their roles and invitations, logins and sessions, and what they sent or left unsent."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.append_only import protect
from storage.migrations.column_types import BIG_ID, TIME


def create() -> None:
    op.create_table(
        "allowance",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("mark", sa.String(32), nullable=False),
        sa.Column("at", TIME, nullable=False, index=True),
    )
    op.create_index("ix_allowance_mark_at", "allowance", ["mark", "at"])
    op.create_table(
        "login_failure",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("origin", sa.String(32), nullable=False),
        sa.Column("at", TIME, nullable=False, index=True),
    )
    op.create_index("ix_login_failure_kind_origin", "login_failure", ["kind", "origin"])
    op.create_table(
        "office",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("role_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False, index=True),
        sa.Column("act", sa.String(8), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("firm_id", BIG_ID),
        sa.Column("agency", sa.String(40)),
        sa.Column("area", sa.String(16)),
        sa.Column("name", sa.LargeBinary()),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date()),
        sa.Column("stands_in_for", BIG_ID),
        sa.Column("at", TIME, nullable=False),
    )
    op.create_table(
        "stood_in",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("role_id", BIG_ID, nullable=False, index=True),
        sa.Column("person_id", BIG_ID, nullable=False, index=True),
        sa.Column("principal_id", BIG_ID, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
    )
    op.create_table(
        "submission",
        sa.Column("mark", sa.String(32), primary_key=True),
        sa.Column("request", sa.String(32), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("outcome", sa.LargeBinary()),
        sa.Column("at", TIME, nullable=False, index=True),
    )
    op.create_table(
        "person",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("mark", sa.String(32), nullable=False, unique=True),
        sa.Column("openid", sa.LargeBinary(), nullable=False),
        sa.Column("firm_id", BIG_ID, sa.ForeignKey("firm.id"), index=True),
        sa.Column("privacy_version", sa.String(16)),
        sa.Column("privacy_agreed", TIME),
        sa.Column("contact_name", sa.LargeBinary()),
        sa.Column("contact_phone", sa.LargeBinary()),
        sa.Column("met", TIME, nullable=False),
        sa.Column("followed", BIG_ID),
        sa.Column("window_until", TIME),
        sa.Column("window_left", sa.Integer()),
        sa.Column("unreachable", sa.String(16)),
    )
    op.create_table(
        "login_code",
        sa.Column("person_id", BIG_ID, sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("link_mark", sa.String(32), nullable=False, unique=True),
        sa.Column("code_mark", sa.String(32), nullable=False, unique=True),
        sa.Column("made", TIME, nullable=False),
    )
    op.create_table(
        "kept_form",
        sa.Column("person_id", BIG_ID, sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("face", sa.String(8), primary_key=True),
        sa.Column("mark", sa.String(32), primary_key=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", TIME, nullable=False, index=True),
    )
    op.create_table(
        "page_link",
        sa.Column("mark", sa.String(32), primary_key=True),
        sa.Column("person_id", BIG_ID, sa.ForeignKey("person.id"), nullable=False, index=True),
        sa.Column("page", sa.String(16), nullable=False),
        sa.Column("made", TIME, nullable=False),
    )
    op.create_table(
        "page_session",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("mark", sa.String(32), nullable=False, unique=True),
        sa.Column("person_id", BIG_ID, sa.ForeignKey("person.id"), nullable=False, index=True),
        sa.Column("began", TIME, nullable=False),
        sa.Column("seen", TIME, nullable=False),
    )
    op.create_table(
        "role",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("person_id", BIG_ID, sa.ForeignKey("person.id"), nullable=False, index=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("firm_id", BIG_ID, sa.ForeignKey("firm.id")),
        sa.Column("agency", sa.String(40)),
        sa.Column("area", sa.String(16)),
        sa.Column("name", sa.LargeBinary()),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date()),
        sa.Column("stands_in_for", BIG_ID, sa.ForeignKey("role.id")),
        sa.Column("granted", TIME, nullable=False),
        sa.Column("consented_by", BIG_ID),
    )
    op.create_table(
        "session",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("mark", sa.String(32), nullable=False, unique=True),
        sa.Column("person_id", BIG_ID, sa.ForeignKey("person.id"), nullable=False, index=True),
        sa.Column("device", sa.String(16), nullable=False),
        sa.Column("began", TIME, nullable=False),
        sa.Column("seen", TIME, nullable=False),
    )
    op.create_table(
        "role_invitation",
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("mark", sa.String(32), nullable=False, unique=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("firm_id", BIG_ID, sa.ForeignKey("firm.id")),
        sa.Column("agency", sa.String(40)),
        sa.Column("area", sa.String(16)),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date()),
        sa.Column("stands_in_for", BIG_ID, sa.ForeignKey("role.id")),
        sa.Column("made", TIME, nullable=False),
        sa.Column("made_by", BIG_ID),
        sa.Column("used", TIME),
    )
    # All but the sealed name, which a new key seals anew.
    fixed = (
        *("id", "role_id", "person_id", "act", "kind", "firm_id", "agency", "area"),
        *("valid_from", "valid_until", "stands_in_for", "at"),
    )
    protect({"office": "id"}, name="office", what="the register of office", fixed=fixed)
