"""GET /metrics: counts and times for the machine's operator; no personal data, and nobody else sees them."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from time import time

import aiohttp
import pytest
from pydantic import SecretStr

from bot.app import DATABASE, build
from bot.chat.context import ChatServices
from bot.jobs.ticks import Tick, Ticks
from bot.services.demo import SEEDER, seed
from bot.web.metrics import Metrics
from bot.web.server import serve
from config.errors import UnavailableError
from config.settings import Settings
from config.topics import NoticeTopic
from storage.engine.transactions import Tx
from storage.notices import outbox
from storage.people import people
from tests.wechat import platform


@asynccontextmanager
async def serving(
    database_url: str, parts: ChatServices, token: str = ""
) -> AsyncIterator[tuple[str, aiohttp.ClientSession]]:
    settings = Settings(
        wechat_token=SecretStr(platform.TOKEN),
        database_url=database_url,
        secret_key=SecretStr("A" * 43),
        metrics_token=SecretStr(token),
    )
    app = await build(settings, parts)
    await app[DATABASE].by(SEEDER).write(seed)

    def plan(tx: Tx) -> None:
        person = people.meet(tx, "o-somebody").id
        outbox.plan(tx, key="a", person_id=person, topic=NoticeTopic.ROSTER, text="某事")

    await app[DATABASE].write(plan)
    runner = await serve(app, "127.0.0.1", 0)
    try:
        async with aiohttp.ClientSession() as session:
            yield f"http://127.0.0.1:{runner.addresses[0][1]}", session
    finally:
        await runner.cleanup()


async def told(base: str, session: aiohttp.ClientSession, **headers: str) -> tuple[int, dict[str, float], str]:
    async with session.get(base + "/metrics", headers=headers) as response:
        text = await response.text()
    found = re.findall(r"^(\w+(?:\{[^}]*\})?) ([\d.e+]+)$", text, re.M)
    return response.status, {name: float(value) for name, value in found}, text


async def test_pushes_repeats_refusals_writes_and_notices_are_counted(database_url: str, parts: ChatServices) -> None:
    async with serving(database_url, parts) as (base, session):
        push = platform.plain(platform.text("算力券", 7), now=int(time()))
        for _ in range(2):
            async with session.post(base + push.path, data=push.body) as response:
                assert response.status == 200
        async with session.post(base + push.path.replace("signature=", "signature=0"), data=push.body) as response:
            assert response.status == 403
        status, figures, text = await told(base, session)
    assert status == 200
    assert figures['srdi_callback_total{outcome="answered"}'] == 2
    assert sum(value for name, value in figures.items() if name.startswith("srdi_callback_refused_total")) == 1
    assert figures["srdi_callback_seconds_count"] == 2
    assert figures["srdi_inbox_repeats_total"] == 1
    assert figures["srdi_store_write_jobs_count"] >= 3
    assert figures['srdi_outbox_rows{state="new"}'] == 1
    assert "o-somebody" not in text
    assert platform.OPENID not in text
    assert "算力券" not in text


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
async def test_what_a_proxy_hands_on_finds_nothing_here(database_url: str, parts: ChatServices, header: str) -> None:
    async with serving(database_url, parts) as (base, session):
        assert (await told(base, session, **{header: "203.0.113.7"}))[0] == 404


async def test_with_a_token_only_the_token_opens(database_url: str, parts: ChatServices) -> None:
    async with serving(database_url, parts, "a-long-token") as (base, session):
        assert (await told(base, session))[0] == 404
        assert (await told(base, session, Authorization="Bearer a-long-tokem"))[0] == 404
        forwarded = {"Authorization": "Bearer a-long-token", "X-Forwarded-For": "203.0.113.7"}
        assert (await told(base, session, **forwarded))[0] == 200


async def test_two_registries_do_not_know_each_other() -> None:
    one, other = Metrics(), Metrics()
    one.count_request("answered")
    assert one._registry.get_sample_value("srdi_callback_total", {"outcome": "answered"}) == 1
    assert other._registry.get_sample_value("srdi_callback_total", {"outcome": "answered"}) == 0


async def test_a_tick_tells_when_it_succeeded_and_that_it_failed() -> None:
    heard: asyncio.Queue[tuple[str, datetime | None]] = asyncio.Queue()

    async def well() -> None:
        return

    async def badly() -> None:
        raise UnavailableError("store_busy", path="srdi.db")

    ticks = Ticks([Tick("well", 3600, well), Tick("badly", 3600, badly)], lambda *run: heard.put_nowait(run))
    ticks.start()
    for name in ("well", "badly"):
        ticks.scheduler.modify_job(name, next_run_time=datetime.now(UTC))
        who, at = await asyncio.wait_for(heard.get(), 5)
        assert (who, at is None) == (name, name == "badly")
    ticks.stop()
