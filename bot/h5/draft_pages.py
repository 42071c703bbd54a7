"""Bid drafts saved while writing: ciphertext in the database, the key only in this browser.

As with the bid itself, only its writer can read it before the deadline, not even we with all our keys. On another phone
it cannot be opened: one starts again.
"""

import base64
import binascii
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from aiohttp import web

from bot.h5.context import HOME, PhoneRequest
from bot.services.challenges import bid_drafts as bid_draft_service
from bot.services.challenges import bids as bid_service
from bot.web.form_models import Checkbox, FormModel, at_most
from bot.web.forms_and_headers import cookie_of
from config.errors import InputError, UnavailableError, required
from storage.challenges import bid_drafts
from storage.engine.field_encryption import FieldCipher
from storage.engine.transactions import Tx

COOKIE = "srdi_draft"
KEPT = ("solution", "team", "prior", "milestones", "price", "confirmed_by")
PARTNERS = tuple(f"partner_{number}" for number in range(1, bid_service.MOST_PARTNERS + 1))
_KEY_BYTES = 32
_DAYS_90 = 90 * 24 * 3600


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """A draft's content and time; `given` is empty if another browser has the key."""

    given: Mapping[str, str]
    changed: datetime


_Part = Annotated[str, at_most(bid_service.LONGEST_PART)]
_Line = Annotated[str, at_most(60)]


class OfferForm(FormModel):
    """The words of a bid."""

    solution: _Part = ""
    team: _Part = ""
    prior: _Part = ""
    milestones: _Part = ""
    price: _Line = ""
    confirmed_by: Annotated[str, at_most(bid_service.LONGEST_NAME)] = ""
    partner_1: _Line = ""
    partner_2: _Line = ""
    partner_3: _Line = ""
    partner_4: _Line = ""
    partner_5: _Line = ""


class DraftForm(OfferForm):
    """What is written so far. `quiet`: the page's script sends it and asks for no answer."""

    drop: Checkbox = False
    quiet: Checkbox = False


async def closed_to(visit: PhoneRequest) -> None:
    """Raise InputError if the person has no firm that could bid: nothing they send is read."""
    if await visit.ground.database.read(bid_service.firm_of, visit.person_id) is None:
        raise InputError("bid_no_firm")


async def save(visit: PhoneRequest) -> web.StreamResponse:
    """Save the form's current content, except files and declarations; or discard the draft.

    A button press shows the form again; the page's script expects no answer.
    """
    challenge_id, person_id = visit.number, visit.person_id
    here = f"{HOME}/board/{challenge_id}/bid"
    form = visit.read(DraftForm)
    given = {name: text for name, text in form.model_dump(include={*KEPT, *PARTNERS}).items() if text}
    if form.drop or not given:
        await visit.ground.database.write(bid_draft_service.drop, person_id, challenge_id)
        return _done(form, here + "?draft=0")
    firm_id = required(await visit.ground.database.read(bid_service.firm_of, person_id), InputError("bid_no_firm"))
    held = browser_key(visit)
    key = held or fresh_key()
    text = json.dumps(given, ensure_ascii=False)
    sealed = FieldCipher(key).seal(text, _context(challenge_id, firm_id, person_id))
    await visit.ground.database.write(bid_draft_service.save, person_id, challenge_id, firm_id, sealed)
    response = _done(form, here + "?draft=1")
    if held is None:
        set_draft_key(response, visit, key)
    return response


def written(tx: Tx, visit: PhoneRequest, firm_id: int | None) -> StoredDraft | None:
    """Return this person's draft for this firm; None if there is none."""
    draft = bid_drafts.get(tx, visit.person_id, visit.number)
    if draft is None or draft.firm_id != firm_id:
        return None
    key = browser_key(visit)
    try:
        if key is None:
            return StoredDraft({}, draft.changed)
        text = FieldCipher(key).open(draft.sealed, _context(visit.number, draft.firm_id, visit.person_id))
    except UnavailableError:
        return StoredDraft({}, draft.changed)
    return StoredDraft(json.loads(text), draft.changed)


def browser_key(visit: PhoneRequest) -> bytes | None:
    """Return this browser's key; None if it has none yet."""
    try:
        key = base64.urlsafe_b64decode(cookie_of(visit.request, COOKIE))
    except (binascii.Error, ValueError):
        return None
    return key if len(key) == _KEY_BYTES else None


def fresh_key() -> bytes:
    """Return a new key for a browser."""
    return secrets.token_bytes(_KEY_BYTES)


def set_draft_key(response: web.StreamResponse, visit: PhoneRequest, key: bytes) -> None:
    """Set the key cookie, for the board's pages only."""
    value, secure = base64.urlsafe_b64encode(key).decode(), visit.ground.public_url.startswith("https:")
    path = f"{HOME}/board"
    response.set_cookie(COOKIE, value, path=path, max_age=_DAYS_90, httponly=True, samesite="Lax", secure=secure)


def _done(form: DraftForm, path: str) -> web.Response:
    return web.Response(status=204) if form.quiet else web.Response(status=303, headers={"Location": path})


def _context(challenge_id: int, firm_id: int, person_id: int) -> str:
    return f"bid_draft:{challenge_id}:{firm_id}:{person_id}"
