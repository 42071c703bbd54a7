"""Every represented firm with just the facts a selection needs: few statements, whole table."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Select, or_, select

from storage.engine.transactions import Tx
from storage.events.signups import SIGNUPS, SignupState
from storage.firms import facts_of_many
from storage.firms.development_zones import ZONES
from storage.firms.firms import FIRMS
from storage.firms.offerings import TEXTS
from storage.people.people import PEOPLE
from storage.policy.published_details import DETAILS
from storage.reminders.dismissals import ENDS
from storage.roster.roster import ENTRIES


@dataclass(slots=True)
class FirmInReach:
    """A firm with its (person, end of last window) and location. `told`: its facts, still as JSON."""

    firm_id: int
    name: str
    code: str | None
    district: str | None
    zone: str | None
    persons: list[tuple[int, datetime | None]] = field(default_factory=list)
    told: dict[str, str] = field(default_factory=dict)


def profiles(tx: Tx, facts: Collection[str]) -> list[FirmInReach]:
    """Return every firm with people, by id. Its district is the roster's, else its own (always loaded)."""
    place = select(FIRMS.c.id, FIRMS.c.name, FIRMS.c.credit_code, ENTRIES.c.district, ENTRIES.c.zone)
    joined = FIRMS.outerjoin(ENTRIES, FIRMS.c.roster_id == ENTRIES.c.id)
    rows = _rows(tx, place.select_from(joined).where(FIRMS.c.kind == "firm").order_by(FIRMS.c.id))
    found: dict[int, FirmInReach] = {row[0]: FirmInReach(*row) for row in rows}
    speaking = select(PEOPLE.c.firm_id, PEOPLE.c.id, PEOPLE.c.window_until).where(PEOPLE.c.firm_id.is_not(None))
    for firm_id, person_id, until in _rows(tx, speaking.order_by(PEOPLE.c.id)):
        if firm_id in found:
            found[firm_id].persons.append((person_id, until))
    # As text: few distinct values over many rows, so each is parsed once.
    for fact, values in facts_of_many.known_today(tx, {"district", *facts}).items():
        for firm_id, value in values.items():
            if firm_id in found:
                found[firm_id].told[fact] = value
    for firm_id, zone, source in _rows(tx, select(ZONES.c.firm_id, ZONES.c.zone, ZONES.c.source)):
        if firm_id in found and (source == "official" or found[firm_id].zone is None):
            found[firm_id].zone = zone or None
    return [one for one in found.values() if one.persons]


def followers(tx: Tx) -> list[tuple[int, int | None]]:
    """Return (person, their firm) of every follower, with or without a firm."""
    return [(row.id, row.firm_id) for row in tx.execute(select(PEOPLE.c.id, PEOPLE.c.firm_id).order_by(PEOPLE.c.id))]


def applied(tx: Tx, item: str) -> set[int]:
    """Return the firms that said of a window with this item that they applied or were paid."""
    about = select(DETAILS.c.id).where(DETAILS.c.kind == "window", DETAILS.c["items"].like(f"% {item} %"))
    ids = {str(row.id) for row in tx.execute(about)}
    said = select(ENDS.c.firm_id, ENDS.c.chain).where(ENDS.c.what.in_(("done", "paid")), ENDS.c.chain.like("window:%"))
    return {row.firm_id for row in tx.execute(said) if row.chain.split(":")[1] in ids}


def signed_up(tx: Tx, event_id: int) -> set[int]:
    """Return the firms seated or waiting at this event."""
    mine = (SIGNUPS.c.event_id == event_id, SIGNUPS.c.state != SignupState.CANCELLED.value)
    return set(tx.execute(select(SIGNUPS.c.firm_id).where(*mine)).scalars())


def offering(tx: Tx, words: Collection[str]) -> dict[int, str]:
    """Return, by firm, the first of these words found in its name or offerings."""
    found: defaultdict[int, dict[str, Any]] = defaultdict(dict)
    holds = [TEXTS.c.text.icontains(word, autoescape=True) for word in words]
    named = [FIRMS.c.name.icontains(word, autoescape=True) for word in words]
    for firm_id, text in _rows(tx, select(TEXTS.c.firm_id, TEXTS.c.text).where(or_(*holds))):
        found[firm_id][text] = True
    for firm_id, text in _rows(tx, select(FIRMS.c.id, FIRMS.c.name).where(or_(*named))):
        found[firm_id][text] = True
    return {
        firm_id: next(word for word in words if any(word.lower() in text.lower() for text in texts))
        for firm_id, texts in found.items()
    }


def _rows(tx: Tx, statement: Select[Any]) -> Iterable[tuple[Any, ...]]:
    # Rows as tuples, fetched at once and unpacked: twice as fast as access by column name.
    return cast(Iterable[tuple[Any, ...]], tx.execute(statement).all())
