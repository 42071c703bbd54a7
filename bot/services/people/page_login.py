"""A person opens a page of their own from the chat, by a one-time link."""

from storage.audit import audit
from storage.engine.transactions import Actor, Tx
from storage.people import page_sessions

REGISTER = "register"
MINE = "mine"
CALENDAR = "calendar"
MY_BIDS = "my-bids"


def challenge_page(challenge_id: int) -> str:
    """Return the page name of one challenge."""
    return f"board/{challenge_id}"


def issue_link(tx: Tx, person_id: int, page: str, link: str) -> None:
    """Issue a one-time link to this page, valid for half an hour."""
    page_sessions.issue_link(tx, person_id, page, link)
    audit.record(tx, "give_page_link", f"person:{person_id}")


def sign_in(tx: Tx, link: str, cookie: str) -> str | None:
    """Redeem the link and start a page session with this new cookie; return the link's page, None if invalid.

    A link has 256 bits: guessing is hopeless, so failures are not counted.
    """
    taken = page_sessions.take(tx, link)
    if taken is None:
        return None
    person_id, page = taken
    page_sessions.begin(tx, cookie, person_id)
    tx.actor = Actor.person(person_id, "h5")
    audit.record(tx, "open_page", f"person:{person_id}")
    return page
