"""Firms as registered, and each known fact with its source."""

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index, bindparam, delete, func, insert, or_, select, update
from sqlmodel import Field

from config.calendar import shanghai_day
from storage.engine.columns import BigId, TableRow, UtcTime, table_of
from storage.engine.transactions import Tx
from storage.firms.titles_on_day import DISTRICT, FIRST, IN_CITY, OwnTitles, TitlesOnDay, titles_on
from storage.firms.titles_on_day import TITLES as HELD
from storage.roster.roster import ENTRIES, TITLES, title_of


class FirmRow(TableRow, table=True):
    """A firm as its people registered it. Its credit code is unique only once verified.

    `code_doubtful`: its people insisted on a code that fails its check; the licence needs a manual check.
    """

    __tablename__ = "firm"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    kind: str = Field(default="firm", max_length=8)
    name: str
    # Normalised name for comparison: name_key of it.
    name_key: str = Field(default="", index=True)
    credit_code: str | None = Field(default=None, max_length=18)
    code_doubtful: bool = False
    roster_id: int | None = Field(default=None, foreign_key="roster_entry.id", sa_type=BigId)
    registered: datetime = Field(sa_type=UtcTime)


class FirmFactRow(TableRow, table=True):
    """One fact of config/policy/facts.py as stated for a firm; roster facts are never copied here."""

    __tablename__ = "firm_fact"
    __table_args__ = (Index(None, "fact"),)

    firm_id: int = Field(foreign_key="firm.id", primary_key=True, sa_type=BigId)
    fact: str = Field(primary_key=True, max_length=40)
    value: Any = Field(sa_type=JSON)
    source: str = Field(max_length=8)
    learned: datetime = Field(sa_type=UtcTime)


FIRMS = table_of(FirmRow)
FACTS = table_of(FirmFactRow)
# Korean fillers: letters by class, yet blank. NFKC maps the other two to the second one.
_UNSEEN = frozenset("\u115f\u1160")
_GET = select(FIRMS).where(FIRMS.c.id == bindparam("id_"))
_FORGET = delete(FACTS).where(
    FACTS.c.firm_id == bindparam("id_"), FACTS.c.fact.in_(bindparam("facts_", expanding=True))
)
_LEARN = insert(FACTS)
_SAID = select(FACTS.c.fact, FACTS.c.value, FACTS.c.source, FACTS.c.learned).where(FACTS.c.firm_id == bindparam("id_"))
_TITLE = (TITLES.c.title, TITLES.c.batch, TITLES.c.first, TITLES.c.valid_from, TITLES.c.valid_until, TITLES.c.awarded)
# Each firm on the roster with its entry and one row per title; all None without an entry.
LISTED = FIRMS.join(ENTRIES, ENTRIES.c.id == FIRMS.c.roster_id).outerjoin(TITLES, TITLES.c.entry_id == ENTRIES.c.id)
_LISTED_ONE = (
    select(ENTRIES.c.district, *_TITLE)
    .select_from(LISTED)
    .where(FIRMS.c.id == bindparam("id_"), ENTRIES.c.gone.is_(False))
)


@dataclass(frozen=True, slots=True)
class Firm:
    """A registered firm; fields as in FirmRow."""

    id: int
    kind: str
    name: str
    name_key: str
    credit_code: str | None
    code_doubtful: bool
    roster_id: int | None
    registered: datetime


@dataclass(frozen=True, slots=True)
class KnownFact:
    """A fact's value, its source, and since when (of the roster: when it was queried).

    `source`: `roster`, `self`, and of titles also `unlisted` and `partly` (see `titles_on_day.Held`).
    """

    value: Any
    source: str
    learned: datetime


@dataclass(frozen=True, slots=True)
class FirmStanding:
    """A firm's known facts on one day, and the status of its titles on the roster."""

    facts: Mapping[str, KnownFact]
    held: TitlesOnDay


def add(
    tx: Tx,
    *,
    name: str,
    credit_code: str | None,
    roster_id: int | None = None,
    kind: str = "firm",
    code_doubtful: bool = False,
) -> int:
    """Insert a firm registered now; return its id."""
    row = {"kind": kind, "name": name, "credit_code": credit_code, "roster_id": roster_id, "registered": tx.now}
    row |= {"code_doubtful": code_doubtful, "name_key": name_key(name)}
    return tx.add(FIRMS, row)


def name_key(name: str) -> str:
    """Return a firm's name for comparison: only its letters, digits and characters, one width and case.

    Blanks, brackets, signs and invisible letters are dropped, and 有限责任公司 becomes the equivalent 有限公司.
    """
    letters = [one for one in unicodedata.normalize("NFKC", name).casefold() if one.isalnum() and one not in _UNSEEN]
    return "".join(letters).replace("有限责任公司", "有限公司")


def get(tx: Tx, firm_id: int) -> Firm:
    """Return the firm with this id; raises NoResultFound for an unknown id."""
    return Firm(**tx.execute(_GET, {"id_": firm_id}).one()._mapping)


def confirm(tx: Tx, firm_id: int, *, name: str, credit_code: str, roster_id: int | None) -> None:
    """Set the firm's name, code and roster entry as verified."""
    found = {
        "name": name,
        "name_key": name_key(name),
        "credit_code": credit_code,
        "roster_id": roster_id,
        "code_doubtful": False,
    }
    tx.execute(update(FIRMS).where(FIRMS.c.id == firm_id).values(found))


