"""A firm's verification status as shown in lists: verified, not, or sharing a verified firm's name."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, or_, select

from storage.engine.transactions import Tx
from storage.firms import firms
from storage.firms.firms import FIRMS
from storage.firms.verifications import PROOFS


@dataclass(frozen=True, slots=True)
class FirmMarks:
    """A firm in a list. `same_name`: it is unverified, and a verified firm has that name."""

    name: str
    proven: bool
    same_name: bool

    @property
    def label(self) -> str:
        """Return the name with its marks, for exported tables."""
        marks = [*([] if self.proven else ["未核验"]), *(["与已核验企业同名"] if self.same_name else [])]
        return f"{self.name}（{'，'.join(marks)}）" if marks else self.name


def of(tx: Tx, firm_ids: Collection[int]) -> dict[int, FirmMarks]:
    """Return each firm's marks; an SOE, which officials enter, counts as verified."""
    other = FIRMS.alias("other")
    namesake = exists().where(other.c.name_key == FIRMS.c.name_key, other.c.id != FIRMS.c.id, _proven(other))
    columns = (FIRMS.c.id, FIRMS.c.name, _proven(FIRMS).label("proven"), namesake.label("same_name"))
    found = tx.execute(select(*columns).where(FIRMS.c.id.in_(sorted(firm_ids))))
    return {row.id: FirmMarks(row.name, bool(row.proven), bool(row.same_name) and not row.proven) for row in found}


def unproven(tx: Tx, firm_ids: Collection[int]) -> frozenset[int]:
    """Return which of these firms are not verified."""
    found = select(FIRMS.c.id).where(FIRMS.c.id.in_(sorted(firm_ids)), ~_proven(FIRMS))
    return frozenset(tx.execute(found).scalars())


def find_named(tx: Tx, name: str) -> int | None:
    """Return the firm of this exact name: the verified one if any, else the first registered."""
    found = firms.named(tx, name)
    out = unproven(tx, found)
    return next((firm_id for firm_id in found if firm_id not in out), next(iter(found), None))


def proven_of_name(tx: Tx, firm_id: int) -> list[int]:
    """Return the other verified firms whose normalised name equals this one's."""
    key = select(FIRMS.c.name_key).where(FIRMS.c.id == firm_id).scalar_subquery()
    found = select(FIRMS.c.id).where(FIRMS.c.name_key == key, FIRMS.c.id != firm_id, _proven(FIRMS))
    return list(tx.execute(found.order_by(FIRMS.c.id)).scalars())


def _proven(table: object) -> ColumnElement[bool]:
    firm = FIRMS if table is FIRMS else table
    columns = firm.c  # type: ignore[attr-defined]  # a table or its alias
    return or_(columns.kind == "soe", exists().where(PROOFS.c.firm_id == columns.id))
