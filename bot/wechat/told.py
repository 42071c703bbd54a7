"""The platform's trouble as an operator needs it, at the command line and in the check-up."""

from bot.wechat.errors import ApiError, RefusedError, UncertainError
from config.errors import AppError, UnavailableError


def told(error: ApiError) -> AppError:
    """What is wrong and what to do."""
    if isinstance(error, RefusedError) and error.address:
        return UnavailableError("wechat_address", address=error.address, number=error.number)
    if isinstance(error, RefusedError):
        return UnavailableError("wechat_refused", call=error.call, number=error.number, rid=error.rid)
    if isinstance(error, UncertainError):
        return UnavailableError("wechat_uncertain", call=error.call, why=error.why)
    return UnavailableError("wechat_unreachable", call=error.call)
