"""Base of the API client's parts: its calls, and how to change something."""

from typing import Any

from bot.wechat.calls import Calls
from bot.wechat.transport import ApiRequest, JsonObject, to_json


class ApiPart:
    """One part of the platform's API. Every method raises ApiError."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def _change(
        self, path: str, value: JsonObject, expected: str = "errcode", *, is_send: bool = False
    ) -> JsonObject:
        return await self._calls.json(ApiRequest("POST", path, body=to_json(value)), expected, is_send=is_send)


def number_in(value: Any) -> int:
    """Return the whole number in an answer, 0 if there is none."""
    return value if isinstance(value, int) else 0
