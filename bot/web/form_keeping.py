"""What was typed when a session was over is kept for its own person, and shown again when they come in anew."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from bot.web.form_refill import Typed
from storage.audit import audit
from storage.engine.transactions import Actor, Face, Tx
from storage.people import kept_forms


@dataclass(frozen=True, slots=True)
class Kept:
    """What was typed, the pages on which its form may stand, and when it was sent."""

    typed: Typed
    places: tuple[str, ...]
    at: datetime


def keep(tx: Tx, person_id: int, face: Face, typed: Typed, places: Sequence[str]) -> None:
    """Keep what this person typed."""
    text = json.dumps({"typed": asdict(typed), "places": list(places)}, ensure_ascii=False)
    kept_forms.keep(tx, person_id, face, typed.path, text)
    audit.record(tx, "keep_form", f"person:{person_id}", by=Actor.person(person_id, face))


def latest(tx: Tx, person_id: int, face: Face) -> Kept | None:
    """Return what this person typed last and could not hand in."""
    found = kept_forms.latest(tx, person_id, face)
    if found is None:
        return None
    held = json.loads(found.text)
    typed = held["typed"]
    fields = tuple((name, value) for name, value in typed["fields"])
    return Kept(Typed(typed["path"], fields, typed["files"]), tuple(held["places"]), found.at)


def drop(tx: Tx, person_id: int, face: Face, path: str) -> None:
    """Forget what was kept for this address, where there is something: handed in, or not wanted any more."""
    if kept_forms.drop(tx, person_id, face, path):
        audit.record(tx, "drop_kept_form", f"person:{person_id}", by=Actor.person(person_id, face))
