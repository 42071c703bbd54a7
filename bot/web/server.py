"""The HTTP server's doors: slow and silent connections are shown out, so that the others are served."""

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
# For the database, for calls of our own, and for who was let in at one go before others could be shown out.
FILES_LEFT = 256
ACCEPTED_AT_ONE_GO = 64

HandlerOfRequests = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a connection may cost. With these, a slow or silent one is closed within 10 seconds."""

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


async def serve(app: web.Application, host: str, port: int, limits: Limits | None = None) -> web.AppRunner:
    """Serve the application on one address. `await runner.cleanup()` ends it; `runner.addresses` tells the port.

    Raises OSError where the address cannot be had.
    """
    doors = _Doors(limits or Limits(), app.get(TRUSTED, TrustedProxies(())), app.get(FAILED, ""))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=doors.limits.shutdown_seconds)
    await runner.setup()
    try:
        await _Site(runner, doors, host, port).start()
    except OSError:
        await runner.cleanup()
        raise
    return runner


def _files(wanted: int) -> int:
    """How many files this process may open, after asking for as many as are wanted."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return wanted
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return allowed


class _Doors:
    """Who is inside, and who of them is quiet: brings no request now. Where there is no room a quiet one goes.

    Quiet ones stand in groups: by address, and by whether they have ever sent the whole head of a request. The longest
    quiet of the largest group goes first: what one address holds open costs that address, and a newcomer finds room
    among a thousand idle connections as well as among a thousand silent ones.
    """

    def __init__(self, limits: Limits, proxies: TrustedProxies, failed: str) -> None:
        self.limits = limits
        self.failed = failed
        self._proxies = proxies
        self._inside: dict[web.RequestHandler, tuple[str, asyncio.Transport]] = {}
        self._of_address: Counter[str] = Counter()
        self._quiet: dict[tuple[str, bool], dict[web.RequestHandler, None]] = {}
        self._group_of: dict[web.RequestHandler, tuple[str, bool]] = {}
        self._most = min(limits.most_connections, _files(limits.most_connections + FILES_LEFT) - FILES_LEFT)

    def enter(self, visitor: web.RequestHandler, transport: asyncio.Transport) -> None:
        """Count a new connection in; a quiet one, at worst this one, makes room where there is none."""
        peer = (transport.get_extra_info("peername") or ("",))[0]
        address = counted_as(peer)
        self._inside[visitor] = address, transport
        self._of_address[address] += 1
        self._hush(visitor, (address, False))
        # Behind a trusted proxy stand all the others.
        if self._of_address[address] > self.limits.most_of_an_address and not self._proxies.trusts(peer):
            self._make_room([(address, False), (address, True)])
        elif len(self._inside) > self._most:
            self._make_room(self._quiet)

    def leave(self, visitor: web.RequestHandler) -> None:
        """Count a connection out."""
        self._rouse(visitor)
        address, _ = self._inside.pop(visitor)
        self._of_address[address] -= 1
        if not self._of_address[address]:
            del self._of_address[address]

    def answered(self, visitor: web.RequestHandler) -> None:
        """This connection has its answer, and is quiet until it asks again."""
        if visitor in self._inside:
            self._hush(visitor, (self._inside[visitor][0], True))

    def _hush(self, visitor: web.RequestHandler, group: tuple[str, bool]) -> None:
        self._rouse(visitor)
        self._group_of[visitor] = group
        self._quiet.setdefault(group, {})[visitor] = None

    def _rouse(self, visitor: web.RequestHandler) -> None:
        group = self._group_of.pop(visitor, None)
        if group is not None:
            del self._quiet[group][visitor]
            if not self._quiet[group]:
                del self._quiet[group]

    def _make_room(self, groups: Iterable[tuple[str, bool]]) -> None:
        largest = max(groups, key=lambda group: len(self._quiet.get(group, ())))
        longest = next(iter(self._quiet[largest]))
        self._rouse(longest)
        self._inside[longest][1].abort()

    def watching(self, handler: HandlerOfRequests) -> HandlerOfRequests:
        """The handler, for senders who are strangers no longer, and whose bodies keep coming."""

        async def watch(request: web.BaseRequest) -> web.StreamResponse:
            self._rouse(request.protocol)
            if request.content.is_eof():
                return await handler(request)
            pace = asyncio.create_task(self._hold_pace(request))
            try:
                return await handler(request)
            except ConnectionError:
                if request.transport is not None:
                    raise
                # Whoever sent it is gone, or was shown out: nobody is left to be told.
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


class _Visitor(web.RequestHandler):
    """One connection. aiohttp's own timer closes it when it brings no request; the rest is here."""

    __slots__ = ("_doors", "_unread")

    def __init__(self, doors: _Doors, server: web.Server, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(
            server,
            loop=loop,
            keepalive_timeout=doors.limits.idle_seconds,
            lingering_time=1.0,
            # No browser and no platform compresses a request; a bomb would be unpacked before we could look.
            auto_decompress=False,
            access_log=None,  # type: ignore[arg-type]  # aiohttp's own way to switch it off
        )
        self._doors = doors
        self._unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Come in."""
        super().connection_made(transport)
        socket = cast(asyncio.Transport, transport)
        # With no mark to stay under, whatever the reader leaves in our hands pauses writing and starts the clock.
        socket.set_write_buffer_limits(0)
        self._doors.enter(self, socket)

    def connection_lost(self, exc: BaseException | None) -> None:
        """Go out."""
        self._doors.leave(self)
        self._forget_reader()
        super().connection_lost(exc)

    def log_access(self, request: web.BaseRequest, response: web.StreamResponse, time: float | None) -> None:
        """Take note that the answer is out; nothing is logged."""
        self._doors.answered(self)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what is no HTTP, or what no page took care of. The log has the error's kind, never the request."""
        log.warning("a request was answered %d: %s", status, type(exc).__name__, extra={"action": "request_failed"})
        if request.writer.output_size > 0:
            raise ConnectionError("the answer has begun")
        response = web.Response(status=status, text=self._doors.failed if status >= 500 else None)
        response.force_close()
        return response

    def pause_writing(self) -> None:
        """The reader is behind."""
        super().pause_writing()
        self._watch_reader()

    def resume_writing(self) -> None:
        """The reader has caught up."""
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


class _Site(web.BaseSite):
    """A listening socket whose connections are visitors."""

    def __init__(self, runner: web.AppRunner, doors: _Doors, host: str, port: int) -> None:
        super().__init__(runner, backlog=1024)
        self._doors = doors
        self._host = host
        self._port = port

    @property
    def name(self) -> str:
        """Its address."""
        return f"http://{self._host}:{self._port}"

    async def start(self) -> None:
        """Listen."""
        await super().start()
        loop = asyncio.get_running_loop()
        server = self._runner.server
        if server is None:
            raise RuntimeError("the runner is set up before its site starts")
        server.request_handler = self._doors.watching(server.request_handler)
        self._server = await loop.create_server(
            lambda: _Visitor(self._doors, server, loop), self._host, self._port, backlog=ACCEPTED_AT_ONE_GO
        )
        # asyncio takes one number for two things: how many come in at one go, and how many may queue (set here).
        for listening in self._server.sockets:
            with listening.dup() as same:
                same.listen(self._backlog)
