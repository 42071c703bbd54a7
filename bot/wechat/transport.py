"""One HTTP exchange with the platform: UTF-8 JSON out, a credible answer in, or a specific error."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from bot.wechat import reactions
from bot.wechat.errors import ApiRefusedError, ApiUncertainError, ApiUnreachableError
from bot.wechat.reactions import ReactionKind

JsonObject = dict[str, Any]

# A page of 10,000 openids is 320 KB; a follower's video up to 10 MB.
MOST_JSON_BYTES = 4 * 1024 * 1024
MOST_MEDIA_BYTES = 12 * 1024 * 1024
CONNECT_SECONDS = 3.0
ANSWER_SECONDS = 8.0
MEDIA_SECONDS = 30.0
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_DECODER = json.JSONDecoder(strict=False)


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """A request to one address. The query carries tokens and secrets: it is excluded from every repr."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)
    content_type: str = "application/json; charset=utf-8"
    seconds: float = ANSWER_SECONDS
    most_bytes: int = MOST_JSON_BYTES


@dataclass(frozen=True, slots=True)
class ApiResponse:
    """An unparsed answer."""

    call: str
    status: int
    content_type: str
    body: bytes = field(repr=False)

    def json(self, expected: str) -> JsonObject:
        """Return the JSON object with the `expected` field and no errcode but 0 (or one meaning "done before").

        Raises RefusedError for an errcode, UncertainError for anything unlike the platform's answers.
        """
        try:
            found = _DECODER.decode(self.body.decode(errors="ignore"))
        except (ValueError, RecursionError):
            raise ApiUncertainError(self.call, f"no JSON (HTTP {self.status})") from None
        if not isinstance(found, dict):
            raise ApiUncertainError(self.call, "no JSON object")
        number = found.get("errcode", 0)
        if not isinstance(number, int) or isinstance(number, bool):
            raise ApiUncertainError(self.call, "an errcode that is no number")
        if reactions.to(number).kind is ReactionKind.SUCCESS:
            return found
        if number:
            raise ApiRefusedError(self.call, number, str(found.get("errmsg", "")))
        if expected not in found:
            raise ApiUncertainError(self.call, f"no {expected}")
        return found


def to_json(value: object) -> bytes:
    """Serialise as raw UTF-8: the platform shows or refuses backslash-u escapes."""
    return _ENCODER.encode(value).encode(errors="replace")


async def exchange(session: aiohttp.ClientSession, base: str, request: ApiRequest, token: str = "") -> ApiResponse:
    """Send one request, with the token if given, and read its answer, within limits of time and size.

    Raises UnreachableError without a connection, UncertainError if it broke or took too long.
    """
    headers = {} if request.body is None else {"Content-Type": request.content_type}
    limits = aiohttp.ClientTimeout(total=request.seconds, connect=CONNECT_SECONDS)
    try:
        # No redirects: one would send the token to another address.
        async with session.request(
            request.method,
            base + request.path,
            params={**request.query, "access_token": token} if token else request.query,
            data=request.body,
            headers=headers,
            timeout=limits,
            allow_redirects=False,
        ) as response:
            body = bytearray()
            async for chunk in response.content.iter_any():
                body += chunk
                if len(body) > request.most_bytes:
                    raise ApiUncertainError(request.path, "an endless answer")
            return ApiResponse(request.path, response.status, response.content_type, bytes(body))
    # `from None`: aiohttp's message includes the whole address, and the token with it.
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
        raise ApiUnreachableError(request.path, "no connection") from None
    except TimeoutError:
        raise ApiUncertainError(request.path, "no answer in time") from None
    except (aiohttp.ClientError, OSError) as error:
        raise ApiUncertainError(request.path, type(error).__name__) from None
