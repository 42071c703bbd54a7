"""Firms of one name, however it is written, are found by an index.

Revision ID: 0052
Revises: 0051
"""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

_FIRM = sa.table("firm", sa.column("id", sa.BigInteger), sa.column("name", sa.String), sa.column("name_key", sa.String))


def upgrade() -> None:
    op.add_column("firm", sa.Column("name_key", sa.String(), nullable=False, server_default=""))
    bind = op.get_bind()
    for row in bind.execute(sa.select(_FIRM.c.id, _FIRM.c.name)).all():
        bind.execute(sa.update(_FIRM).where(_FIRM.c.id == row.id).values(name_key=_key(row.name)))
    op.create_index("ix_firm_name_key", "firm", ["name_key"])


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was written since")


def _key(name: str) -> str:
    """As storage/firms/firms.py made it when this was written."""
    letters = [one for one in unicodedata.normalize("NFKC", name).casefold() if one.isalnum()]
    return "".join(letters).replace("有限责任公司", "有限公司")
