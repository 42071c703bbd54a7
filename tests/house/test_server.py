"""Slow and silent connections are closed; patient and busy ones are not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientError, ClientSession, web

from bot.web.client_addresses import TRUSTED, TrustedProxies
from bot.web.server import ConnectionLimits, serve

# Everything forty times faster than in production.
BRISK = ConnectionLimits(
    idle_seconds=0.2, pace_seconds=0.1, pace_bytes=1000, unread_seconds=0.2, shutdown_seconds=0.2, most_connections=20
)
HEAD = b"POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n"
GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


async def _upload(request: web.Request) -> web.Response:
    return web.Response(text=str(len(await request.read())))


async def _long(_request: web.Request) -> web.Response:
    return web.Response(body=b"x" * 30_000_000)


async def _hello(_request: web.Request) -> web.Response:
    return web.Response(text="hello")


@asynccontextmanager
async def running(
    limits: ConnectionLimits = BRISK, proxies: TrustedProxies | None = None
) -> AsyncIterator[web.AppRunner]:
    app = web.Application()
    app[TRUSTED] = proxies or TrustedProxies(())
    app.router.add_get("/", _hello)
    app.router.add_get("/long", _long)
    app.router.add_post("/upload", _upload)
    runner = await serve(app, "127.0.0.1", 0, limits)
    try:
        yield runner
    finally:
        await runner.cleanup()


@asynccontextmanager
async def serving(limits: ConnectionLimits = BRISK) -> AsyncIterator[int]:
    async with running(limits) as runner:
        yield runner.addresses[0][1]


@pytest.fixture
async def connections() -> AsyncIterator[list[asyncio.StreamWriter]]:
    """Yield connections, closed when the test ends."""
    writers: list[asyncio.StreamWriter] = []
    yield writers
    for writer in writers:
        writer.close()


async def connect(port: int, keep: list[asyncio.StreamWriter]) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    keep.append(writer)
    return reader, writer


async def is_closed(reader: asyncio.StreamReader) -> bool:
    """Tell whether the server closes the connection within the time a test may take."""
    try:
        async with asyncio.timeout(5):
            while await reader.read(65536):
                pass
    except ConnectionError:
        return True
    except TimeoutError:
        return False
    return True


async def drip(writer: asyncio.StreamWriter, data: bytes) -> None:
    """Send a byte every 20 ms, until the other side closes."""
    for position in range(len(data)):
        if writer.is_closing():
            return
        writer.write(data[position : position + 1])
        await asyncio.sleep(0.02)


async def test_who_says_nothing_is_shown_out(connections: list[asyncio.StreamWriter]) -> None:
    async with serving() as port:
        reader, _ = await connect(port, connections)
        assert await is_closed(reader)


@pytest.mark.parametrize("said_first", [b"", GET])
async def test_who_drips_headers_is_shown_out(connections: list[asyncio.StreamWriter], said_first: bytes) -> None:
    async with serving() as port:
        reader, writer = await connect(port, connections)
        writer.write(said_first)
        dripping = asyncio.create_task(drip(writer, b"GET / HTTP/1.1\r\n" + b"X-Slow: 1\r\n" * 20))
        assert await is_closed(reader)
        await dripping


async def test_who_drips_a_body_is_shown_out(connections: list[asyncio.StreamWriter]) -> None:
    async with serving() as port:
        reader, writer = await connect(port, connections)
        writer.write(HEAD)
        dripping = asyncio.create_task(drip(writer, b"x" * 200))
        assert await is_closed(reader)
        await dripping


async def test_who_stays_after_the_answer_is_shown_out(connections: list[asyncio.StreamWriter]) -> None:
    async with serving() as port:
        reader, writer = await connect(port, connections)
        writer.write(GET)
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")
        assert await is_closed(reader)


async def test_who_does_not_read_the_answer_is_shown_out(connections: list[asyncio.StreamWriter]) -> None:
    async with running() as runner:
        assert runner.server is not None
        reader, writer = await connect(runner.addresses[0][1], connections)
        writer.write(b"GET /long HTTP/1.1\r\nHost: x\r\n\r\n")
        for _ in range(1000):
            # It starts sending, then gives up.
            if runner.server.requests_count and not runner.server.connections:
                break
            await asyncio.sleep(0.02)
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await reader.readexactly(30_000_000)


async def test_a_steady_upload_gets_through(connections: list[asyncio.StreamWriter]) -> None:
    async with serving() as port:
        reader, writer = await connect(port, connections)
        writer.write(HEAD)
        for _ in range(25):
            writer.write(b"x" * 4000)
            await asyncio.sleep(0.02)
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")


async def test_a_long_answer_to_a_quick_reader_gets_through() -> None:
    async with serving() as port, ClientSession() as session, session.get(f"http://127.0.0.1:{port}/long") as response:
        assert len(await response.read()) == 30_000_000


async def test_a_full_house_shows_its_oldest_stranger_out(connections: list[asyncio.StreamWriter]) -> None:
    patient = ConnectionLimits(idle_seconds=60, most_connections=20)
    async with serving(patient) as port:
        known_reader, known = await connect(port, connections)
        known.write(GET)
        assert (await known_reader.readuntil(b"hello")).startswith(b"HTTP/1.1 200")
        readers = [(await connect(port, connections))[0] for _ in range(25)]
        for oldest in readers[:6]:
            assert await is_closed(oldest)
        assert not any(reader.at_eof() for reader in readers[6:])
        known.write(GET)
        assert (await known_reader.readuntil(b"hello")).startswith(b"HTTP/1.1 200")
        async with ClientSession() as session, session.get(f"http://127.0.0.1:{port}/") as response:
            assert await response.text() == "hello"


async def ask(port: int, keep: list[asyncio.StreamWriter], local: str = "127.0.0.1") -> asyncio.StreamReader:
    """Return a connection that has made one request and stays open."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(local, 0))
    keep.append(writer)
    writer.write(GET)
    await reader.readuntil(b"hello")
    return reader


