"""The officials of the agencies that carry the policy out."""

from sqlalchemy import insert
from sqlmodel import Field

from storage.columns import BigId, Row, table_of
from storage.transactions import Tx


class Official(Row, table=True):
    """A named person at an agency; `district` is set where they answer for one district only."""

    __tablename__ = "official"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    name: str
    agency: str
    district: str | None = Field(default=None, max_length=8)


def add(tx: Tx, *, name: str, agency: str, district: str | None = None) -> int:
    """Enter an official; returns the id."""
    row = {"name": name, "agency": agency, "district": district}
    table = table_of(Official)
    return int(tx.execute(insert(table).values(row).returning(table.c.id)).scalar_one())
