"""A firm's development zone: by an official's statement, else the roster's, else its own; often none."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlmodel import Field

from storage.engine.columns import BigId, TableRow, UtcTime, table_of
from storage.engine.transactions import Tx
from storage.firms.firms import FIRMS
from storage.roster.roster import ENTRIES

# Value of `zone` for a firm in no zone.
NONE = ""


class FirmZoneRow(TableRow, table=True):
    """A statement (`self` or `official`) of one firm's zone."""

    __tablename__ = "firm_zone"

    firm_id: int = Field(foreign_key="firm.id", primary_key=True, sa_type=BigId)
    zone: str = Field(max_length=16)
    source: str = Field(max_length=8)
    learned: datetime = Field(sa_type=UtcTime)


ZONES = table_of(FirmZoneRow)


@dataclass(frozen=True, slots=True)
class DevelopmentZone:
    """The zone's name, or NONE; its source (`official`, `roster` or `self`), and since when, if known."""

    name: str
    source: str
    learned: datetime | None = None


def of(tx: Tx, firm_id: int) -> DevelopmentZone | None:
    """Return the firm's zone; None if nobody stated one."""
    said = tx.execute(select(ZONES).where(ZONES.c.firm_id == firm_id)).one_or_none()
    if said is None or said.source != "official":
        joined = FIRMS.join(ENTRIES, FIRMS.c.roster_id == ENTRIES.c.id)
        mine = select(ENTRIES.c.zone).select_from(joined).where(FIRMS.c.id == firm_id, ENTRIES.c.zone.is_not(None))
        listed = tx.execute(mine).scalar_one_or_none()
        if listed is not None:
            return DevelopmentZone(listed, "roster")
    return None if said is None else DevelopmentZone(said.zone, said.source, said.learned)


def save(tx: Tx, firm_id: int, zone: str, source: str) -> None:
    """Save the firm's stated zone (NONE: in none), replacing an earlier statement."""
    tx.execute(delete(ZONES).where(ZONES.c.firm_id == firm_id))
    row = {"firm_id": firm_id, "zone": zone, "source": source, "learned": tx.now}
    tx.execute(insert(ZONES).values(row))


def copy_own_word(tx: Tx, former_id: int, firm_id: int) -> None:
    """Copy what one firm's people stated to another firm, with its day."""
    mine = select(ZONES).where(ZONES.c.firm_id == former_id, ZONES.c.source == "self")
    for row in tx.execute(mine).all():
        tx.execute(insert(ZONES).values({**row._mapping, "firm_id": firm_id}))


def erase_own_word(tx: Tx, firm_id: int) -> None:
    """Delete what the firm's people stated."""
    tx.execute(delete(ZONES).where(ZONES.c.firm_id == firm_id, ZONES.c.source == "self"))
