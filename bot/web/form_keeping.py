"""Form input of an expired session, kept for its author and shown after the next login."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from bot.web.form_refill import TypedForm
from storage.audit import audit
from storage.engine.transactions import Actor, Face, Tx
from storage.people import kept_forms


@dataclass(frozen=True, slots=True)
class Kept:
    """Kept input, the pages that may show its form, and when it was sent."""

    typed: TypedForm
    places: tuple[str, ...]
    at: datetime


def save(tx: Tx, person_id: int, face: Face, typed: TypedForm, places: Sequence[str]) -> None:
    """Save this person's input."""
    text = json.dumps({"typed": asdict(typed), "places": list(places)}, ensure_ascii=False)
    kept_forms.save(tx, person_id, face, typed.path, text)
    audit.record(tx, "keep_form", f"person:{person_id}", by=Actor.person(person_id, face))


def latest(tx: Tx, person_id: int, face: Face) -> Kept | None:
    """Return this person's last unsubmitted input."""
    found = kept_forms.latest(tx, person_id, face)
    if found is None:
        return None
    held = json.loads(found.text)
    typed = held["typed"]
    fields = tuple((name, value) for name, value in typed["fields"])
    return Kept(TypedForm(typed["path"], fields, typed["files"]), tuple(held["places"]), found.at)


def drop(tx: Tx, person_id: int, face: Face, path: str) -> None:
    """Delete the input kept for this address, if any: submitted, or no longer wanted."""
    if kept_forms.drop(tx, person_id, face, path):
        audit.record(tx, "drop_kept_form", f"person:{person_id}", by=Actor.person(person_id, face))
