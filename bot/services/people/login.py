"""A person comes in from the chat, by a one-time link or code, and goes out again."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from config.calendar import shanghai_day
from config.errors import InputError
from storage.audit import audit
from storage.engine.transactions import Actor, Tx
from storage.people import login_codes, roles, sessions
from storage.people.login_codes import CodeKind

# No 0, O, 1, I: read from a phone's screen and typed on a PC.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH = 8


class TooSoonError(InputError):
    """A code was not looked at: too many wrong ones came from the same place before."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__("code_wait", minutes=-(-wait // timedelta(minutes=1)))


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
        login_codes.give(tx, person_id, link, code)
        audit.record(tx, "ask_in", f"person:{person_id}")
    return held


def hold_pace(tx: Tx, kind: CodeKind, origin: str) -> None:
    """Raise TooSoonError where this origin has to wait before a code of this kind is looked at."""
    wait = login_codes.wait(tx, kind, origin)
    if wait:
        raise TooSoonError(wait)


def fail(tx: Tx, kind: CodeKind, origin: str) -> None:
    """Count a wrong code of this kind against where it came from ("person:12", or an address), and record it."""
    login_codes.fail(tx, kind, origin)
    audit.record(tx, "fail_code", f"code:{kind.value}")


def come_in(tx: Tx, attempt: Attempt, *, by_code: bool) -> bool:
    """Spend the link or code and begin a session under the new cookie; False where it is wrong.

    Wrong codes slow their address down. A link has 256 bits: guessing it needs no counting, and it always works.
    Raises TooSoonError.
    """
    if by_code:
        hold_pace(tx, CodeKind.ENTRY, attempt.address)
    person_id = login_codes.take(tx, attempt.secret)
    if person_id is None or not roles.held(tx, person_id, shanghai_day(tx.now)):
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
    """End one of this person's own sessions; False where it is none of theirs."""
    if not sessions.end(tx, person_id, session_id):
        return False
    audit.record(tx, "end_session", f"session:{session_id}")
    return True
