"""Form reading: the sender is checked first, then only what the route accepts is read."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, NoReturn
from urllib.parse import parse_qsl

from aiohttp import web
from multidict import CIMultiDict, CIMultiDictProxy, MultiDict, MultiDictProxy

from bot.web.multipart import Bounds, FormError, Multipart, boundary_of
from notifications.text_splitting import printable

# The longest text form is a bid: four parts of 6,000 characters, nine bytes each urlencoded.
MOST_FORM_BYTES = 512 * 1024
# Limit without login: a token and a code.
MOST_ANONYMOUS_BYTES = 16 * 1024
MOST_FIELDS = 1000
MOST_PARTS = 40
# Smaller bodies are parsed faster than a thread is started.
LEAST_FOR_A_THREAD = 16 * 1024
# Time for a body, plus a second per so many bytes the route accepts.
LEAST_SECONDS = 30.0
BYTES_A_SECOND = 64 * 1024
# A refused upload is read to its end up to this limit, so that the browser shows our answer.
MOST_READ_BYTES = 300 * 1024 * 1024
READ_AWAY_SECONDS = 30.0

URLENCODED, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
_STATUSES: dict[str, Callable[[], web.HTTPException]] = {
    "malformed": web.HTTPBadRequest,
    "cut_off": web.HTTPBadRequest,
    "not_utf8": web.HTTPUnprocessableEntity,
}


@dataclass(frozen=True, slots=True)
class Takes:
    """What a route accepts: bytes of text, and of files if `most_file_bytes` is not 0, in so many parts."""

    most_file_bytes: int = 0
    most_parts: int = MOST_PARTS
    most_text_bytes: int = MOST_FORM_BYTES

    @property
    def most_bytes(self) -> int:
        """Return the whole body's maximum length."""
        # Part headers count toward the text limit.
        return self.most_text_bytes + self.most_file_bytes

    @property
    def seconds(self) -> float:
        """Return the time limit for the whole body."""
        return LEAST_SECONDS + self.most_bytes / BYTES_A_SECOND


WORDS = Takes()
ANONYMOUS = Takes(most_text_bytes=MOST_ANONYMOUS_BYTES)


def check_head(request: web.Request, origin: str, takes: Takes) -> None:
    """Refuse, before reading a byte, a form of another origin, or of a type or length the route does not accept.

    Raises HTTPForbidden, HTTPUnsupportedMediaType, HTTPRequestEntityTooLarge.
    """
    if request.headers.get("Origin") != origin:
        raise web.HTTPForbidden
    if request.content_type not in (URLENCODED, *([MULTIPART] if takes.most_file_bytes else [])):
        raise web.HTTPUnsupportedMediaType
    if (request.content_length or 0) > _most(request, takes):
        _refuse_size(request, takes)


async def anybody() -> None:
    """Admit every sender with our token."""


async def read_form(
    request: web.Request,
    is_token: Callable[[str], bool],
    takes: Takes,
    admit: Callable[[], Awaitable[None]] = anybody,
) -> MultiDictProxy[Any]:
    """Return the fields of a form checked by `hold_form`: printable text, and files as web.FileField.

    The token is checked before the rest: in a multipart body it is the first part. Then `admit` may raise for a sender
    who may not send this form, and nothing more is read. Raises HTTPForbidden without the token, another HTTPException
    for a body that is malformed, too large or too slow.
    """

    def hold_token(name: str, words: str) -> None:
        if name != "csrf" or not is_token(words):
            raise web.HTTPForbidden

    try:
        async with asyncio.timeout(takes.seconds):
            if request.content_type == MULTIPART:
                return await _read_multipart(request, takes, hold_token, admit)
            form = await _read_urlencoded(request, takes, hold_token)
            await admit()
            return form
    except TimeoutError as error:
        raise web.HTTPRequestTimeout from error
    except web.RequestPayloadError as error:
        raise web.HTTPBadRequest from error
    except FormError as error:
        if error.reason not in _STATUSES:
            _refuse_size(request, takes)
        raise _STATUSES[error.reason]() from error


async def read_away(request: web.Request) -> None:
    """Read and discard the rest of a refused body, within limits."""
    read = 0
    try:
        async with asyncio.timeout(READ_AWAY_SECONDS):
            async for chunk in request.content.iter_any():
                read += len(chunk)
                if read > MOST_READ_BYTES:
                    return
    except (TimeoutError, web.RequestPayloadError):
        return


def close_files(form: MultiDictProxy[Any]) -> None:
    """Close the files that came with a form."""
    for value in form.values():
        if isinstance(value, web.FileField):
            value.file.close()


def _most(request: web.Request, takes: Takes) -> int:
    return takes.most_bytes if request.content_type == MULTIPART else takes.most_text_bytes


def _refuse_size(request: web.Request, takes: Takes) -> NoReturn:
    raise web.HTTPRequestEntityTooLarge(max_size=_most(request, takes), actual_size=request.content_length or 0)


async def _read_urlencoded(
    request: web.Request, takes: Takes, hold_token: Callable[[str, str], None]
) -> MultiDictProxy[Any]:
    if (request.charset or "utf-8").lower() not in ("utf-8", "utf8"):
        raise FormError("not_utf8")
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > takes.most_text_bytes:
            raise FormError("too_large")
    found = await asyncio.to_thread(_fields, body) if len(body) > LEAST_FOR_A_THREAD else _fields(body)
    form = MultiDict[Any](found)
    hold_token("csrf", form.get("csrf", ""))
    return MultiDictProxy(form)


def _fields(body: bytearray) -> list[tuple[str, str]]:
    try:
        text = body.decode()
        if text.count("&") >= MOST_FIELDS:
            raise FormError("too_many")
        found = parse_qsl(text, keep_blank_values=True, errors="strict")
    except UnicodeDecodeError as error:
        raise FormError("not_utf8") from error
    return [(printable(name), printable(value)) for name, value in found]


async def _read_multipart(
    request: web.Request,
    takes: Takes,
    hold_token: Callable[[str, str], None],
    admit: Callable[[], Awaitable[None]],
) -> MultiDictProxy[Any]:
    bounds = Bounds(takes.most_text_bytes, takes.most_file_bytes, takes.most_parts)
    body = Multipart(boundary_of(request.headers.get("Content-Type", "")), bounds, hold_token)
    try:
        async for chunk in request.content.iter_any():
            # Files may go to disk, and a chunk may hold many parts.
            before = body.begun
            await asyncio.to_thread(body.feed, chunk)
            if body.begun and not before:
                await admit()
        body.close()
        return MultiDictProxy(MultiDict(_values(body)))
    except BaseException:
        # Cancelled or refused: nobody else closes the files.
        body.drop()
        raise


def _values(body: Multipart) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for part in body.parts:
        name = printable(part.name)
        if part.file is None:
            found.append((name, printable(part.words())))
            continue
        kind = part.content_type or "application/octet-stream"
        headers = CIMultiDictProxy(CIMultiDict[str]())
        found.append((name, web.FileField(name, printable(part.filename or ""), part.file, kind, headers)))
    return found
