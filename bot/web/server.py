"""HTTP server limits: slow and idle connections are closed, so that others are served."""

import asyncio
import logging
import resource
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import cast

from aiohttp import web

from bot.web.client_addresses import TRUSTED, TrustedProxies, counted_as

log = logging.getLogger(__name__)

FAILED = web.AppKey("failed", str)
"""What somebody reads where nothing else could be said."""
# Reserve for the database, our own calls, and connections accepted in one go before others are closed.
FILES_LEFT = 256
ACCEPTED_AT_ONE_GO = 64

HandlerOfRequests = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """Limits per connection. With these, a slow or silent one is closed within 10 seconds."""

    idle_seconds: float = 8.0
    """From the connection, or the last answer, to the end of the next request's headers."""
    pace_seconds: float = 4.0
    pace_bytes: int = 16 * 1024
    """A body brings this much in each such span, or what is left of it."""
    unread_seconds: float = 8.0
    """In each such span the reader of an answer takes `pace_bytes`, or what is left of it."""
    shutdown_seconds: float = 2.0
    """How long running requests may go on after the end was asked for; spent at most twice."""
    most_connections: int = 2000
    """At most; fewer where the system allows this process fewer open files."""
    most_of_an_address: int = 1000
    """At most from one address that is no trusted proxy's; for IPv6 from one /64."""


async def serve(app: web.Application, host: str, port: int, limits: ConnectionLimits | None = None) -> web.AppRunner:
    """Serve the application on one address. `await runner.cleanup()` ends it; `runner.addresses` has the port.

    Raises OSError if the address is not available.
    """
    doors = _Connections(limits or ConnectionLimits(), app.get(TRUSTED, TrustedProxies(())), app.get(FAILED, ""))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=doors.limits.shutdown_seconds)
    await runner.setup()
    try:
        await _ListeningSite(runner, doors, host, port).start()
    except OSError:
        await runner.cleanup()
        raise
    return runner


