"""Pushes posted to the callback: messages and events as XML fields (protocol §1.4, §1.5)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from bot.simulator.xmltree import Field, write

# Events that take a reply; replies to others are not shown (assumed, protocol §1.3).
ANSWERED_EVENTS = frozenset({"subscribe", "scan", "click", "scancode_waitmsg"})

# Reports by the platform itself: nobody wrote or tapped, nobody waits for an answer.
REPORTS = frozenset({"templatesendjobfinish", "masssendjobfinish", "subscribe_msg_sent_event"})


@dataclass(frozen=True)
class Push:
    """One person's message or event, before formatting for a mode.

    `forged`: from somebody who overheard a signature but knows neither token nor key.
    """

    openid: str
    account: str
    created_at: int
    fields: Mapping[str, Field]
    forged: bool = False

    @property
    def kind(self) -> str:
        """Return the message type, or an event's name."""
        return str(self.fields.get("Event", self.fields["MsgType"]))

    @property
    def is_event(self) -> bool:
        """Tell whether this is an event: no MsgId, and not every one takes a reply."""
        return self.fields["MsgType"] == "event"

    @property
    def takes_reply(self) -> bool:
        """Tell whether the platform shows a reply to this push."""
        return not self.is_event or self.kind.lower() in ANSWERED_EVENTS

    @property
    def is_report(self) -> bool:
        """Tell whether the platform reports a finished job, without any act by the person."""
        return self.kind.lower() in REPORTS

    @property
    def takes_many_articles(self) -> bool:
        """Tell whether up to eight articles may answer it: events only, messages take one."""
        return self.is_event

    def parties(self) -> dict[str, Field]:
        """Return the two address fields, also outside an encrypted push."""
        return {"ToUserName": self.account, "FromUserName": self.openid}

    def to_xml(self) -> str:
        """Return the whole push as plain XML."""
        return write({**self.parties(), "CreateTime": self.created_at, **self.fields})


class Pushes:
    """Creates one account's pushes: sets the time and gives each message a unique 64-bit id."""

    def __init__(self, account: str, now: Callable[[], datetime]) -> None:
        self._account = account
        self._now = now
        self._serial = count(1)

    def message(self, openid: str, kind: str, **extra: Field) -> Push:
        """Return a message of this type; MsgId comes last as on the platform."""
        return self._push(openid, {"MsgType": kind, **extra, "MsgId": self.new_id()})

    def event(self, openid: str, event: str, **extra: Field) -> Push:
        """Return an event; it has no MsgId."""
        return self._push(openid, {"MsgType": "event", "Event": event, **extra})

    def new_id(self) -> int:
        """Return a unique number above 2^53, also after a restart: milliseconds, then a serial."""
        return int(self._now().timestamp() * 1000) << 20 | next(self._serial) & 0xFFFFF

    def _push(self, openid: str, fields: dict[str, Field]) -> Push:
        return Push(openid, self._account, int(self._now().timestamp()), fields)
