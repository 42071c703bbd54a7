"""A simulated year: with planners killed at any commit and two at once, everybody gets what a naive computation
predicts, once, and nobody on a rest day or in quiet hours.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from sqlalchemy import insert, select, update

from bot.chat.context import ChatServices
from bot.jobs.reminders import ReminderTick
from bot.services.people import account as account_service
from bot.services.reminders import reminders as reminder_service
from config.reminder_kinds import Reminding, Tap
from storage.engine.database import Database
from storage.engine.transactions import Tx
from storage.firms import firms
from storage.firms.firms import FACTS
from storage.notices.outbox import OUTBOX
from storage.people import people
from storage.policy import published_details
from storage.policy.application_windows import ApplicationWindow as StoredWindow
from storage.policy.application_windows import WindowStep
from storage.policy.detail_content import DetailContent
from storage.reminders import reminders
from tests.conftest import MovableTime
from tests.details import a_source
from tests.reminders.year import BEGINS, ZONE, Firm, Window, Year, expected, make_year, may_disturb, moment_in

HOURS = ((8, 31), (9, 1), (11, 0), (14, 50), (17, 50), (21, 50))


class KilledError(Exception):
    """The node dies here."""


class Dying:
    """A database whose node dies at times: before a write, or after its commit without an answer."""

    def __init__(self, database: Database, rng: random.Random, share: float) -> None:
        self._database, self._rng, self._share = database, rng, share
        self.killed = 0

    async def read(self, fn: Callable[..., Any], *args: Any) -> Any:
        return await self._database.read(fn, *args)

    async def write(self, fn: Callable[..., Any], *args: Any) -> Any:
        self._die()
        found = await self._database.write(fn, *args)
        self._die()
        return found

    def _die(self) -> None:
        if self._rng.random() < self._share:
            self.killed += 1
            raise KilledError


def enter(tx: Tx, number: int, firm: Firm) -> tuple[int, list[int]]:
    firm_id = firms.add(tx, name=f"南京某{number}有限公司", credit_code=None)
    rows: list[Mapping[str, Any]] = [
        {"firm_id": firm_id, "fact": fact, "value": value, "source": "self", "learned": tx.now}
        for fact, value in firm.facts.items()
    ]
    if rows:
        tx.execute(insert(FACTS), rows)
    members = [people.meet(tx, f"o-{number}-{person}").id for person in range(firm.people)]
    for member in members:
        people.join_firm(tx, member, firm_id)
    return firm_id, members


def enter_all(tx: Tx, year: Year, start: int, stop: int) -> list[tuple[int, list[int]]]:
    return [enter(tx, number, year.firms[number]) for number in range(start, min(stop, len(year.firms)))]


def publish(tx: Tx, window: Window) -> int:
    step = WindowStep("firm", "提交", None, window.closes, where="online")
    content = DetailContent(window.area, a_source(), StoredWindow(window.items, (step,), titles=window.titles))
    detail_id = published_details.add(tx, content, 1)
    published_details.set_state(tx, detail_id, "published", 2)
    return detail_id


def anything_new(tx: Tx) -> bool:
    return tx.execute(select(OUTBOX.c.id).where(OUTBOX.c.state == "new").limit(1)).first() is not None


def say_all(tx: Tx) -> None:
    tx.execute(update(OUTBOX).where(OUTBOX.c.state == "new").values(state="said"))


def report(tx: Tx, said: list[tuple[int, str]]) -> None:
    for person_id, chain in said:
        reminder_service.end(tx, people.by_id(tx, person_id), chain, Tap.DONE)


class Run:
    """A year of planner runs."""

    def __init__(
        self, database: Database, parts: ChatServices, time: MovableTime, year: Year, rng: random.Random, deaths: float
    ) -> None:
        self.database, self.parts, self.time, self.year, self.rng = database, parts, time, year, rng
        self.dying = Dying(database, rng, deaths)
        self.persons: list[tuple[int, list[int]]] = []
        self.windows: list[int] = []
        self.planners = [self.planner(), self.planner()]

    def go_to(self, moment: datetime) -> None:
        self.time.ahead = moment - datetime.now(UTC)

    def planner(self) -> ReminderTick:
        database = cast(Database, self.dying)
        return ReminderTick(database, self.parts.policy, self.parts.texts, self.time, passed=lambda: 0.0)

    async def tick(self) -> None:
        """Run one planner, or two at once; killed and restarted until finished."""
        count = 2 if self.rng.random() < 0.2 else 1
        while True:
            ended = await asyncio.gather(*(plan() for plan in self.planners[:count]), return_exceptions=True)
            if not any(ended):
                # Everybody reads at once: a shown notice cannot be withdrawn.
                if await self.database.read(anything_new):
                    await self.database.write(say_all)
                return
            for error in ended:
                if error is not None and not isinstance(error, KilledError):
                    raise error
            self.planners = [self.planner(), self.planner()]

    async def live(self, days: int) -> None:
        published = sorted(range(len(self.year.windows)), key=lambda number: self.year.windows[number].published)
        self.go_to(BEGINS)
        for start in range(0, len(self.year.firms), 200):
            self.persons += await self.database.write(enter_all, self.year, start, start + 200)
        self.windows = [0] * len(published)
        await self.tick()
        for day in range(days):
            for hour, minute in HOURS:
                now = moment_in(BEGINS.date() + timedelta(days=day), hour, minute)
                while published and self.year.windows[published[0]].published <= now:
                    number = published.pop(0)
                    self.go_to(self.year.windows[number].published)
                    self.windows[number] = await self.database.write(publish, self.year.windows[number])
                self.go_to(now)
                await self.tick()
                if hour == 11:
                    await self.act(now)

    async def act(self, now: datetime) -> None:
        reported = [(firm, window) for (firm, window), at in self.year.reported.items() if at == now]
        said = [(self.persons[firm][1][0], f"window:{self.windows[window]}:0") for firm, window in reported]
        for start in range(0, len(said), 20):
            await self.database.write(report, said[start : start + 20])
        self.go_to(now + timedelta(minutes=30))
        for (firm, person), at in self.year.left.items():
            if at == now + timedelta(minutes=30):
                told = self.persons[firm][1][person]
                await self.database.write(account_service.choose_all, told, "off", Reminding.load())

    async def told(self) -> tuple[list[tuple[int, int, int, int, object]], list[datetime]]:
        """Return (firm, person of it, window, offset, day) of everything sent; and when each message entered the
        outbox.
        """
        firm_of = {person: number for number, (_, several) in enumerate(self.persons) for person in several}
        place = {person: at for _, several in self.persons for at, person in enumerate(several)}
        number_of = {detail_id: number for number, detail_id in enumerate(self.windows)}

        def read(tx: Tx) -> tuple[list[Any], list[Any]]:
            table = reminders.REMINDERS
            rows = tx.execute(select(table).where(table.c.told_in.is_not(None), table.c.chain.like("window:%"))).all()
            return list(rows), list(tx.execute(select(OUTBOX.c.key, OUTBOX.c.planned)))

        rows, messages = await self.database.read(read)
        handed = {message.key: message.planned for message in messages}
        without = set(handed)
        told = []
        for row in rows:
            planned = handed[f"{row.told_in}:{row.person_id}"]
            without.discard(f"{row.told_in}:{row.person_id}")
            window = number_of[int(row.chain.split(":")[1])]
            day = planned.astimezone(ZONE).date()
            told.append((firm_of[row.person_id], place[row.person_id], window, row.days, day))
        assert [key for key in without if not key.startswith("expiry")] == [], "no message without its reminders"
        return told, [message.planned for message in messages]


async def live_through(
    database: Database, parts: ChatServices, time: MovableTime, *, firms: int, windows: int, days: int, deaths: float
) -> tuple[int, int]:
    rng = random.Random(8)
    year = make_year(rng, firms, windows, days)
    run = Run(database, parts, time, year, rng, deaths)
    await run.live(days)
    told, handed = await run.told()
    due = expected(year, moment_in(BEGINS.date() + timedelta(days=days), 0))
    twice = [one for one, count in Counter(told).items() if count > 1]
    assert (set(told) - due, due - set(told), twice) == (set(), set(), [])
    assert all(may_disturb(moment) for moment in handed)
    return len(told), run.dying.killed


async def test_two_months_with_deaths_and_two_planners_tells_everybody_what_is_due_once(
    database: Database, parts: ChatServices, time_offset: MovableTime
) -> None:
    told, killed = await live_through(database, parts, time_offset, firms=40, windows=14, days=54, deaths=0.03)
    assert told > 60
    assert killed > 10


@pytest.mark.hard
async def test_a_year_of_5000_firms_and_200_windows(
    database: Database, parts: ChatServices, time_offset: MovableTime
) -> None:
    told, killed = await live_through(database, parts, time_offset, firms=5_000, windows=200, days=365, deaths=0.004)
    assert told > 50_000
    assert killed > 100
