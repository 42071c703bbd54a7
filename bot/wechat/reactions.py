"""Reactions to each platform error code: one table (protocol §3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum, auto


class ReactionKind(StrEnum):
    """Kinds of reaction."""

    SUCCESS = auto()
    """It was done before under the same id: count it as done."""
    RETRY = auto()
    """The platform is busy: the same call again after a while, a few times; a send at most once more."""
    REFRESH_TOKEN = auto()
    """Take the newer token, or fetch one, and repeat once; the second time people must look."""
    DROP = auto()
    """This one will never arrive; do not try again."""
    HOLD = auto()
    """Keep it until the person writes again; no timer helps."""
    FALL_BACK = auto()
    """This way is closed for now: another channel, or the person's next word."""
    SPLIT = auto()
    """Too long: in parts, each of which costs quota."""
    REUPLOAD = auto()
    """The media is gone or unfit: upload once more, then drop."""
    FIX_DATA = auto()
    """A field breaks its template's rule; errmsg names it. Never again as it is."""
    PLAIN_TEXT = auto()
    """This kind of message is not for this account: say it in plain text."""
    WAIT = auto()
    """Not decided yet: look again after `pause`."""
    SLOW_DOWN = auto()
    """Too many this minute: go on in the next one, slower."""
    STOP_API = auto()
    """Nothing more to this address until `pause` is over, or until midnight in Shanghai where there is none."""
    STOP_TEMPLATE = auto()
    """Nothing more with this template until people have looked."""
    STOP_FEATURE = auto()
    """This account may not do this; switch the feature off."""
    STOP_ALL = auto()
    """Nothing works with these credentials or from this address; probe again after `pause`."""
    FAIL_JOB = auto()
    """The whole job has failed; next period."""
    RESTART_OAUTH = auto()
    """The code is bad, used or old: send the person through the page again."""
    REAUTHORISE = auto()
    """The person's grant has ended: ask for it anew."""
    BUG = auto()
    """Our mistake; repeating it will not help."""