def exists(tx: Tx, firm_id: int) -> bool:
    """Tell whether a firm with this id exists."""
    return tx.execute(select(FIRMS.c.id).where(FIRMS.c.id == firm_id)).one_or_none() is not None


def find_soe(tx: Tx, name: str) -> int | None:
    """Return the SOE with this exact name."""
    mine = select(FIRMS.c.id).where(FIRMS.c.kind == "soe", FIRMS.c.name == name).order_by(FIRMS.c.id).limit(1)
    return tx.execute(mine).scalar_one_or_none()


def named(tx: Tx, name: str) -> list[int]:
    """Return the firms registered under this exact name, in order of registration."""
    return list(tx.execute(select(FIRMS.c.id).where(FIRMS.c.name == name).order_by(FIRMS.c.id)).scalars())


def on_roster(tx: Tx) -> list[tuple[int, int]]:
    """Return (firm, roster entry) of every firm registered from the roster."""
    found = tx.execute(select(FIRMS.c.id, FIRMS.c.roster_id).where(FIRMS.c.roster_id.is_not(None)))
    return [(row.id, row.roster_id) for row in found]


def link_by_name(tx: Tx) -> None:
    """Link firms without a roster entry to the one of exactly their name, unless codes differ."""
    same = [ENTRIES.c.name == FIRMS.c.name, ENTRIES.c.gone.is_(False)]
    either = or_(
        FIRMS.c.credit_code.is_(None), ENTRIES.c.credit_code.is_(None), ENTRIES.c.credit_code == FIRMS.c.credit_code
    )
    entry = select(func.min(ENTRIES.c.id)).where(*same, either).correlate(FIRMS).scalar_subquery()
    taken_off = select(ENTRIES.c.id).where(ENTRIES.c.gone.is_(True))
    without = or_(FIRMS.c.roster_id.is_(None), FIRMS.c.roster_id.in_(taken_off))
    linked = update(FIRMS).where(FIRMS.c.kind == "firm", without, entry.is_not(None))
    tx.execute(linked.values(roster_id=entry))


def facts(tx: Tx, firm_id: int, day: date | None = None) -> Mapping[str, KnownFact]:
    """Return every known fact of a firm on `day` (None: today in Shanghai), by fact: see `standing`."""
    return standing(tx, firm_id, day).facts


def own_word(tx: Tx, firm_id: int) -> dict[str, KnownFact]:
    """Return the stated facts of a firm, without the roster's."""
    return {row.fact: KnownFact(row.value, row.source, row.learned) for row in tx.execute(_SAID, {"id_": firm_id})}


def standing(tx: Tx, firm_id: int, day: date | None = None) -> FirmStanding:
    """Return the firm's own statements and the roster's facts on `day` (None: today in Shanghai).

    Titles and first awards combine both; the district is the firm's own statement (outside Nanjing included), else the
    roster's.
    """
    day = day or shanghai_day(tx.now)
    spoken = own_word(tx, firm_id)
    rows = tx.execute(_LISTED_ONE, {"id_": firm_id}).all()
    titles, first = spoken.pop(HELD, None), spoken.pop(FIRST, None)
    held = titles_on(
        day,
        [title_of(row) for row in rows if row.title is not None] if rows else None,
        OwnTitles(
            titles.value if titles else None,
            first.value if first else None,
            shanghai_day(first.learned) if first else day,
        ),
    )
    found = dict(spoken)
    if held.titles is not None:
        found[HELD] = KnownFact(held.titles, held.source, titles.learned if titles and held.own else tx.now)
    if held.first is not None:
        by_word = first if held.first_source == "self" else None
        found[FIRST] = KnownFact(held.first, held.first_source, by_word.learned if by_word else tx.now)
    elsewhere = IN_CITY in spoken and spoken[IN_CITY].value is False
    if DISTRICT not in spoken and not elsewhere and rows and rows[0].district is not None:
        found[DISTRICT] = KnownFact(rows[0].district, "roster", tx.now)
    return FirmStanding(found, held)


def erase_own_word(tx: Tx, firm_id: int) -> None:
    """Delete what the firm's people stated: their facts and its code. Name and roster facts stay."""
    tx.execute(delete(FACTS).where(FACTS.c.firm_id == firm_id, FACTS.c.source == "self"))
    tx.execute(update(FIRMS).where(FIRMS.c.id == firm_id).values(credit_code=None, code_doubtful=False))


def copy_own_word(tx: Tx, former_id: int, firm_id: int, without: Collection[str]) -> None:
    """Copy what one firm's people stated to another firm, with its days, except these facts."""
    kept = (FACTS.c.firm_id == former_id, FACTS.c.source == "self", FACTS.c.fact.not_in(sorted(without)))
    rows: list[Mapping[str, Any]] = [
        {**row._mapping, "firm_id": firm_id} for row in tx.execute(select(FACTS).where(*kept))
    ]
    if rows:
        tx.execute(_LEARN, rows)


def save_facts(tx: Tx, firm_id: int, known: Mapping[str, Any], source: str) -> None:
    """Save these facts as stated by `source`, replacing earlier ones. None deletes the statement."""
    tx.execute(_FORGET, {"id_": firm_id, "facts_": list(known)})
    rows: list[Mapping[str, Any]] = [
        {"firm_id": firm_id, "fact": fact, "value": value, "source": source, "learned": tx.now}
        for fact, value in known.items()
        if value is not None
    ]
    if rows:
        tx.execute(_LEARN, rows)
