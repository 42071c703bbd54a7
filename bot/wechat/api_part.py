"""What every part of the API client shares: the calls it makes, and how it changes something."""

from typing import Any

from bot.wechat.calls import Calls
from bot.wechat.transport import JsonObject, Request, to_json


class ApiPart:
    """One noun of the platform's API. Every method raises ApiError."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def _change(
        self, path: str, value: JsonObject, expected: str = "errcode", *, is_send: bool = False
    ) -> JsonObject:
        return await self._calls.json(Request("POST", path, body=to_json(value)), expected, is_send=is_send)


def number_in(value: Any) -> int:
    """The whole number in an answer, 0 where there is none."""
    return value if isinstance(value, int) else 0
