"""The platform: one account, its followers, and all traffic between them."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from itertools import count
from typing import Any

import aiohttp

from bot.simulator.account import Account
from bot.simulator.bubbles import Bubble, Content, Side
from bot.simulator.calls import Record
from bot.simulator.clock import Clock, Timepiece
from bot.simulator.custom import CustomMessages
from bot.simulator.delivery import Courier, Verdict, shows_failure
from bot.simulator.exchanges import Exchange, Exchanges
from bot.simulator.faults import Faults
from bot.simulator.feed import Feed
from bot.simulator.followers import Follower, Followers, Users
from bot.simulator.handset import Handset
from bot.simulator.jssdk import JsSdk
from bot.simulator.lines import RefusedError, load_lines
from bot.simulator.mass import MassMessages, OwnIds
from bot.simulator.media import Media
from bot.simulator.menus import Menus
from bot.simulator.notices import Notices
from bot.simulator.oauth import OAuth
from bot.simulator.pushes import Push, Pushes
from bot.simulator.qrcodes import QrCodes
from bot.simulator.results import Results
from bot.simulator.server_api import ServerApi
from bot.simulator.switches import Switches
from bot.simulator.templates import Templates, load_templates
from bot.simulator.tokens import Tokens

_CALLS_SHOWN = 60


class Platform:
    """Simulates WeChat for one demo account. `sleep` and `stopwatch` are real seconds for deliveries.

    `clock`: the platform's calendar (tokens, windows, expiry); pass the bot's own to move both together. `menu`:
    initial menu before the account sets one; `phones`: names of initial phones.
    """

    def __init__(
        self,
        account: Account,
        clock: Timepiece | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        stopwatch: Callable[[], float] = time.monotonic,
        switches: Switches | None = None,
        menu: Mapping[str, Any] | None = None,
        phones: Iterable[str] = (),
    ) -> None:
        self.account = account
        self.clock: Timepiece = clock or Clock()
        self.sleep = sleep
        self.switches = switches or Switches()
        self.lines = load_lines("chat")
        self.feed = Feed()
        self.followers = Followers(account.app_id)
        self.exchanges = Exchanges()
        self.pushes = Pushes(account.original_id, self.clock.now)
        self.courier = Courier(account, self.switches, self.clock, sleep, stopwatch, self._exchange_changed)
        now = self.clock.now
        self.faults = Faults()
        self.media = Media(now)
        self.menus = Menus(menu)
        self.codes = QrCodes(now)
        self.tokens = Tokens(account, self.switches, now)
        self.templates = Templates(load_templates())
        self.results = Results(self.switches, sleep, now, self.send)
        common = account, self.followers, self.switches, self.show, now
        notices = Notices(*common, self.templates, self.pushes, self.results, self.phone_changed)
        mass = MassMessages(*common, self.media, self.pushes, self.results, OwnIds(self.switches))
        self.jssdk = JsSdk(account, now)
        self.oauth = OAuth(account, self.followers, self.tokens, self.switches, now)
        custom, users = CustomMessages(*common, self.media), Users(self.followers, self.switches)
        parts = account, self.clock, self.tokens, self.media, self.menus, self.codes, users, custom, self.oauth
        more = self.templates.endpoints(), notices.endpoints(), mass.endpoints(), self.jssdk.endpoints()
        self.api = ServerApi(*parts, more)
        self._ids = count(1)
        self._running: set[asyncio.Task[Any]] = set()
        for name in phones:
            self.followers.add(name)

    async def start(self) -> None:
        """Start delivering."""
        self.courier.start()

    async def close(self) -> None:
        """Cancel every delivery and end the pages' streams."""
        self.feed.end()
        await self.results.close()
        for task in tuple(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        await self.courier.close()

    async def check_callback(self) -> None:
        """Run the console's check of the address; raises RefusedError if the callback fails."""
        try:
            passed = await self.courier.check()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise RefusedError("check_unreachable", url=self.account.callback_url) from error
        if not passed:
            raise RefusedError("check_failed")

    def handset(self, openid: str) -> Handset:
        """Return this person's phone for gestures."""
        parts = self.pushes, self.switches, self.menus, self.media, self.codes, self.templates
        return Handset(self.followers.get(openid), *parts, self.show, self.clock.now)

    def send(self, pushes: Iterable[Push]) -> list[asyncio.Task[None]]:
        """Deliver pushes; each task ends when its push is settled."""
        tasks = [asyncio.create_task(self._deliver(push)) for push in pushes]
        for task in tasks:
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        return tasks

    async def settled(self) -> None:
        """Send due reports, and wait until every running push is settled."""
        await asyncio.gather(*self.results.catch_up())
        await asyncio.gather(*(asyncio.shield(task) for task in self._running))

    def show(
        self,
        follower: Follower,
        side: Side,
        content: Content,
        verdict: Verdict | None = None,
        exchange: int | None = None,
    ) -> None:
        """Show a bubble in a person's chat."""
        timing = (verdict.seconds, verdict.attempt) if verdict else (None, None)
        bubble = Bubble(next(self._ids), side, content, self.clock.now(), *timing, exchange)
        follower.bubbles.append(bubble)
        self.feed.publish("bubble", {"openid": follower.openid, "bubble": self.bubble_json(bubble)})
        self.phone_changed(follower)

    def bubble_json(self, bubble: Bubble) -> dict[str, object]:
        """Return a bubble with its grey line's sentence filled in."""
        shown = bubble.to_json()
        if bubble.side is Side.LINE:
            shown["text"] = self.lines[bubble.content.kind]
        return shown

    def phone_changed(self, follower: Follower) -> None:
        """Publish a phone's state."""
        self.feed.publish("phone", follower.to_json(self.clock.now()))

    def called(self, record: Record) -> None:
        """Log and show an API call; a changed menu appears on every phone."""
        self.api.log.keep(record)
        self.feed.publish("call", record.to_json())
        if record.call.path.startswith("/cgi-bin/menu/"):
            self.feed.publish("menu", {"buttons": self._buttons()})

    def _buttons(self) -> list[dict[str, Any]] | None:
        return self.menus.shown.buttons if self.menus.shown else None

    def snapshot(self) -> dict[str, object]:
        """Return a page's initial state."""
        now = self.clock.now()
        return {
            "title": self.account.title,
            "mode": self.account.mode.value,
            "disorder": {**vars(self.courier.disorder), **vars(self.results.mishaps)},
            "notices": [{"id": template.id, "title": template.title} for template in self.templates.of("notice")],
            "now": now.isoformat(),
            "menu": self._buttons(),
            "faults": [fault.to_json() for fault in self.faults.ordered],
            "scenes": self.codes.scenes(),
            "calls": [record.to_json() for record in self.api.log.latest(_CALLS_SHOWN)],
            "phones": [
                {
                    **follower.to_json(now),
                    "bubbles": [self.bubble_json(bubble) for bubble in follower.bubbles],
                    "exchanges": [exchange.to_json() for exchange in self.exchanges.of(follower.openid)],
                }
                for follower in self.followers
                if not follower.in_crowd
            ],
        }

    async def _deliver(self, push: Push) -> None:
        follower = None if push.is_report else self.followers.get(push.openid)
        exchange = Exchange(next(self._ids), push.openid, push.kind, self.account.mode.value, push.to_xml())
        self.exchanges.add(exchange)
        if follower:
            self._waits(follower, 1)
        try:
            verdict = await self.courier.deliver(push, exchange)
            self._settle(follower, push, exchange, verdict)
            if self.courier.disorder.twice and verdict.reading is not None:
                await self.courier.repeat(exchange)
        finally:
            if follower:
                self._waits(follower, -1)
            self._exchange_changed(exchange)

    def _waits(self, follower: Follower, more: int) -> None:
        follower.waiting += more
        self.phone_changed(follower)

    def _settle(self, follower: Follower | None, push: Push, exchange: Exchange, verdict: Verdict) -> None:
        reading = verdict.reading
        if reading is None:
            exchange.outcome = "failed"
        elif reading.flaw:
            exchange.outcome = "flawed"
        else:
            exchange.outcome = "answered" if reading.contents else "acknowledged"
        if follower is None or not follower.follows:
            return
        for content in reading.contents if reading else ():
            side = Side.LINE if content.kind == "handed_over" else Side.THEIRS
            self.show(follower, side, content, verdict, exchange.id)
        if shows_failure(push, verdict, self.switches):
            self.show(follower, Side.LINE, Content("failure"), verdict, exchange.id)

    def _exchange_changed(self, exchange: Exchange) -> None:
        self.feed.publish("exchange", exchange.to_json())
