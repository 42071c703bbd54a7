"""Builds the running parts in one place: texts, policy, database, router, callback, health pages, ticks."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial

from aiohttp import ClientSession, TCPConnector, web
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.asked_platform import AskedPlatform
from bot.auditing import chain_audit
from bot.broadcasting import BroadcastTick
from bot.console.app import add_desk
from bot.console.pages import Pages
from bot.console.visits import Desk
from bot.dialogs.chat import Parts
from bot.dialogs.entry import Door
from bot.dialogs.links import expand
from bot.dialogs.overview import Overview
from bot.dialogs.policy_talk import PolicyTalk
from bot.h5.app import TEMPLATES as PAGES_OF_THE_CHAT
from bot.h5.app import add_pages
from bot.h5.visits import Ground
from bot.inbound import Inbound
from bot.licences import drop_licences, fetch_licences
from bot.matcher import Matcher
from bot.metrics import Metrics, add_metrics
from bot.outgoing import AT_ONCE, Sender
from bot.outside import open_outside, outside_of
from bot.quotas import clear_quotas, learn_quotas
from bot.recommending import keep_recommendations
from bot.reminding import ReminderTick
from bot.router import Router
from bot.sentences import firms_index, read_sentences
from bot.services import bid_drafts, meetings
from bot.services.silence import tell_some
from bot.shared_token import SharedToken
from bot.way_codes import forget_unconfirmed, send_codes
from bot.wechat.api import Api
from bot.wechat.callback import Callback
from bot.wechat.calls import Calls, Credentials
from bot.wechat.crypto import Envelope
from bot.wechat.jssdk import SHARED_AS, JsSdk, tickets
from bot.wechat.sending import channels_of
from bot.wechat.takeover import KeptReplies
from bot.wechat.tokens import Tokens
from config.areas import Areas
from config.errors import AppError, UnavailableError
from config.policy.loader import load
from config.proving import Proving
from config.quotas import Quotas
from config.settings import PREFIX, Settings
from config.texts import Texts
from config.words import Words
from matchmaking.sizes import Trades
from storage import broadcast_pictures, inbox, kept_forms, migrate, quota_clears, sending_results, silence, submissions
from storage.audit_heads import HeadsFile, path_for
from storage.database import Database
from storage.keycheck import check_key
from storage.sealing import FieldCipher

log = logging.getLogger(__name__)

DATABASE = web.AppKey("database", Database)
MATCHER = web.AppKey("matcher", Matcher)
API = web.AppKey("api", Api)
SENDER = web.AppKey("sender", Sender)
JSAPI = web.AppKey("jsapi", Tokens)
TICKS = web.AppKey("ticks", AsyncIOScheduler)
DRAIN_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Tick:
    """Something that is looked after every so many seconds. Idempotent: it may run twice, or on two nodes."""

    name: str
    seconds: int
    run: Callable[[], Awaitable[None]]


def no_offset() -> timedelta:
    """Outside the demo the bot's time is the clock's."""
    return timedelta()


def _tell_nobody(_name: str, _at: datetime | None) -> None:
    """Where nobody counts ticks."""


def load_parts() -> Parts:
    """What every chat needs and no chat changes. Takes a good part of a second: once a process."""
    policy, texts = load(), Texts.load(markup=expand)
    return Parts(policy, texts, Words.load(), PolicyTalk(policy, texts), Overview(policy, texts))


async def build(
    settings: Settings,
    parts: Parts,
    *,
    offset: Callable[[], timedelta] = no_offset,
    demo: bool = False,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> web.Application:
    """The web application over a migrated database; closing it finishes what was accepted.

    The desk and the chat's pages are served where SRDI_PUBLIC_URL says how browsers reach them. `demo`: entry works in
    plain mode too. `sleep` waits between the repeats of a call that the platform does not answer.

    Raises UnavailableError where a setting is missing or the database is not in its newest form.
    """
    token = settings.wechat_token.get_secret_value()
    if not token:
        raise UnavailableError("setting_missing", name=f"{PREFIX}WECHAT_TOKEN")
    keys = [key.get_secret_value() for key in (settings.wechat_aes_key, settings.wechat_aes_key_previous)]
    if any(keys) and not settings.wechat_app_id:
        raise UnavailableError("setting_missing", name=f"{PREFIX}WECHAT_APP_ID")
    metrics = Metrics()
    key = settings.key_bytes()
    database = Database.open(settings.database_url, key=key, offset=offset, server=True, watch=metrics.wrote)
    try:
        await _hold_newest_form(database)
    except UnavailableError:
        await database.close()
        raise
    door = Door(settings.public_url, plain_mode=demo)
    router = Router(parts, door, KeptReplies.load(), outside=open_outside(settings))
    matcher = Matcher(lambda: firms_index(semantic=settings.semantic))
    inbound = Inbound(database, router, matcher, parts.texts.error, metrics.repeated)

    def clock() -> datetime:
        return datetime.now(UTC) + offset()

    envelope = Envelope(token, settings.wechat_app_id, keys)
    callback = Callback(envelope, inbound, clock, count=metrics.count_request, took=metrics.answered_in)
    app = web.Application()
    app[DATABASE] = database
    app[MATCHER] = matcher
    callback.add_to(app)
    platform = AskedPlatform(database, settings.wechat_app_id, lambda: app[API])
    if settings.public_url:
        cipher = FieldCipher(key)
        titles = {choice.value: choice for choice in parts.policy.facts["titles"].choices}

        async def clear(person_id: int) -> None:
            await clear_quotas(database, app[API], Quotas.load(), person_id)

        pages, areas = Pages(), Areas.load()
        asked = (platform.code, platform.templates, clear)
        desk = Desk(database, cipher, settings.public_url, pages, parts.texts, areas, titles, parts.policy, *asked)
        add_desk(app, replace(desk, matcher=matcher))
        pages = Pages(PAGES_OF_THE_CHAT)
        jssdk = JsSdk(settings.wechat_app_id, settings.wechat_jssdk, lambda: app[JSAPI].get(), clock)
        add_pages(app, Ground(database, cipher, settings.public_url, pages, parts, matcher, Trades.load(), jssdk))
    app.router.add_get("/healthz", _healthy)
    app.router.add_get("/readyz", _ready)
    add_metrics(app, metrics, database, settings.metrics_token.get_secret_value())

    async def running(app: web.Application) -> AsyncIterator[None]:
        await database.read(inbound.get_ready)
        heads, proving = HeadsFile(path_for(settings.database_url)), Proving.load()
        # Sending keeps two hundred calls on their way; none of the others waits behind them.
        async with ClientSession(connector=TCPConnector(limit=AT_ONCE + 50)) as session:
            credentials = Credentials(settings.wechat_app_id, settings.wechat_secret.get_secret_value())
            cleared = partial(database.read, quota_clears.last)
            store = SharedToken(database, settings.wechat_app_id)
            app[API] = api = Api(Calls(session, settings.wechat_api_base, credentials, store, clock, sleep, cleared))
            app[JSAPI] = tickets(api, SharedToken(database, f"{settings.wechat_app_id}:{SHARED_AS}"), clock)
            said, origin = partial(_as_it_stands, router, clock), settings.public_url
            channels = channels_of(api, origin, said) | outside_of(settings, session, parts.texts, said)
            sender = Sender(database, channels)
            # A code's words stand alone, without a notice's heading.
            plainly = outside_of(settings, session, parts.texts, str)
            app[SENDER], quotas = sender, Quotas.load()
            ticks = [
                Tick("inbox", 30, lambda: _tidy_inbox(database)),
                Tick("audit", 60, lambda: chain_audit(database, heads)),
                # What is sent without anybody's word knows of an extension too.
                Tick("published", 60, lambda: _read_published(database, inbound)),
                Tick("matching", 30, lambda: read_sentences(database, matcher)),
                Tick("recommending", 30, lambda: keep_recommendations(database, matcher)),
                Tick("silence", 30, lambda: _tend_silence(database, parts.texts)),
                Tick("follow_ups", 600, lambda: _ask_what_became(database, parts.texts)),
                Tick("licences", 5, lambda: fetch_licences(database, api, parts.texts, proving)),
                Tick("drafts", 3600, lambda: _drop_drafts(database)),
                Tick("old_licences", 3600, lambda: drop_licences(database, proving)),
                Tick("way_codes", 3, lambda: send_codes(database, plainly, parts.texts)),
                Tick("unconfirmed", 3600, lambda: forget_unconfirmed(database, plainly, parts.texts)),
                Tick("reminders", 60, ReminderTick(database, parts.policy, parts.texts, offset, trusting=demo)),
                Tick("broadcasts", 5, BroadcastTick(database, parts.policy, parts.texts, api, origin=origin)),
                Tick("outbox", 3, sender),
                Tick("quotas", 3600, lambda: learn_quotas(database, api, quotas)),
            ]
            app[TICKS] = start_ticks(ticks, metrics.ticked)
            yield
            # What is on its way is waited for: the scheduler would cancel it, and nobody would know whether it arrived.
            await sender.stop()
            await platform.close()
            app[TICKS].shutdown(wait=False)
        await callback.settled(DRAIN_SECONDS)
        await database.close()

    app.cleanup_ctx.append(running)
    return app


async def _hold_newest_form(database: Database) -> None:
    if not await database.read(migrate.is_current):
        raise UnavailableError("store_outdated")
    await database.write(check_key)


def _as_it_stands(router: Router, clock: Callable[[], datetime], text: str) -> str:
    return router.notice(text, clock())


def start_ticks(ticks: list[Tick], told: Callable[[str, datetime | None], None] = _tell_nobody) -> AsyncIOScheduler:
    """Run each of them again and again, from one interval after now, until the scheduler is shut down.

    `told` hears which one succeeded when, or failed (None).
    """
    scheduler = AsyncIOScheduler(timezone=UTC)
    for tick in ticks:
        # One at a time, and a late one runs once: missed ticks carry no work of their own.
        scheduler.add_job(
            _run,
            "interval",
            args=[tick, told],
            seconds=tick.seconds,
            id=tick.name,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )
    scheduler.start()
    return scheduler


async def _run(tick: Tick, told: Callable[[str, datetime | None], None]) -> None:
    # The scheduler awaits coroutine functions only: a lambda's coroutine it would throw away.
    try:
        await tick.run()
        told(tick.name, datetime.now(UTC))
    except AppError as error:
        told(tick.name, None)
        log.warning("tick %s: %s", tick.name, error.code, extra={"action": "tick_failed"})
    except asyncio.CancelledError:
        # Only the scheduler's end cancels a tick. Nothing of it is lost: it is idempotent, and the next start runs it.
        log.info("tick %s stopped", tick.name, extra={"action": "tick_stopped"})


async def _tidy_inbox(database: Database) -> None:
    while await database.write(inbox.empty_old):
        pass
    while await database.write(sending_results.tidy):
        pass


async def _drop_drafts(database: Database) -> None:
    await database.write(bid_drafts.drop_over)
    await database.write(broadcast_pictures.tidy)
    await database.write(kept_forms.tidy)
    while await database.write(submissions.tidy):
        pass


async def _read_published(database: Database, inbound: Inbound) -> None:
    await database.read(inbound.get_ready)


async def _tend_silence(database: Database, texts: Texts) -> None:
    while await database.read(silence.to_be_told, 1):
        await database.write(tell_some, texts)
    while await database.write(silence.tidy):
        pass


async def _ask_what_became(database: Database, texts: Texts) -> None:
    await database.write(meetings.ask_what_became, texts)


async def _healthy(_request: web.Request) -> web.Response:
    return web.json_response({"status": "up"})


async def _ready(request: web.Request) -> web.Response:
    try:
        current = await request.app[DATABASE].read(migrate.is_current)
    except UnavailableError as error:
        log.warning("not ready: %s", error.code, extra={"action": "not_ready"})
        return web.json_response({"status": error.code}, status=503)
    return web.json_response({"status": "ready" if current else "store_outdated"}, status=200 if current else 503)