async def test_a_full_house_of_idle_connections_lets_the_newcomer_in(connections: list[asyncio.StreamWriter]) -> None:
    async with serving(ConnectionLimits(idle_seconds=60, most_connections=20)) as port:
        readers = [await ask(port, connections) for _ in range(30)]
        for longest in readers[:10]:
            assert await is_closed(longest)
        assert not any(reader.at_eof() for reader in readers[10:])


async def test_one_address_may_hold_so_many_connections_and_its_own_go_first(
    connections: list[asyncio.StreamWriter],
) -> None:
    async with serving(ConnectionLimits(idle_seconds=60, most_connections=20, most_of_an_address=5)) as port:
        other = await ask(port, connections, "127.0.0.2")
        readers = [await ask(port, connections) for _ in range(8)]
        for longest in readers[:3]:
            assert await is_closed(longest)
        assert not any(reader.at_eof() for reader in [other, *readers[3:]])


async def test_behind_a_trusted_proxy_nobody_is_counted_by_its_address(connections: list[asyncio.StreamWriter]) -> None:
    limits = ConnectionLimits(idle_seconds=60, most_connections=20, most_of_an_address=5)
    async with running(limits, TrustedProxies.parse("127.0.0.1")) as runner:
        port = runner.addresses[0][1]
        readers = [await ask(port, connections) for _ in range(8)]
        assert not any(reader.at_eof() for reader in readers)


async def test_whoever_is_being_answered_is_not_shown_out(connections: list[asyncio.StreamWriter]) -> None:
    async with serving(ConnectionLimits(idle_seconds=60, most_connections=20)) as port:
        reader, writer = await connect(port, connections)
        writer.write(b"POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nx")
        for _ in range(30):
            await ask(port, connections)
        writer.write(b"x")
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")


async def test_what_is_no_http_gets_an_answer_and_the_log_no_word_of_it(
    connections: list[asyncio.StreamWriter], caplog: pytest.LogCaptureFixture
) -> None:
    async with serving() as port:
        reader, writer = await connect(port, connections)
        writer.write(b"GET / HTTP/1.1\r\nSecret\x00: canary\r\n\r\n")
        assert b" 400 " in await reader.readline()
    assert "a request was answered 400" in caplog.text
    assert "anary" not in caplog.text


async def test_a_taken_port_is_an_os_error() -> None:
    async with serving() as port:
        with pytest.raises(OSError, match="address already in use"):
            await serve(web.Application(), "127.0.0.1", port, BRISK)


async def test_the_end_does_not_wait_for_endless_work() -> None:
    begun = asyncio.Event()

    async def endless(_request: web.Request) -> web.Response:
        begun.set()
        await asyncio.Event().wait()
        return web.Response()

    app = web.Application()
    app.router.add_get("/", endless)
    runner = await serve(app, "127.0.0.1", 0, BRISK)
    async with ClientSession() as session:
        asking = asyncio.create_task(session.get(f"http://127.0.0.1:{runner.addresses[0][1]}/"))
        await begun.wait()
        async with asyncio.timeout(5):
            await runner.cleanup()
        with pytest.raises(ClientError):
            await asking
