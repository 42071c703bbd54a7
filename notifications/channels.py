"""Channels usable now to reach a person, best first. Pure: from what is known of them, and the moment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum, auto
from typing import Protocol

from config.topics import NoticeTopic
from storage.notices.cards import NoticeArticle
from storage.notices.outbox import FIRST

# An answer belongs in the open conversation: a card would cut it to twenty characters.
CONVERSATION = FIRST
_MOST_PAUSE = timedelta(hours=1)


class Channel(StrEnum):
    """The channels. `template` to `message` are the platform's; anything undeliverable is shown at the next visit."""

    TEMPLATE = "template"
    """A card, to any follower."""
    NOTICE = "notice"
    """A card of 订阅通知, to whoever allowed one."""
    MESSAGE = "message"
    """Into the chat, within the platform's window."""
    MAIL = "mail"
    SMS = "sms"


@dataclass(frozen=True, slots=True)
class ReceiverStanding:
    """What can reach a person now, by their state and the notice's card.

    `fuller`: the open chat shows more than the card, so it is tried first.
    """

    template: bool = False
    grant: bool = False
    window_until: datetime | None = None
    left: int = 0
    mail: bool = False
    sms: bool = False
    fuller: bool = False


def open_channels(topic: NoticeTopic, standing: ReceiverStanding, now: datetime) -> tuple[Channel, ...]:
    """Return the channels open for this topic now, in order of preference."""
    talking = is_open(standing.window_until, standing.left, now)
    first = topic in CONVERSATION or standing.fuller
    found = [Channel.MESSAGE] if talking and first else []
    if standing.template:
        found.append(Channel.TEMPLATE)
    if standing.grant:
        found.append(Channel.NOTICE)
    if talking and not first:
        found.append(Channel.MESSAGE)
    if standing.mail:
        found.append(Channel.MAIL)
    if standing.sms:
        found.append(Channel.SMS)
    return tuple(found)


def is_open(window_until: datetime | None, left: int, now: datetime) -> bool:
    """Tell whether text may be sent into the chat now: before the window's end (exclusive), with messages left."""
    return left > 0 and window_until is not None and now < window_until


def pause_after(attempt: int, least: timedelta, jitter: float) -> timedelta:
    """Return the pause after this certain failure: increasing, about an hour at most.

    `jitter` (0 to 1) spreads simultaneous failures over another half of the pause.
    """
    doubled: timedelta = least * 2 ** min(attempt - 1, 16)
    return min(doubled, max(_MOST_PAUSE, least)) * (1 + jitter / 2)


class SendEnding(StrEnum):
    """Possible results of a send."""

    SENT = auto()
    LATER = auto()
    """It certainly did not arrive; trying again after a while makes sense."""
    CLOSED = auto()
    """This way is closed for this person now: another one, or their next visit."""
    DROPPED = auto()
    """Nothing pushed reaches this person until they write again."""
    UNCERTAIN = auto()
    """It may have arrived: a second copy would be the worse mistake."""
    STOP_TEMPLATE = auto()
    """The platform wants no more of this template; another way for this notice."""
    AT_VISIT = auto()
    """No way for this notice but the next visit."""
    REFUSED = auto()
    """People must look: trying again would not help."""


class Stop(StrEnum):
    """What else the platform wants paused."""

    MINUTE = auto()
    """This channel until the next minute, slower from then on."""
    DAY = auto()
    """This channel until midnight."""
    CHANNEL = auto()
    """This channel for the outcome's `rest`."""
    ACCOUNT = auto()
    """Everything that goes by the platform, for the outcome's `rest`."""


@dataclass(frozen=True, slots=True)
class SendOutcome:
    """A send's result, with the platform's code or a reason, and the shortest pause before a retry.

    `msg_id`: the platform's number for it. `stop`: the failure is about the channel, not the notice. `limited`: the
    platform calls the receiver limited. `parts`: messages of a long text that arrived before this ending; `unsaid`: the
    text that certainly did not, if others did.
    """

    ending: SendEnding
    why: str = ""
    pause: timedelta = timedelta(seconds=30)
    msg_id: int | None = None
    stop: Stop | None = None
    rest: timedelta = timedelta()
    limited: bool = False
    parts: int = 0
    unsaid: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Parcel:
    """A notice leased for sending by one channel, once. `number` is this attempt's."""

    id: int
    key: str
    person_id: int
    topic: NoticeTopic
    channel: Channel
    number: int
    address: str = field(repr=False)
    text: str = field(default="", repr=False)
    """Where this channel sends words."""
    messages: int = 1
    """As so many of the platform's messages at most."""
    template_id: str = ""
    data: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Where it sends a card: each field of the template."""
    link: str = ""
    article: NoticeArticle | None = field(default=None, repr=False)
    """Where the chat shows it so, instead of the words."""
    tried_at: datetime | None = None
    repeated: bool = False
    """An earlier attempt may have arrived."""


class Sends(Protocol):
    """A channel to one person."""

    async def send(self, parcel: Parcel) -> SendOutcome:
        """Send this once and return the outcome; raises nothing of its own."""
        ...


Jitter = Callable[[], float]
