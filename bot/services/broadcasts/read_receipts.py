"""Landing page of a broadcast's card or article: a personal address per recipient records that it was opened."""

import hmac

from storage.broadcasts import broadcasts, pictures, recipients
from storage.broadcasts.broadcasts import Broadcast, BroadcastState
from storage.engine.transactions import Tx

_MARK = 20
_OUT = (BroadcastState.SENDING, BroadcastState.DONE)


def page(tx: Tx, broadcast_id: int, person_id: int) -> str:
    """Return the path of this person's page of this broadcast."""
    return f"/h5/told/{broadcast_id}-{person_id}-{_mark(tx, broadcast_id, person_id)}"


def read(tx: Tx, token: str) -> tuple[Broadcast, int] | None:
    """Return (broadcast, person) for this token; None if it is invalid, or the broadcast was stopped or deleted.

    Recipients of a trial message may open it before it is sent.
    """
    first, _, rest = token.partition("-")
    second, _, mark = rest.partition("-")
    if not all(part.isascii() and part.isdigit() and len(part) < 18 for part in (first, second)):
        return None
    if not hmac.compare_digest(mark.encode(), _mark(tx, int(first), int(second)).encode()):
        return None
    found = broadcasts.get(tx, int(first))
    if found is None:
        return None
    out = found.state in _OUT and recipients.is_recipient(tx, found.id, int(second))
    return (found, int(second)) if out or recipients.is_tried(tx, found.id, int(second)) else None


def picture(tx: Tx, name: str) -> bytes | None:
    """Return this picture, public only while a sent broadcast or one on trial shows it; else None."""
    shown = any(one.state in _OUT or recipients.is_tried_by_any(tx, one.id) for one in broadcasts.showing(tx, name))
    return pictures.get(tx, name) if shown else None


def note(tx: Tx, broadcast_id: int, person_id: int) -> None:
    """Record that the person opened it; only the first time counts."""
    recipients.open_(tx, broadcast_id, person_id)


def _mark(tx: Tx, broadcast_id: int, person_id: int) -> str:
    return tx.cipher.fingerprint(f"{broadcast_id}:{person_id}", "broadcast.page")[:_MARK]