class ReceiverState(StrEnum):
    """What the code says about the receiver, to be stored."""

    INVALID = auto()
    """No follower of this account has this openid."""
    UNREACHABLE = auto()
    """Not following; until the next subscribe."""
    MUTED = auto()
    """Has switched our messages off."""
    BLOCKED = auto()
    """Is on our own blacklist."""
    GRANT_GONE = auto()
    """Has given no grant for this notice, or it is used up."""
    LIMITED = auto()
    """Limited by the platform; many of these at once mean that the account is."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """What to do; whether to alert; what to store about the receiver; how long to pause."""

    kind: ReactionKind
    alert: bool = False
    person: ReceiverState | None = None
    pause: timedelta | None = None


_PROBE = timedelta(minutes=10)
_STOP_ALL = Reaction(ReactionKind.STOP_ALL, alert=True, pause=_PROBE)
_BUG = Reaction(ReactionKind.BUG, alert=True)
_BUSY = Reaction(ReactionKind.RETRY)
_TOKEN = Reaction(ReactionKind.REFRESH_TOKEN)
_TEMPLATE = Reaction(ReactionKind.STOP_TEMPLATE, alert=True)
_MEDIA = Reaction(ReactionKind.REUPLOAD)
_NO_SUCH_PERSON = Reaction(ReactionKind.DROP, person=ReceiverState.INVALID)
_NO_FOLLOWER = Reaction(ReactionKind.DROP, person=ReceiverState.UNREACHABLE)
_THIS_MINUTE = Reaction(ReactionKind.SLOW_DOWN, pause=timedelta(minutes=1))

# An unlisted code: repeating what was not understood is the worse mistake.
UNKNOWN = Reaction(ReactionKind.DROP, alert=True)

REACTIONS: Mapping[int, Reaction] = {
    -1: _BUSY,
    268487001: _BUSY,
    268487002: _BUSY,
    40001: _TOKEN,
    40014: _TOKEN,
    42001: _TOKEN,
    41001: _BUG,
    40013: _STOP_ALL,
    40125: _STOP_ALL,
    40243: _STOP_ALL,
    41002: _STOP_ALL,
    41004: _STOP_ALL,
    40164: _STOP_ALL,
    45035: _STOP_ALL,
    89501: _STOP_ALL,
    89503: _STOP_ALL,
    89506: Reaction(ReactionKind.STOP_ALL, alert=True, pause=timedelta(hours=24)),
    89507: Reaction(ReactionKind.STOP_ALL, alert=True, pause=timedelta(hours=1)),
    61003: _STOP_ALL,
    61004: _STOP_ALL,
    61007: _STOP_ALL,
    61016: _STOP_ALL,
    61023: _STOP_ALL,
    61024: _STOP_ALL,
    40003: _NO_SUCH_PERSON,
    46004: _NO_SUCH_PERSON,
    49003: _NO_SUCH_PERSON,
    43004: _NO_FOLLOWER,
    50005: _NO_FOLLOWER,
    45015: Reaction(ReactionKind.FALL_BACK),
    45047: Reaction(ReactionKind.HOLD),
    48002: Reaction(ReactionKind.DROP, person=ReceiverState.MUTED),
    43019: Reaction(ReactionKind.DROP, person=ReceiverState.BLOCKED),
    43101: Reaction(ReactionKind.DROP, person=ReceiverState.GRANT_GONE),
    50002: Reaction(ReactionKind.DROP, person=ReceiverState.LIMITED),
    70000: Reaction(ReactionKind.DROP),
    40036: _TEMPLATE,
    40037: _TEMPLATE,
    40246: _TEMPLATE,
    40247: _TEMPLATE,
    40249: _TEMPLATE,
    43116: _TEMPLATE,
    47003: Reaction(ReactionKind.FIX_DATA),
    47001: _BUG,
    44002: _BUG,
    44004: _BUG,
    40033: _BUG,
    43001: _BUG,
    43002: _BUG,
    43003: _BUG,
    40008: _BUG,
    40039: _BUG,
    40165: _BUG,
    45008: _BUG,
    45162: _BUG,
    45002: Reaction(ReactionKind.SPLIT),
    **dict.fromkeys((40004, 40005, 40006, 40007, 40009, 40010, 40011, 40012), _MEDIA),
    45009: Reaction(ReactionKind.STOP_API, alert=True),
    45011: _THIS_MINUTE,
    42010: _THIS_MINUTE,
    45028: Reaction(ReactionKind.FAIL_JOB),
    45065: Reaction(ReactionKind.SUCCESS),
    45066: Reaction(ReactionKind.WAIT, pause=timedelta(seconds=60)),
    45067: _BUG,
    40031: _BUG,
    40032: _BUG,
    40130: _BUG,
    40152: _BUG,
    89504: Reaction(ReactionKind.WAIT, pause=timedelta(minutes=30)),
    89505: Reaction(ReactionKind.WAIT, pause=timedelta(minutes=30)),
    48001: Reaction(ReactionKind.STOP_FEATURE, alert=True),
    48004: Reaction(ReactionKind.STOP_API, alert=True, pause=timedelta(hours=24)),
    48006: Reaction(ReactionKind.STOP_API, alert=True),
    40200: Reaction(ReactionKind.PLAIN_TEXT),
    **dict.fromkeys(range(65400, 65418), Reaction(ReactionKind.STOP_FEATURE)),
    40029: Reaction(ReactionKind.RESTART_OAUTH),
    40163: Reaction(ReactionKind.RESTART_OAUTH),
    42003: Reaction(ReactionKind.RESTART_OAUTH),
    42002: Reaction(ReactionKind.REAUTHORISE),
    40030: Reaction(ReactionKind.REAUTHORISE),
    42007: Reaction(ReactionKind.REAUTHORISE),
}


def to(number: int) -> Reaction:
    """Return the reaction to an errcode."""
    return REACTIONS.get(number, UNKNOWN)
