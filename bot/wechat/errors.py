"""Errors in what comes from the platform, and in calls to it."""

import re

from bot.wechat import reactions
from bot.wechat.reactions import Reaction
from config.errors import AppError, UnavailableError

_RID = re.compile(r"rid: ([0-9a-f-]{8,64})")
_ADDRESS = re.compile(r"invalid ip ([0-9a-f.:]{3,45})")
_FIELD = re.compile(r"data\.(\w{1,40})\.value")


class WireError(Exception):
    """An invalid push. `reason` is a word for counters and logs; it never quotes the push.

    `forged` separates a wrong signature, an old timestamp or a foreign app id (403) from bad form (400).
    """

    def __init__(self, reason: str, *, forged: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.forged = forged


class ApiError(Exception):
    """A call to the platform failed. `call` is its path; no error of this family holds a secret or token."""

    def __init__(self, call: str, why: str) -> None:
        super().__init__(f"{call}: {why}")
        self.call = call
        self.why = why


class ApiUnreachableError(ApiError):
    """No connection: the call was certainly not carried out."""


class ApiUncertainError(ApiError):
    """The call was sent without a credible answer: it may or may not have been carried out."""


class ApiRefusedError(ApiError):
    """The platform refused: `number` is its errcode, `reaction` what to do, `rid` its id of the call.

    `address`: our IP address if the platform objects to it; `field`: the template field it names.
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


def operator_hint(error: ApiError) -> AppError:
    """Return the platform's trouble as an operator needs it: what is wrong and what to do."""
    if isinstance(error, ApiRefusedError) and error.address:
        return UnavailableError("wechat_address", address=error.address, number=error.number)
    if isinstance(error, ApiRefusedError):
        return UnavailableError("wechat_refused", call=error.call, number=error.number, rid=error.rid)
    if isinstance(error, ApiUncertainError):
        return UnavailableError("wechat_uncertain", call=error.call, why=error.why)
    return UnavailableError("wechat_unreachable", call=error.call)
