"""The platform's reply window as we count it: how many unprompted messages may be sent, and until when.

We undercount, never overcount: a tap in an open window adds nothing, each send is counted when it begins, and a window
is rewritten only if worth a write. Whoever writes or taps is reachable again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, or_, select, update

from storage.engine.transactions import Tx
from storage.people.people import PEOPLE

BY_MESSAGE = timedelta(hours=48)
MESSAGES = 5
BY_TAP = timedelta(minutes=1)
TAPS = 3
# A full window this close to its full length is not rewritten for each further message.
_NEAR = timedelta(minutes=10)

_MINE = PEOPLE.c.id == bindparam("person_")
_FULL = (
    update(PEOPLE)
    .where(
        _MINE,
        or_(
            PEOPLE.c.window_until.is_(None),
            PEOPLE.c.window_until < bindparam("worth_"),
            PEOPLE.c.window_left < MESSAGES,
            PEOPLE.c.unreachable.is_not(None),
        ),
    )
    .values(window_until=bindparam("until_"), window_left=MESSAGES, unreachable=None)
)
_SHORT = (
    update(PEOPLE)
    .where(
        _MINE,
        or_(
            PEOPLE.c.window_until.is_(None),
            PEOPLE.c.window_until <= bindparam("now_"),
            PEOPLE.c.unreachable.is_not(None),
        ),
    )
    .values(window_until=bindparam("until_"), window_left=TAPS, unreachable=None)
)


@dataclass(frozen=True, slots=True)
class ReplyWindow:
    """Messages left (0: none) until a moment, exclusive; None: there never was a window."""

    until: datetime | None
    left: int


def wrote(tx: Tx, person_id: int) -> None:
    """Open the window after a message: five replies within 48 hours."""
    until = tx.now + BY_MESSAGE
    tx.execute(_FULL, {"person_": person_id, "worth_": until - _NEAR, "until_": until})


def tapped(tx: Tx, person_id: int) -> None:
    """Open the short window after a follow, scan or tap: three replies within a minute, unless one is open."""
    tx.execute(_SHORT, {"person_": person_id, "now_": tx.now, "until_": tx.now + BY_TAP})


def reachable(tx: Tx) -> dict[int, ReplyWindow]:
    """Return every follower's window, except those unreachable by push until they write again."""
    columns = (PEOPLE.c.id, PEOPLE.c.window_until, PEOPLE.c.window_left)
    found = tx.execute(select(*columns).where(PEOPLE.c.unreachable.is_(None)))
    return {row.id: ReplyWindow(row.window_until, row.window_left or 0) for row in found}


def of(tx: Tx, person_id: int) -> ReplyWindow:
    """Return this person's window."""
    mine = select(PEOPLE.c.window_until, PEOPLE.c.window_left).where(PEOPLE.c.id == person_id)
    row = tx.execute(mine).one_or_none()
    return ReplyWindow(None, 0) if row is None else ReplyWindow(row.window_until, row.window_left or 0)
