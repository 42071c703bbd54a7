"""A person opens a page of their own from the chat, by a one-time link."""

from storage.audit import audit
from storage.engine.transactions import Tx
from storage.people import page_sessions

REGISTER = "register"
MINE = "mine"
CALENDAR = "calendar"
MY_BIDS = "my-bids"


def challenge_page(challenge_id: int) -> str:
    """The page of one challenge."""
    return f"board/{challenge_id}"


def give_link(tx: Tx, person_id: int, page: str, link: str) -> None:
    """Let this person in to this page once by this link, within half an hour."""
    page_sessions.give(tx, person_id, page, link)
    _record(tx, person_id, "give_page_link", "wechat")


def come_in(tx: Tx, link: str, cookie: str) -> str | None:
    """Spend the link and let the browser with this new cookie in; the page it was given for, None where it is no good.

    A link has 256 bits: guessing one is hopeless, so wrong ones are not counted.
    """
    taken = page_sessions.take(tx, link)
    if taken is None:
        return None
    person_id, page = taken
    page_sessions.begin(tx, cookie, person_id)
    _record(tx, person_id, "open_page", "h5")
    return page


def _record(tx: Tx, person_id: int, action: str, source: str) -> None:
    audit.record(tx, actor=f"person:{person_id}", action=action, subject=f"person:{person_id}", source=source)
