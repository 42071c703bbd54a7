"""In which development zone a firm lies: by an official's word, else the roster's, else its own; often in none."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlmodel import Field

from storage.engine.columns import BigId, Row, UtcTime, table_of
from storage.engine.transactions import Tx
from storage.firms.firms import FIRMS
from storage.roster.roster import ENTRIES

# What `zone` holds for a firm that lies in none.
NONE = ""


class FirmZoneRow(Row, table=True):
    """What somebody (`self` or `official`) said of one firm's zone."""

    __tablename__ = "firm_zone"

    firm_id: int = Field(foreign_key="firm.id", primary_key=True, sa_type=BigId)
    zone: str = Field(max_length=16)
    source: str = Field(max_length=8)
    learned: datetime = Field(sa_type=UtcTime)


ZONES = table_of(FirmZoneRow)


@dataclass(frozen=True, slots=True)
class Zone:
    """The zone's name, or NONE; who says so (`official`, `roster` or `self`), and since when, where that is known."""

    name: str
    source: str
    learned: datetime | None = None


def of(tx: Tx, firm_id: int) -> Zone | None:
    """The firm's zone; None where nobody has said anything."""
    said = tx.execute(select(ZONES).where(ZONES.c.firm_id == firm_id)).one_or_none()
    if said is None or said.source != "official":
        joined = FIRMS.join(ENTRIES, FIRMS.c.roster_id == ENTRIES.c.id)
        mine = select(ENTRIES.c.zone).select_from(joined).where(FIRMS.c.id == firm_id, ENTRIES.c.zone.is_not(None))
        listed = tx.execute(mine).scalar_one_or_none()
        if listed is not None:
            return Zone(listed, "roster")
    return None if said is None else Zone(said.zone, said.source, said.learned)


def say(tx: Tx, firm_id: int, zone: str, source: str) -> None:
    """Somebody says in which zone the firm lies (NONE: in none); what was said before is replaced."""
    tx.execute(delete(ZONES).where(ZONES.c.firm_id == firm_id))
    row = {"firm_id": firm_id, "zone": zone, "source": source, "learned": tx.now}
    tx.execute(insert(ZONES).values(row))


def forget_word(tx: Tx, firm_id: int) -> None:
    """Erase what the firm's people said."""
    tx.execute(delete(ZONES).where(ZONES.c.firm_id == firm_id, ZONES.c.source == "self"))
