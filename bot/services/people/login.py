"""Login from the chat by one-time link or code, and logout."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from config.calendar import shanghai_day
from config.errors import InputError
from storage.audit import audit
from storage.engine.transactions import Actor, Tx
from storage.people import login_codes, page_sessions, roles, sessions
from storage.people.login_codes import CodeKind

# No 0, O, 1, I: read on a phone's screen and typed on a PC.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH = 8


class TooSoonError(InputError):
    """Raised without checking a code: too many wrong ones came from the same origin."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__("code_wait", minutes=-(-wait // timedelta(minutes=1)))


@dataclass(frozen=True, slots=True)
class LoginAttempt:
    """A login attempt: its secret, network address, and the cookie the browser would get."""

    secret: str
    address: str
    cookie: str
    device: str


def code_of(number: int) -> str:
    """Encode a 40-bit number as 8 characters out of 32."""
    return "".join(ALPHABET[number >> 5 * place & 31] for place in range(CODE_LENGTH))


def fresh_code() -> str:
    """Return a random new code."""
    return code_of(secrets.randbits(40))


def normal_code(typed: str) -> str:
    """Normalise a typed code: no blanks or dashes, upper case."""
    return "".join(character for character in typed.upper() if character.isalnum())


def issue_link(tx: Tx, person_id: int, link: str, code: str) -> tuple[roles.Role, ...]:
    """Issue a login link and code valid for five minutes; return the roles. Without a role nothing is issued."""
    held = roles.held_on(tx, person_id, shanghai_day(tx.now))
    if held:
        login_codes.issue(tx, person_id, link, code)
        audit.record(tx, "ask_in", f"person:{person_id}")
    return held


def require_pace(tx: Tx, kind: CodeKind, origin: str) -> None:
    """Raise TooSoonError while this origin must wait before another code of this kind is checked."""
    wait = login_codes.required_wait(tx, kind, origin)
    if wait:
        raise TooSoonError(wait)


def fail(tx: Tx, kind: CodeKind, origin: str) -> None:
    """Count a wrong code of this kind against where it came from ("person:12", or an address), and record it."""
    login_codes.fail(tx, kind, origin)
    audit.record(tx, "fail_code", f"code:{kind.value}")


def sign_in(tx: Tx, attempt: LoginAttempt, *, by_code: bool) -> bool:
    """Redeem the link or code and start a session with the new cookie; False if wrong.

    Wrong codes slow their address down. A link has 256 bits: guessing needs no limit, so links are never slowed. Raises
    TooSoonError.
    """
    if by_code:
        require_pace(tx, CodeKind.ENTRY, attempt.address)
    person_id = login_codes.take(tx, attempt.secret)
    if person_id is None or not roles.held_on(tx, person_id, shanghai_day(tx.now)):
        if by_code:
            # Of an address the audit keeps a keyed mark.
            mark = tx.cipher.fingerprint(attempt.address, "entry.origin")[:16]
            tx.actor = Actor(f"address:{mark}", "console")
            fail(tx, CodeKind.ENTRY, attempt.address)
        return False
    session_id = sessions.begin(tx, attempt.cookie, person_id, attempt.device)
    tx.actor = Actor.person(person_id, "console")
    audit.record(tx, "come_in", f"session:{session_id}")
    return True


def end_session(tx: Tx, person_id: int, session_id: int) -> bool:
    """End one of this person's own sessions; False if it is not theirs."""
    if not sessions.end(tx, person_id, session_id):
        return False
    audit.record(tx, "end_session", f"session:{session_id}")
    return True


REGISTER = "register"
MINE = "mine"
CALENDAR = "calendar"
MY_BIDS = "my-bids"


def challenge_page(challenge_id: int) -> str:
    """Return the page name of one challenge."""
    return f"board/{challenge_id}"


def issue_page_link(tx: Tx, person_id: int, page: str, link: str) -> None:
    """Issue a one-time link to this page, valid for half an hour."""
    page_sessions.issue_link(tx, person_id, page, link)
    audit.record(tx, "give_page_link", f"person:{person_id}")


def open_page(tx: Tx, link: str, cookie: str) -> str | None:
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
