"""Merges of two registrations of one firm: every moved row is recorded, so that it can be moved back exactly."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, ColumnElement, Table, UniqueConstraint, delete, insert, or_, select, update
from sqlmodel import Field

from storage.engine.columns import BigId, ReadModel, TableRow, UtcTime, table_of
from storage.engine.tables import every_table
from storage.engine.transactions import Tx
from storage.firms import firms, offerings
from storage.firms.firms import FACTS, FIRMS, Firm
from storage.people.people import PEOPLE
from storage.people.roles import ROLES, seats


class Merge(ReadModel):
    """A merge, in effect or undone."""

    id: int = Field(primary_key=True, sa_type=BigId)
    kept_id: int = Field(foreign_key="firm.id", index=True, sa_type=BigId)
    gone_id: int = Field(foreign_key="firm.id", index=True, sa_type=BigId)
    moved: dict[str, Any] = Field(sa_type=JSON)
    made: datetime = Field(sa_type=UtcTime)
    undone: datetime | None = Field(default=None, sa_type=UtcTime)


class FirmMergeRow(Merge, TableRow, table=True):
    """One merge: `gone` became part of `kept`. `moved` lists row ids and nothing else."""

    __tablename__ = "firm_merge"


MERGES = table_of(FirmMergeRow)


def add(tx: Tx, kept_id: int, gone_id: int, day: date) -> int:
    """Point everything of one firm to the other; return the merge's id.

    People, roles, bids, event places and whatever else belongs to a firm move, except what the kept firm has itself;
    facts and offers that the kept firm lacks are copied; the merged firm's administrator becomes an ordinary colleague
    if the kept one has an administrator.
    """
    moved: dict[str, Any] = {"rows": {}, "seats": [], "facts": [], "offers": []}
    if tx.execute(select(ROLES.c.id).where(ROLES.c.firm_id == kept_id, *seats(day))).first() is not None:
        moved["seats"] = _end_seats(tx, gone_id, day)
    for owned in _owned():
        keys = _move(tx, owned, gone_id, kept_id)
        if keys:
            moved["rows"][owned.name] = keys
    moved["facts"] = _copy_facts(tx, kept_id, gone_id)
    moved["roster"] = _adopt_entry(tx, kept_id, gone_id)
    moved["offers"] = offerings.adopt(tx, kept_id, gone_id)
    return tx.add(MERGES, {"kept_id": kept_id, "gone_id": gone_id, "moved": moved, "made": tx.now})


def undo(tx: Tx, merge: Merge) -> bool:
    """Move back what is still where the merge put it; False if already undone."""
    mine = update(MERGES).where(MERGES.c.id == merge.id, MERGES.c.undone.is_(None))
    if tx.execute(mine.values(undone=tx.now)).rowcount == 0:
        return False
    for owned in _owned():
        _move(tx, owned, merge.kept_id, merge.gone_id, merge.moved["rows"].get(owned.name, []))
    for role_id, until in merge.moved["seats"]:
        before = None if until is None else date.fromisoformat(until)
        tx.execute(update(ROLES).where(ROLES.c.id == role_id).values(valid_until=before))
    for fact, learned in merge.moved["facts"]:
        copied = (FACTS.c.firm_id == merge.kept_id, FACTS.c.fact == fact)
        tx.execute(delete(FACTS).where(*copied, FACTS.c.learned == datetime.fromisoformat(learned)))
    offerings.remove_copies(tx, merge.kept_id, merge.moved.get("offers", []))
    if (entry_id := merge.moved.get("roster")) is not None:
        adopted = (FIRMS.c.id == merge.kept_id, FIRMS.c.roster_id == entry_id)
        tx.execute(update(FIRMS).where(*adopted).values(roster_id=None))
    return True


def get(tx: Tx, merge_id: int) -> Merge | None:
    """Return the merge with this id."""
    return tx.one(select(MERGES).where(MERGES.c.id == merge_id), Merge.of)


def of_firm(tx: Tx, firm_id: int) -> list[Merge]:
    """Return the merges in effect that involve this firm, newest first."""
    mine = or_(MERGES.c.kept_id == firm_id, MERGES.c.gone_id == firm_id)
    found = tx.execute(select(MERGES).where(mine, MERGES.c.undone.is_(None)).order_by(MERGES.c.id.desc()))
    return [Merge.of(row) for row in found]


def doubles(tx: Tx, firm: Firm) -> list[Firm]:
    """Return registrations likely to be the same firm: same credit code, roster entry or name, with people."""
    same = [FIRMS.c.name_key == firm.name_key]
    same += [] if firm.credit_code is None else [FIRMS.c.credit_code == firm.credit_code]
    same += [] if firm.roster_id is None else [FIRMS.c.roster_id == firm.roster_id]
    inhabited = FIRMS.c.id.in_(select(PEOPLE.c.firm_id).where(PEOPLE.c.firm_id.is_not(None)))
    others = select(FIRMS).where(FIRMS.c.id != firm.id, FIRMS.c.kind == firm.kind, or_(*same), inhabited)
    return [Firm(**row._mapping) for row in tx.execute(others.order_by(FIRMS.c.id).limit(20))]


@dataclass(frozen=True, slots=True)
class _Owned:
    """A column naming a row's owner. `keys`: the rest of the row's key; `alone`: column sets unique per firm."""

    table: Table
    column: Column[Any]
    keys: Sequence[Column[Any]]
    alone: Sequence[Sequence[Column[Any]]]

    @property
    def name(self) -> str:
        return f"{self.table.name}.{self.column.name}"


def _owned() -> Iterator[_Owned]:
    """Yield every such column. What a firm can have only once in all stays: the kept firm has its own."""
    for table in every_table():
        # Facts and offers are copied, so that both firms keep their own.
        if table in (MERGES, FACTS, offerings.TEXTS):
            continue
        unique = [list(one.columns) for one in table.constraints if isinstance(one, UniqueConstraint)]
        unique += [list(index.columns) for index in table.indexes if index.unique]
        unique.append(list(table.primary_key.columns))
        for foreign in table.foreign_keys:
            column = foreign.parent
            alone = [[other for other in one if other is not column] for one in unique if column in one]
            if foreign.target_fullname == "firm.id" and all(alone):
                keys = [key for key in table.primary_key.columns if key is not column]
                yield _Owned(table, column, keys, alone)


def _move(tx: Tx, owned: _Owned, source: int, target: int, wanted: Sequence[Any] | None = None) -> list[Any]:
    """Move the source's rows (those wanted; None: all) without duplicates at the target; return their keys."""
    table, column, keys = owned.table, owned.column, owned.keys
    twin = table.alias("twin")
    free: list[ColumnElement[bool]] = [
        ~select(twin.c[column.name])
        .where(twin.c[column.name] == target, *(twin.c[one.name] == one for one in alone))
        .exists()
        for alone in owned.alone
    ]
    found = [list(row) for row in tx.execute(select(*keys).where(column == source, *free).order_by(*keys))]
    chosen = [key for key in found if wanted is None or (key if len(key) > 1 else key[0]) in wanted]
    for key in chosen:
        mine = (column == source, *(one == value for one, value in zip(keys, key, strict=True)))
        tx.execute(update(table).where(*mine).values({column.name: target}))
    return [key if len(key) > 1 else key[0] for key in chosen]