def _files(wanted: int) -> int:
    """Return how many files this process may open, after raising the limit toward `wanted`."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return wanted
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return allowed


class _Connections:
    """Open connections; without free places an idle one, with no request in progress, is evicted.

    Idle ones are grouped by address, and by whether they ever sent a complete request head. The longest idle of the
    largest group is evicted first: an address pays for its own connections, and newcomers find room among a thousand
    idle connections as among a thousand silent ones.
    """

    def __init__(self, limits: ConnectionLimits, proxies: TrustedProxies, failed: str) -> None:
        self.limits = limits
        self.failed = failed
        self._proxies = proxies
        self._inside: dict[web.RequestHandler, tuple[str, asyncio.Transport]] = {}
        self._of_address: Counter[str] = Counter()
        self._quiet: dict[tuple[str, bool], dict[web.RequestHandler, None]] = {}
        self._group_of: dict[web.RequestHandler, tuple[str, bool]] = {}
        self._most = min(limits.most_connections, _files(limits.most_connections + FILES_LEFT) - FILES_LEFT)

    def enter(self, visitor: web.RequestHandler, transport: asyncio.Transport) -> None:
        """Register a new connection; without free places an idle one, at worst this one, is evicted."""
        peer = (transport.get_extra_info("peername") or ("",))[0]
        address = counted_as(peer)
        self._inside[visitor] = address, transport
        self._of_address[address] += 1
        self._pause(visitor, (address, False))
        # A trusted proxy carries many clients.
        if self._of_address[address] > self.limits.most_of_an_address and not self._proxies.trusts(peer):
            self._make_room([(address, False), (address, True)])
        elif len(self._inside) > self._most:
            self._make_room(self._quiet)

    def leave(self, visitor: web.RequestHandler) -> None:
        """Unregister a connection."""
        self._resume(visitor)
        address, _ = self._inside.pop(visitor)
        self._of_address[address] -= 1
        if not self._of_address[address]:
            del self._of_address[address]

    def answered(self, visitor: web.RequestHandler) -> None:
        """Mark this connection as answered, thus idle until its next request."""
        if visitor in self._inside:
            self._pause(visitor, (self._inside[visitor][0], True))

    def _pause(self, visitor: web.RequestHandler, group: tuple[str, bool]) -> None:
        self._resume(visitor)
        self._group_of[visitor] = group
        self._quiet.setdefault(group, {})[visitor] = None

    def _resume(self, visitor: web.RequestHandler) -> None:
        group = self._group_of.pop(visitor, None)
        if group is not None:
            del self._quiet[group][visitor]
            if not self._quiet[group]:
                del self._quiet[group]

    def _make_room(self, groups: Iterable[tuple[str, bool]]) -> None:
        largest = max(groups, key=lambda group: len(self._quiet.get(group, ())))
        longest = next(iter(self._quiet[largest]))
        self._resume(longest)
        self._inside[longest][1].abort()

    def watching(self, handler: HandlerOfRequests) -> HandlerOfRequests:
        """Wrap the handler: mark the sender as active, and require steady bodies."""

        async def watch(request: web.BaseRequest) -> web.StreamResponse:
            self._resume(request.protocol)
            if request.content.is_eof():
                return await handler(request)
            pace = asyncio.create_task(self._hold_pace(request))
            try:
                return await handler(request)
            except ConnectionError:
                if request.transport is not None:
                    raise
                # The sender is gone or evicted: nobody reads this.
                return web.Response(status=408)
            finally:
                pace.cancel()

        return watch

    async def _hold_pace(self, request: web.BaseRequest) -> None:
        content = request.content
        while not content.is_eof():
            before = content.total_bytes
            await asyncio.sleep(self.limits.pace_seconds)
            slow = content.total_bytes - before < self.limits.pace_bytes
            if slow and not content.is_eof() and request.transport is not None:
                request.transport.abort()
                return


class _Connection(web.RequestHandler):
    """One connection. aiohttp's own timer closes it without a request; the rest is here."""

    __slots__ = ("_doors", "_unread")

    def __init__(self, doors: _Connections, server: web.Server, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(
            server,
            loop=loop,
            keepalive_timeout=doors.limits.idle_seconds,
            lingering_time=1.0,
            # No browser or platform compresses requests; a bomb would be unpacked before any check.
            auto_decompress=False,
            access_log=None,  # type: ignore[arg-type]  # aiohttp's own way to switch it off
        )
        self._doors = doors
        self._unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Connection opened."""
        super().connection_made(transport)
        socket = cast(asyncio.Transport, transport)
        # With a zero high-water mark, anything the reader leaves unread pauses writing and starts the timer.
        socket.set_write_buffer_limits(0)
        self._doors.enter(self, socket)

    def connection_lost(self, exc: BaseException | None) -> None:
        """Connection closed."""
        self._doors.leave(self)
        self._forget_reader()
        super().connection_lost(exc)

    def log_access(self, request: web.BaseRequest, response: web.StreamResponse, time: float | None) -> None:
        """Mark the answer as sent; nothing is logged."""
        self._doors.answered(self)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer invalid HTTP, or unhandled errors. Logs the error's type, never the request."""
        log.warning("a request was answered %d: %s", status, type(exc).__name__, extra={"action": "request_failed"})
        if request.writer.output_size > 0:
            raise ConnectionError("the answer has begun")
        response = web.Response(status=status, text=self._doors.failed if status >= 500 else None)
        response.force_close()
        return response

    def pause_writing(self) -> None:
        """Start watching a slow reader."""
        super().pause_writing()
        self._watch_reader()

    def resume_writing(self) -> None:
        """Stop watching: the reader has caught up."""
        super().resume_writing()
        self._forget_reader()

    def _watch_reader(self) -> None:
        if self.transport is not None:
            left, seconds = self.transport.get_write_buffer_size(), self._doors.limits.unread_seconds
            self._unread = asyncio.get_running_loop().call_later(seconds, self._hold_reader, self.transport, left)

    def _hold_reader(self, transport: asyncio.Transport, before: int) -> None:
        if before - transport.get_write_buffer_size() < self._doors.limits.pace_bytes:
            transport.abort()
        else:
            self._watch_reader()

    def _forget_reader(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None


class _ListeningSite(web.BaseSite):
    """A listening socket whose connections are _Visitor."""

    def __init__(self, runner: web.AppRunner, doors: _Connections, host: str, port: int) -> None:
        super().__init__(runner, backlog=1024)
        self._doors = doors
        self._host = host
        self._port = port

    @property
    def name(self) -> str:
        """Return its address."""
        return f"http://{self._host}:{self._port}"

    async def start(self) -> None:
        """Start listening."""
        await super().start()
        loop = asyncio.get_running_loop()
        server = self._runner.server
        if server is None:
            raise RuntimeError("the runner is set up before its site starts")
        server.request_handler = self._doors.watching(server.request_handler)
        self._server = await loop.create_server(
            lambda: _Connection(self._doors, server, loop), self._host, self._port, backlog=ACCEPTED_AT_ONE_GO
        )
        # asyncio uses one number for two things: connections accepted per loop, and the queue length (set here).
        for listening in self._server.sockets:
            with listening.dup() as same:
                same.listen(self._backlog)
