"""订阅通知 quota per person and template: one per accepted popup, used up by sending."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import case, insert, select, update
from sqlmodel import Field

from storage.engine.columns import BigId, TableRow, table_of
from storage.engine.transactions import Tx


class SubscriptionGrantRow(TableRow, table=True):
    """How many notices with this template may be sent to this person."""

    __tablename__ = "subscription_grant"

    person_id: int = Field(foreign_key="person.id", primary_key=True, sa_type=BigId)
    template_id: str = Field(primary_key=True, max_length=64)
    left: int


GRANTS = table_of(SubscriptionGrantRow)


def add(tx: Tx, person_id: int, template_id: str) -> None:
    """Add one."""
    if not _change(tx, person_id, template_id, GRANTS.c.left + 1):
        tx.execute(insert(GRANTS).values(person_id=person_id, template_id=template_id, left=1))


def take(tx: Tx, person_id: int, template_id: str) -> None:
    """Use one for a starting send."""
    less = case((GRANTS.c.left > 0, GRANTS.c.left - 1), else_=0)
    _change(tx, person_id, template_id, less)


def return_unused(tx: Tx, person_id: int, template_id: str) -> None:
    """Return one after a send that certainly failed."""
    _change(tx, person_id, template_id, GRANTS.c.left + 1)


def end(tx: Tx, person_id: int, template_id: str) -> None:
    """Set the quota to zero: the person refuses, or the platform reports none left."""
    _change(tx, person_id, template_id, 0)


def of(tx: Tx, person_ids: Collection[int]) -> set[tuple[int, str]]:
    """Return which of these people have quota for which template."""
    found = select(GRANTS.c.person_id, GRANTS.c.template_id).where(
        GRANTS.c.person_id.in_(sorted(person_ids)), GRANTS.c.left > 0
    )
    return {(row.person_id, row.template_id) for row in tx.execute(found)}


def holders(tx: Tx, template_id: str) -> set[int]:
    """Return everybody with quota for this template."""
    mine = (GRANTS.c.template_id == template_id, GRANTS.c.left > 0)
    return set(tx.execute(select(GRANTS.c.person_id).where(*mine)).scalars())


def counts(tx: Tx, person_id: int) -> dict[str, int]:
    """Return this person's quota, by template."""
    mine = select(GRANTS.c.template_id, GRANTS.c.left).where(GRANTS.c.person_id == person_id)
    return {row.template_id: row.left for row in tx.execute(mine.order_by(GRANTS.c.template_id))}


def _change(tx: Tx, person_id: int, template_id: str, left: Any) -> bool:
    mine = (GRANTS.c.person_id == person_id, GRANTS.c.template_id == template_id)
    return bool(tx.execute(update(GRANTS).where(*mine).values(left=left)).rowcount)
