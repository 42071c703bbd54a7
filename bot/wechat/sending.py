"""The customer message as a channel: one text to one person, and what became of it in four words."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum, auto

from bot.wechat.api import CUSTOM_SEND, Api
from bot.wechat.errors import ApiError, RefusedError, UncertainError
from bot.wechat.reactions import Kind
from bot.wechat.replies import MOST_TEXT_BYTES

_PAUSE = timedelta(seconds=30)
_CLOSED = frozenset({Kind.HOLD, Kind.FALL_BACK, Kind.DROP})
_LATER = frozenset({Kind.RETRY, Kind.REFRESH_TOKEN, Kind.SLOW_DOWN, Kind.WAIT, Kind.STOP_API, Kind.STOP_ALL})


class Ending(StrEnum):
    """How a sending can end."""

    SENT = auto()
    LATER = auto()
    """It certainly did not arrive; trying again after a while makes sense."""
    NEXT_VISIT = auto()
    """The person cannot be written to now."""
    UNCERTAIN = auto()
    """It may have arrived: a second copy would be the worse mistake."""
    REFUSED = auto()
    """People must look: trying again would not help."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it ended, with the platform's code or a word for why, and the shortest pause before another attempt."""

    ending: Ending
    why: str = ""
    pause: timedelta = _PAUSE


class CustomerMessages:
    """Sends through the account's API; reacts by the table in reactions.py."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def send(self, openid: str, text: str) -> Outcome:
        """Send this text once, 2,048 bytes at most. Raises nothing of the API's family: the outcome says it all."""
        if len(text.encode(errors="replace")) > MOST_TEXT_BYTES:
            return Outcome(Ending.REFUSED, "too_long")
        try:
            await self._api.send_text(openid, text)
        except RefusedError as error:
            return _refused(error)
        except UncertainError as error:
            # Without a token the message itself was never sent.
            return Outcome(Ending.UNCERTAIN, "no_answer") if error.call == CUSTOM_SEND else Outcome(Ending.LATER)
        except ApiError:
            return Outcome(Ending.LATER)
        return Outcome(Ending.SENT)


def _refused(error: RefusedError) -> Outcome:
    kind, why = error.reaction.kind, str(error.number)
    if kind is Kind.SUCCESS:
        return Outcome(Ending.SENT)
    if kind in _LATER:
        return Outcome(Ending.LATER, why, error.reaction.pause or timedelta(minutes=1))
    if kind in _CLOSED:
        return Outcome(Ending.NEXT_VISIT, why)
    return Outcome(Ending.REFUSED, why)
