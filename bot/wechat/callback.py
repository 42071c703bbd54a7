"""The platform's callback: GET verifies the address, POST delivers a push and returns its answer on the same
connection.
"""

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable
from datetime import datetime
from time import monotonic
from types import TracebackType
from typing import Self
from urllib.parse import unquote

from aiohttp import web

from bot.wechat import markup
from bot.wechat.crypto import Envelope, Seal
from bot.wechat.errors import WireError
from bot.wechat.messages import Push
from bot.wechat.parsing import parse

PATH = "/wechat"
MOST_BODY_BYTES = 32 * 1024
MOST_QUERY_CHARACTERS = 4 * 1024
BODY_SECONDS = 5.0
# The platform times out at 5 s and sends the push again; we close just before.
PATIENCE_SECONDS = 4.5
MOST_AGE_SECONDS = 600

log = logging.getLogger(__name__)

Respond = Callable[[Push], Awaitable[str | None]]
Query = dict[str, str]


class Delivery:
    """Exists while the answer is computed; closes the connection if it is late or fails.

    After `patience` seconds the connection is closed and work goes on. An exception is logged under the push's short
    name and not propagated: any answer would keep the platform from sending the push again. `closed_as` is then "late"
    or "failed". `among` holds every delivery in progress.
    """

    __slots__ = ("_among", "_end", "_push", "_timer", "_transport", "closed_as")

    def __init__(
        self, push: Push, transport: asyncio.Transport | None, patience: float, among: set["Delivery"]
    ) -> None:
        self._push = push
        self._transport = transport
        self._among = among
        self._end: asyncio.Future[None] | None = None
        self._timer = asyncio.get_running_loop().call_later(patience, self._close, "late")
        self.closed_as = ""

    def __enter__(self) -> Self:
        self._among.add(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        self._timer.cancel()
        self._among.discard(self)
        if self._end is not None:
            self._end.set_result(None)
        if not isinstance(error, Exception):
            return False
        # An exception's message may quote the push; log only its type and location.
        last = traceback.extract_tb(trace)[-1]
        place = f"{last.filename}:{last.lineno}"
        log.error("push %s was not taken: %s in %s", self._push.trace, type(error).__name__, place)
        self._close("failed")
        return True

    def end(self) -> asyncio.Future[None]:
        """Return a future that completes when the work ends, however it ends."""
        if self._end is None:
            self._end = asyncio.get_running_loop().create_future()
        return self._end

    def _close(self, why: str) -> None:
        self.closed_as = self.closed_as or why
        if self._transport is not None:
            self._transport.close()


class Callback:
    """The routes GET and POST /wechat.

    `respond` returns the reply's plain XML, or None for no reply; repeats are its concern. A delivery not answered
    within `patience` seconds is closed unanswered while work goes on: the platform's repeat asks again. If it raises,
    the connection is closed too, so that the platform retries. `count` is called with one word per request, `took` with
    the seconds a push's answer took. With a key set, plain pushes are refused unless `plain`, and then marked as
    exposed. A server that cancels handlers on disconnect (ours does not) would cancel `respond` too.
    """

    def __init__(
        self,
        envelope: Envelope,
        respond: Respond,
        clock: Callable[[], datetime],
        *,
        plain: bool = False,
        patience: float = PATIENCE_SECONDS,
        count: Callable[[str], None] = lambda _outcome: None,
        took: Callable[[float], None] = lambda _seconds: None,
    ) -> None:
        self._envelope = envelope
        self._respond = respond
        self._clock = clock
        self._plain = plain
        self._patience = patience
        self._count = count
        self._took = took
        self._open: set[Delivery] = set()

    def add_to(self, app: web.Application) -> None:
        """Register both routes."""
        app.router.add_get(PATH, self.get, allow_head=False)
        app.router.add_post(PATH, self.post)

    async def get(self, request: web.Request) -> web.StreamResponse:
        """Echo the platform's `echostr` byte for byte if its signature is valid."""
        try:
            query = _query(request)
            echo = _field(query, "echostr").encode(errors="surrogateescape")
            self._envelope.check(_field(query, "signature"), *self._stamp(query))
        except WireError as error:
            return self._refusal(error)
        self._count("echoed")
        return web.Response(body=echo, content_type="text/plain", headers={"X-Content-Type-Options": "nosniff"})

    async def post(self, request: web.Request) -> web.StreamResponse:
        """Handle one push: 403 if forged or stale, 400 if malformed, else its answer or `success`."""
        try:
            query = _query(request)
            timestamp, nonce = self._stamp(query)
            body, began = await _body(request), monotonic()
            push, seal = self._read(query, timestamp, nonce, body)
        except WireError as error:
            return self._refusal(error)
        xml: str | None = None
        with Delivery(push, request.transport, self._patience, self._open) as delivery:
            xml = await self._respond(push)
        self._took(monotonic() - began)
        if delivery.closed_as:
            self._count(delivery.closed_as)
            # aiohttp requires a response; it finds the connection closed and drops it.
            return web.Response(status=503)
        if xml is None:
            self._count("acknowledged")
            return web.Response(body=b"success", content_type="text/plain")
        self._count("answered")
        if seal is not None:
            xml = self._envelope.seal(xml, seal, timestamp, nonce)
        return web.Response(body=xml.encode(), content_type="text/xml", charset="utf-8")

    async def settled(self, seconds: float) -> bool:
        """Wait until no push is being processed, at most so many seconds; return whether that was reached."""
        if not self._open:
            return True
        _, unfinished = await asyncio.wait([delivery.end() for delivery in self._open], timeout=seconds)
        return not unfinished

    def _read(self, query: Query, timestamp: str, nonce: str, body: bytes) -> tuple[Push, Seal | None]:
        match query.get("encrypt_type", ""):
            case "" | "raw":
                self._envelope.check(_field(query, "signature"), timestamp, nonce)
                exposed = self._envelope.has_keys
                if exposed and not self._plain:
                    raise WireError("plain_refused", forged=True)
                return parse(body, secure=False, exposed=exposed), None
            case "aes":
                # In compatible mode the plain fields are included too; only the encrypted part was signed.
                encrypted = markup.needed_text(markup.read(body), "Encrypt")
                xml, seal = self._envelope.open(encrypted, _field(query, "msg_signature"), timestamp, nonce)
                return parse(xml, secure=True), seal
            case _:
                raise WireError("encrypt_type")

    def _stamp(self, query: Query) -> tuple[str, str]:
        """Return the query's timestamp and nonce; only the query's timestamp determines a push's age."""
        timestamp, nonce = _field(query, "timestamp"), _field(query, "nonce")
        if not timestamp.isdigit() or len(timestamp) > 12:
            raise WireError("timestamp")
        if abs(self._clock().timestamp() - int(timestamp)) > MOST_AGE_SECONDS:
            raise WireError("stale", forged=True)
        return timestamp, nonce

    def _refusal(self, error: WireError) -> web.Response:
        self._count(error.reason)
        return web.Response(status=403 if error.forged else 400)


def _query(request: web.Request) -> Query:
    """Parse the query's fields, each one's first value; a signature only ever covers ASCII."""
    raw = request.raw_path.partition("?")[2]
    if len(raw) > MOST_QUERY_CHARACTERS:
        raise WireError("query_too_long")
    query: Query = {}
    for part in raw.split("&"):
        name, _, value = part.partition("=")
        if "%" in value or "+" in value:
            value = unquote(value.replace("+", " "), errors="surrogateescape")
        query.setdefault(name, value)
    return query


def _field(query: Query, name: str) -> str:
    value = query.get(name, "")
    if not value:
        raise WireError(f"no_{name}")
    if name != "echostr" and not (value.isascii() and value.isprintable()):
        raise WireError(f"odd_{name}")
    return value


async def _body(request: web.Request) -> bytes:
    """Read the body, up to the limit, within the time an honest sender needs."""
    length = request.content_length
    if length is not None and length > MOST_BODY_BYTES:
        raise WireError("too_large")
    content = request.content
    body = b""
    try:
        if content.is_eof():
            body = content.read_nowait()
        else:
            async with asyncio.timeout(BODY_SECONDS):
                while not content.at_eof() and len(body) <= MOST_BODY_BYTES:
                    body += await content.readany()
    except TimeoutError as error:
        raise WireError("body_slow") from error
    except (web.RequestPayloadError, ConnectionError) as error:
        raise WireError("body_broken") from error
    if len(body) > MOST_BODY_BYTES:
        raise WireError("too_large")
    return body
