"""The development zone a firm lies in, stated by its people or an official."""

from config.areas import Areas
from config.errors import ConflictError, InputError
from storage.audit import audit
from storage.engine.transactions import Tx
from storage.firms import development_zones, firms, verifications
from storage.people import people


def choices(tx: Tx, areas: Areas, firm_id: int) -> list[str]:
    """Return the zones in the firm's district; none if it has none or the district is unknown."""
    told = firms.facts(tx, firm_id).get("district")
    place = verifications.place_of(tx, firm_id)
    district = (place.area if place is not None else None) or (None if told is None else str(told.value))
    return [] if district is None else areas.zones_in(district)


def state(tx: Tx, person: people.KnownPerson, areas: Areas, zone: str) -> None:
    """Save the zone stated by the firm's person (NONE: in no zone).

    Raises InputError for another district's zone, ConflictError if officials or the roster have stated it.
    """
    if person.firm_id is None:
        raise InputError("not_registered")
    known = development_zones.of(tx, person.firm_id)
    if known is not None and known.source != "self":
        raise ConflictError("zone_of_officials")
    _say(tx, areas, person.firm_id, zone, "self")


def enter(tx: Tx, firm_id: int, zone: str, areas: Areas) -> None:
    """Save the zone as an official. Raises InputError as `state` does."""
    _say(tx, areas, firm_id, zone, "official")


def _say(tx: Tx, areas: Areas, firm_id: int, zone: str, source: str) -> None:
    if zone not in (development_zones.NONE, *choices(tx, areas, firm_id)):
        raise InputError("zone_wrong")
    development_zones.save(tx, firm_id, zone, source)
    audit.record(tx, "say_zone", f"firm:{firm_id}", {"zone": zone})
