"""Which way may be used now to tell a person something. Pure: the topic, their window, the moment."""

from datetime import datetime, timedelta
from enum import StrEnum, auto

# What is pushed into the chat; everything else waits for the person's next word.
PUSHED = frozenset({"ticket"})
_MOST_PAUSE = timedelta(hours=1)


class Channel(StrEnum):
    """The ways there are."""

    CUSTOMER_MESSAGE = auto()
    """Into the chat at once, within the platform's window."""
    NEXT_VISIT = auto()
    """Above the reply to the person's next word."""


def reach(topic: str, window_until: datetime | None, left: int, now: datetime) -> Channel:
    """The way for this topic now: the window is half-open and holds so many more messages."""
    if topic in PUSHED and left > 0 and window_until is not None and now < window_until:
        return Channel.CUSTOMER_MESSAGE
    return Channel.NEXT_VISIT


def pause_after(attempt: int, least: timedelta) -> timedelta:
    """How long to wait after this attempt failed for certain: longer each time, an hour at most."""
    doubled: timedelta = least * 2 ** min(attempt - 1, 16)
    return min(doubled, max(_MOST_PAUSE, least))
