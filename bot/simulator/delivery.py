"""Post pushes to the callback: 5.0 s for an answer, the same post again at +5 s and +10 s (protocol §1.3)."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from yarl import URL

from bot.simulator.account import Account, Mode
from bot.simulator.clock import Timepiece
from bot.simulator.exchanges import Attempt, Exchange
from bot.simulator.pushes import Push
from bot.simulator.replies import Reading, ReplyReader
from bot.simulator.switches import Flaw, Reaction, Switches
from bot.simulator.wire import Seal, sign
from bot.simulator.xmltree import write

DEADLINE = 5.0
_MAX_ANSWER = 256 * 1024
_FORGER_KEY = "f" * 43


@dataclass
class Disorder:
    """Delivery irregularities of the real platform, each switched by a person.

    `twice`: repeat the push after its answer. `swap`: delay a person's next push until the following one is delivered.
    `lose_first`: lose the first answer, so that the push is repeated at +5 s.
    """

    twice: bool = False
    swap: bool = False
    lose_first: bool = False


@dataclass(frozen=True)
class Verdict:
    """A push's result: its reading, seconds and attempt; None if nothing counted."""

    reading: Reading | None
    seconds: float | None = None
    attempt: int | None = None


@dataclass(eq=False)
class Courier:
    """Posts pushes to one account's callback address."""

    account: Account
    switches: Switches
    clock: Timepiece
    sleep: Callable[[float], Awaitable[None]]
    stopwatch: Callable[[], float]
    changed: Callable[[Exchange], None]
    disorder: Disorder = field(default_factory=Disorder)
    held: dict[str, asyncio.Event] = field(default_factory=dict)
    session: aiohttp.ClientSession | None = None

    def start(self) -> None:
        """Open the session; each push gets its own connection, as from the platform's many machines."""
        self.session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(force_close=True, limit=0), timeout=aiohttp.ClientTimeout(total=None)
        )

    async def close(self) -> None:
        """Close the session."""
        if self.session:
            await self.session.close()

    async def deliver(self, push: Push, exchange: Exchange) -> Verdict:
        """Post a push until answered or out of attempts, which bounds the time."""
        release = await self._wait_for_turn(push.openid, exchange)
        try:
            return await self._attempts(push, exchange)
        finally:
            if release:
                release.set()

    async def repeat(self, exchange: Exchange) -> None:
        """Repeat the settled push, as the platform's own race does; the answer is ignored."""
        await self._once(exchange, self._attempt(exchange))

    async def _wait_for_turn(self, openid: str, exchange: Exchange) -> asyncio.Event | None:
        waiting = self.held.pop(openid, None)
        if waiting or not self.disorder.swap:
            return waiting
        gone = self.held[openid] = asyncio.Event()
        exchange.outcome = "held"
        self.changed(exchange)
        after, limit = asyncio.ensure_future(gone.wait()), asyncio.ensure_future(self.sleep(2 * DEADLINE))
        await asyncio.wait({after, limit}, return_when=asyncio.FIRST_COMPLETED)
        after.cancel()
        limit.cancel()
        if self.held.get(openid) is gone:
            del self.held[openid]
        return None

    async def _attempts(self, push: Push, exchange: Exchange) -> Verdict:
        self._dress(push, exchange)
        for number in range(1, self.switches.max_deliveries + 1):
            if number > 1 and self.switches.fresh_cipher_on_retry:
                self._dress(push, exchange)
            attempt = self._attempt(exchange)
            deadline = asyncio.ensure_future(self.sleep(DEADLINE))
            try:
                body = await self._once(exchange, attempt, deadline)
                if body is not None and not (number == 1 and self.disorder.lose_first):
                    reading = ReplyReader(self.account, self.switches).read(push, Mode(exchange.mode), body)
                    attempt.opened = reading.opened
                    attempt.outcome = reading.flaw or ("answered" if reading.contents else "acknowledged")
                    return Verdict(reading, attempt.seconds, number)
                if number < self.switches.max_deliveries:
                    await deadline
            finally:
                deadline.cancel()
        return Verdict(None)

    def _attempt(self, exchange: Exchange) -> Attempt:
        attempt = Attempt(len(exchange.attempts) + 1, self.clock.now())
        exchange.attempts.append(attempt)
        self.changed(exchange)
        return attempt

    async def _once(
        self, exchange: Exchange, attempt: Attempt, deadline: "asyncio.Future[None] | None" = None
    ) -> bytes | None:
        """Do one POST; return the answer's body, or None if late or with a status that counts as failure."""
        limit = deadline or asyncio.ensure_future(self.sleep(DEADLINE))
        started = self.stopwatch()
        posted = asyncio.create_task(self._post(exchange))
        try:
            waited: set[asyncio.Future[Any]] = {posted, limit}
            await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
            attempt.seconds = self.stopwatch() - started
            if not posted.done():
                attempt.outcome = "timed_out"
                return None
            attempt.status, body = posted.result()
        except aiohttp.ClientError as error:
            attempt.outcome = type(error).__name__
            return None
        finally:
            # Cancelling closes the connection: a late answer is lost.
            posted.cancel()
            if deadline is None:
                limit.cancel()
            self.changed(exchange)
        attempt.answer = body.decode("utf-8", "replace")
        attempt.outcome = "answered" if attempt.status == 200 else "bad_status"
        return body if attempt.status == 200 or not self.switches.retry_bad_status else None

    async def _post(self, exchange: Exchange) -> tuple[int, bytes]:
        if self.session is None:
            raise RuntimeError("the platform has not been started")
        url = URL(exchange.url).extend_query(exchange.query)
        headers = {"Content-Type": "text/xml", "User-Agent": "Mozilla/4.0", "Accept": "*/*", "Pragma": "no-cache"}
        async with self.session.post(
            url, data=exchange.body.encode(), headers=headers, allow_redirects=False
        ) as response:
            body = bytearray()
            async for chunk in response.content.iter_chunked(16_384):
                body += chunk
                if len(body) > _MAX_ANSWER:
                    break
            return response.status, bytes(body)

    def _dress(self, push: Push, exchange: Exchange) -> None:
        """Set the push's body and query for the mode; retries reuse them unchanged."""
        account = self.account
        stamp, nonce = str(int(self.clock.now().timestamp())), str(secrets.randbelow(2**31))
        exchange.url = account.callback_url
        exchange.query = {
            # In plain mode a forged push is indistinguishable: the signature covers no body.
            "signature": sign(account.token, stamp, nonce),
            "timestamp": stamp,
            "nonce": nonce,
            "openid": push.openid,
        }
        exchange.body = exchange.plain
        if exchange.mode != Mode.PLAIN:
            key = account.previous_aes_key if self.switches.push_with_previous_key else account.aes_key
            seal = Seal(_FORGER_KEY if push.forged else key, account.app_id)
            sealed = seal.close(exchange.plain.encode(), secrets.token_bytes(16))
            signed_with = "" if push.forged else account.token
            exchange.query |= {"encrypt_type": "aes", "msg_signature": sign(signed_with, stamp, nonce, sealed)}
            if exchange.mode == Mode.SAFE:
                exchange.body = write({"ToUserName": push.account, "Encrypt": sealed})
            else:
                exchange.body = push.to_xml().removesuffix("</xml>") + write({"Encrypt": sealed})[len("<xml>\n") :]

    async def check(self) -> bool:
        """Run the console's GET check: tell whether the callback echoes the echostr byte for byte.

        Raises aiohttp.ClientError if nothing answers.
        """
        if self.session is None:
            raise RuntimeError("the platform has not been started")
        stamp, nonce = str(int(self.clock.now().timestamp())), str(secrets.randbelow(2**31))
        echo = str(secrets.randbits(63))
        query = {
            "signature": sign(self.account.token, stamp, nonce),
            "echostr": echo,
            "timestamp": stamp,
            "nonce": nonce,
        }
        url = URL(self.account.callback_url).extend_query(query)
        async with self.session.get(url, allow_redirects=False, timeout=aiohttp.ClientTimeout(DEADLINE)) as response:
            body = await response.content.read(_MAX_ANSWER)
            if self.switches.trim_echo:
                body = body.strip()
            return response.status == 200 and body == echo.encode()


def shows_failure(push: Push, verdict: Verdict, switches: Switches) -> bool:
    """Tell whether the person sees the grey failure line: for pushes that take a reply and got no good one."""
    if verdict.reading is None:
        return push.takes_reply
    flaw: Flaw | None = verdict.reading.flaw
    return flaw is not None and push.takes_reply and switches.reactions[flaw] is Reaction.FAIL
