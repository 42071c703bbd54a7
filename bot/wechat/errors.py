"""What can be wrong with what comes from the platform, and with what we ask of it."""

import re

from bot.wechat import reactions
from bot.wechat.reactions import Reaction
from config.errors import AppError, UnavailableError

_RID = re.compile(r"rid: ([0-9a-f-]{8,64})")
_ADDRESS = re.compile(r"invalid ip ([0-9a-f.:]{3,45})")
_FIELD = re.compile(r"data\.(\w{1,40})\.value")


class WireError(Exception):
    """A push that cannot be taken. `reason` is a word for the counters and logs; it never quotes the push.

    `forged` tells a wrong signature, an old timestamp or a foreign app id (403) from bad form (400).
    """

    def __init__(self, reason: str, *, forged: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.forged = forged


class ApiError(Exception):
    """A call to the platform did not succeed. `call` is its path; no error of this family holds a secret or a token."""

    def __init__(self, call: str, why: str) -> None:
        super().__init__(f"{call}: {why}")
        self.call = call
        self.why = why


class UnreachableError(ApiError):
    """No connection came about: the call was certainly not carried out."""


class UncertainError(ApiError):
    """The call was sent and no answer that looks like one came back: it may have been carried out or not."""


class RefusedError(ApiError):
    """The platform said no: `number` is its errcode, `reaction` what to do about it, `rid` its name for the call.

    `address` is our own IP address where that is what the platform objects to; `field` is the template's field that it
    names.
    """

    def __init__(self, call: str, number: int, errmsg: str) -> None:
        super().__init__(call, str(number))
        self.number = number
        self.reaction: Reaction = reactions.to(number)
        self.rid = _found(_RID, errmsg)
        self.address = _found(_ADDRESS, errmsg)
        self.field = _found(_FIELD, errmsg)


def _found(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return match[1] if match else ""


def told(error: ApiError) -> AppError:
    """Return the platform's trouble as an operator needs it: what is wrong and what to do."""
    if isinstance(error, RefusedError) and error.address:
        return UnavailableError("wechat_address", address=error.address, number=error.number)
    if isinstance(error, RefusedError):
        return UnavailableError("wechat_refused", call=error.call, number=error.number, rid=error.rid)
    if isinstance(error, UncertainError):
        return UnavailableError("wechat_uncertain", call=error.call, why=error.why)
    return UnavailableError("wechat_unreachable", call=error.call)