def _end_seats(tx: Tx, firm_id: int, day: date) -> list[list[Any]]:
    held = select(ROLES.c.id, ROLES.c.valid_until).where(ROLES.c.firm_id == firm_id, *seats(day))
    ended = [[row.id, None if row.valid_until is None else str(row.valid_until)] for row in tx.execute(held)]
    tx.execute(update(ROLES).where(ROLES.c.id.in_([one[0] for one in ended])).values(valid_until=day))
    return ended


def _adopt_entry(tx: Tx, kept_id: int, gone_id: int) -> int | None:
    """Link a kept firm without roster entry to the other's; return that entry, None if nothing changed."""
    entry_id: int | None = tx.execute(select(FIRMS.c.roster_id).where(FIRMS.c.id == gone_id)).scalar_one()
    adopting = (FIRMS.c.id == kept_id, FIRMS.c.roster_id.is_(None))
    changed = entry_id is not None and tx.execute(update(FIRMS).where(*adopting).values(roster_id=entry_id)).rowcount
    return entry_id if changed else None


def _copy_facts(tx: Tx, kept_id: int, gone_id: int) -> list[list[str]]:
    known = firms.facts(tx, kept_id)
    missing = tx.execute(select(FACTS).where(FACTS.c.firm_id == gone_id, FACTS.c.fact.not_in(list(known)))).all()
    rows: list[Mapping[str, Any]] = [{**row._mapping, "firm_id": kept_id} for row in missing]
    if rows:
        tx.execute(insert(FACTS), rows)
    return [[row.fact, row.learned.isoformat()] for row in missing]
