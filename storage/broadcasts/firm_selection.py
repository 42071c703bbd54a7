"""Every firm that somebody speaks for, with just those facts that a selection asks for: few statements, whole table."""

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
class Profile:
    """A firm with its (person, end of their last window) and where it lies. `told`: its facts, each still as JSON."""

    firm_id: int
    name: str
    code: str | None
    district: str | None
    zone: str | None
    persons: list[tuple[int, datetime | None]] = field(default_factory=list)
    told: dict[str, str] = field(default_factory=dict)


def profiles(tx: Tx, facts: Collection[str]) -> list[Profile]:
    """Every firm with people, by id. Its district is the roster's word, else its own (which is always loaded)."""
    place = select(FIRMS.c.id, FIRMS.c.name, FIRMS.c.credit_code, ENTRIES.c.district, ENTRIES.c.zone)
    joined = FIRMS.outerjoin(ENTRIES, FIRMS.c.roster_id == ENTRIES.c.id)
    rows = _rows(tx, place.select_from(joined).where(FIRMS.c.kind == "firm").order_by(FIRMS.c.id))
    found: dict[int, Profile] = {row[0]: Profile(*row) for row in rows}
    speaking = select(PEOPLE.c.firm_id, PEOPLE.c.id, PEOPLE.c.window_until).where(PEOPLE.c.firm_id.is_not(None))
    for firm_id, person_id, until in _rows(tx, speaking.order_by(PEOPLE.c.id)):
        if firm_id in found:
            found[firm_id].persons.append((person_id, until))
    # As text: few different values stand for many rows, and whoever reads them reads each value once.
    for fact, values in facts_of_many.told(tx, {"district", *facts}).items():
        for firm_id, value in values.items():
            if firm_id in found:
                found[firm_id].told[fact] = value
    for firm_id, zone, source in _rows(tx, select(ZONES.c.firm_id, ZONES.c.zone, ZONES.c.source)):
        if firm_id in found and (source == "official" or found[firm_id].zone is None):
            found[firm_id].zone = zone or None
    return [one for one in found.values() if one.persons]


def followers(tx: Tx) -> list[tuple[int, int | None]]:
    """(person, their firm) of everybody who follows, firm or none."""
    return [(row.id, row.firm_id) for row in tx.execute(select(PEOPLE.c.id, PEOPLE.c.firm_id).order_by(PEOPLE.c.id))]


def applied(tx: Tx, item: str) -> set[int]:
    """The firms that have said of a window with this item that they applied, or have been paid."""
    about = select(DETAILS.c.id).where(DETAILS.c.kind == "window", DETAILS.c["items"].like(f"% {item} %"))
    ids = {str(row.id) for row in tx.execute(about)}
    said = select(ENDS.c.firm_id, ENDS.c.chain).where(ENDS.c.what.in_(("done", "paid")), ENDS.c.chain.like("window:%"))
    return {row.firm_id for row in tx.execute(said) if row.chain.split(":")[1] in ids}


def signed_up(tx: Tx, event_id: int) -> set[int]:
    """The firms that have a seat at this event, or wait for one."""
    mine = (SIGNUPS.c.event_id == event_id, SIGNUPS.c.state != SignupState.CANCELLED.value)
    return set(tx.execute(select(SIGNUPS.c.firm_id).where(*mine)).scalars())


def offering(tx: Tx, words: Collection[str]) -> dict[int, str]:
    """By firm, the first of these words that stands in its name or in what it says it offers."""
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
    # A row is a tuple: fetched all at once and taken apart it is twice as fast as read by its columns' names.
    return cast(Iterable[tuple[Any, ...]], tx.execute(statement).all())
