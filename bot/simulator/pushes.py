"""What the platform posts to the callback: messages and events as fields of XML (protocol §1.4, §1.5)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from bot.simulator.xmltree import Field, write

# Events that may be answered; the answers to all others are not shown (assumed, protocol §1.3).
ANSWERED_EVENTS = frozenset({"subscribe", "scan", "click", "scancode_waitmsg"})

# What the platform reports by itself: nobody has written or tapped, nobody waits for an answer.
REPORTS = frozenset({"templatesendjobfinish", "masssendjobfinish", "subscribe_msg_sent_event"})


@dataclass(frozen=True)
class Push:
    """One message or event of one person, not yet dressed for a mode.

    A `forged` one comes from somebody who has overheard a signature, but knows neither token nor key.
    """

    openid: str
    account: str
    created_at: int
    fields: Mapping[str, Field]
    forged: bool = False

    @property
    def kind(self) -> str:
        """The message type, or for an event its name."""
        return str(self.fields.get("Event", self.fields["MsgType"]))

    @property
    def is_event(self) -> bool:
        """Whether this is an event: no MsgId, and not every one takes an answer."""
        return self.fields["MsgType"] == "event"

    @property
    def takes_reply(self) -> bool:
        """Whether the platform shows an answer to this push."""
        return not self.is_event or self.kind.lower() in ANSWERED_EVENTS

    @property
    def is_report(self) -> bool:
        """Whether the platform reports a finished job: the person has done nothing."""
        return self.kind.lower() in REPORTS

    @property
    def takes_many_articles(self) -> bool:
        """Events may be answered with up to eight articles, messages with one."""
        return self.is_event

    def parties(self) -> dict[str, Field]:
        """The two fields that also an encrypted push is addressed by."""
        return {"ToUserName": self.account, "FromUserName": self.openid}

    def to_xml(self) -> str:
        """The whole push as plain XML."""
        return write({**self.parties(), "CreateTime": self.created_at, **self.fields})


class Pushes:
    """Makes pushes for one account: stamps the time and gives each message a 64-bit id of its own."""

    def __init__(self, account: str, now: Callable[[], datetime]) -> None:
        self._account = account
        self._now = now
        self._serial = count(1)

    def message(self, openid: str, kind: str, **extra: Field) -> Push:
        """A message of this type; MsgId comes last as on the platform."""
        return self._push(openid, {"MsgType": kind, **extra, "MsgId": self.new_id()})

    def event(self, openid: str, event: str, **extra: Field) -> Push:
        """An event; it has no MsgId."""
        return self._push(openid, {"MsgType": "event", "Event": event, **extra})

    def new_id(self) -> int:
        """A number above 2^53 that no other push has, also after a restart: milliseconds, then a serial."""
        return int(self._now().timestamp() * 1000) << 20 | next(self._serial) & 0xFFFFF

    def _push(self, openid: str, fields: dict[str, Field]) -> Push:
        return Push(openid, self._account, int(self._now().timestamp()), fields)
