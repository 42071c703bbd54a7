"""A person comes in from the chat, by a one-time link or code, and goes out again."""

import secrets
from dataclasses import dataclass
from enum import Enum

from config.calendar import shanghai_day
from storage import audit, entry_codes, roles, sessions
from storage.transactions import Tx

# No 0, O, 1, I: read from a phone's screen and typed on a PC.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH = 8


class Refusal(Enum):
    """Why nobody came in."""

    WRONG = "wrong"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody at the door: what they hold, where they knock, and the cookie their browser would get."""

    secret: str
    address: str
    cookie: str
    device: str


def code_of(number: int) -> str:
    """The code with this number of 40 bits: 8 characters out of 32."""
    return "".join(ALPHABET[number >> 5 * place & 31] for place in range(CODE_LENGTH))


def fresh_code() -> str:
    """A new code by chance."""
    return code_of(secrets.randbits(40))


def normal_code(typed: str) -> str:
    """A typed code as it was given: without blanks and dashes, in capitals."""
    return "".join(character for character in typed.upper() if character.isalnum())


def ask_in(tx: Tx, person_id: int, link: str, code: str) -> tuple[roles.Role, ...]:
    """Let this person come in by this link or code for five minutes; returns as what. Nothing is given for no role."""
    held = roles.held(tx, person_id, shanghai_day(tx.now))
    if held:
        entry_codes.give(tx, person_id, link, code)
        _record(tx, person_id, "ask_in", f"person:{person_id}", "wechat")
    return held


def come_in(tx: Tx, attempt: Attempt, *, by_code: bool) -> Refusal | None:
    """Spend the link or code and begin a session under the new cookie; tells why not.

    Wrong codes close the form: 5 from an address in 15 minutes, 50 from anywhere in one minute. A link has 256 bits:
    guessing it needs no counting, and it works while the form is closed.
    """
    if by_code and entry_codes.is_closed(tx, attempt.address):
        return Refusal.CLOSED
    person_id = entry_codes.take(tx, attempt.secret)
    if person_id is None or not roles.held(tx, person_id, shanghai_day(tx.now)):
        if by_code:
            entry_codes.fail(tx, attempt.address)
        return Refusal.WRONG
    session_id = sessions.begin(tx, attempt.cookie, person_id, attempt.device)
    _record(tx, person_id, "come_in", f"session:{session_id}", "console")
    return None


def end_session(tx: Tx, person_id: int, session_id: int) -> bool:
    """End one of this person's own sessions; False where it is none of theirs."""
    if not sessions.end(tx, person_id, session_id):
        return False
    _record(tx, person_id, "end_session", f"session:{session_id}", "console")
    return True


def _record(tx: Tx, person_id: int, action: str, subject: str, source: str) -> None:
    audit.record(tx, actor=f"person:{person_id}", action=action, subject=subject, source=source)
