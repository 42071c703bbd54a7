"""Build the application in one place: texts, policy, database, router, callback, health pages, ticks."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial

from aiohttp import ClientSession, TCPConnector, web

from bot.answers.overview import Overview
from bot.answers.policy_answers import PolicyTalk
from bot.channels.enabled import open_outside, outside_of
from bot.chat.context import ChatServices
from bot.chat.inbound import Inbound
from bot.chat.people.login import LoginLinks
from bot.chat.router import Router
from bot.console.app import add_desk
from bot.console.context import ConsoleContext
from bot.h5.app import TEMPLATES as PAGES_OF_THE_CHAT
from bot.h5.app import add_pages
from bot.h5.context import PhoneContext
from bot.jobs.api_quotas import clear_quotas, update_quotas
from bot.jobs.audit_chain import chain_audit
from bot.jobs.broadcasts import BroadcastTick
from bot.jobs.channel_codes import drop_unconfirmed, send_codes
from bot.jobs.licence_pictures import drop_licences, fetch_licences
from bot.jobs.outbox import AT_ONCE, Sender
from bot.jobs.recommendations import refresh_recommendations
from bot.jobs.reminders import ReminderTick
from bot.jobs.schedule import scheduled
from bot.jobs.sentence_vectors import firms_index, read_sentences
from bot.jobs.ticks import Ticks
from bot.live.matcher import LiveMatcher
from bot.sandbox.processes import Sandbox
from bot.services.challenges import bid_drafts
from bot.services.config_checks import check_approvals, check_events
from bot.services.events import meetings
from bot.services.policy.unanswered_questions import notify_some
from bot.web.client_addresses import TRUSTED, TrustedProxies
from bot.web.metrics import Metrics, add_metrics
from bot.web.pacing import Pacer
from bot.web.server import FAILED
from bot.web.templates import Pages
from bot.wechat.api import Api
from bot.wechat.cached_lookups import CachedLookups
from bot.wechat.callback import Callback
from bot.wechat.calls import Calls, Credentials
from bot.wechat.crypto import Envelope
from bot.wechat.jssdk import SHARED_AS, JsSdk, tickets
from bot.wechat.sending import channels_of
from bot.wechat.takeover import KeptReplies
from bot.wechat.tokens import SharedToken, Tokens
from config.areas import Areas
from config.commands import CommandWords
from config.errors import UnavailableError
from config.limits import QuotaLimits, VerificationLimits
from config.markup import expand
from config.policy.loader import load
from config.settings import PREFIX, Settings
from config.texts import Texts
from matchmaking.eligibility.company_size import Trades
from storage.audit.head_file import HeadsFile, path_for
from storage.broadcasts import pictures
from storage.challenges import bid_submissions
from storage.chat import inbox
from storage.engine import migration
from storage.engine.database import Database
from storage.engine.key_check import check_key
from storage.engine.transactions import SERVICE, Actor
from storage.notices import delivery_reports, quota_clears
from storage.people import kept_forms, submissions
from storage.policy import unanswered_questions

log = logging.getLogger(__name__)

DATABASE = web.AppKey("database", Database)
MATCHER = web.AppKey("matcher", LiveMatcher)
API = web.AppKey("api", Api)
SENDER = web.AppKey("sender", Sender)
JSAPI = web.AppKey("jsapi", Tokens)
TICKS = web.AppKey("ticks", Ticks)
NOWHERE = web.AppKey("nowhere", str)
DRAIN_SECONDS = 3.0


def no_offset() -> timedelta:
    """Return no offset: outside the demo, time is the clock's."""
    return timedelta()


def load_parts() -> ChatServices:
    """Load what all chats share. Takes a good part of a second: once per process."""
    policy, texts = load(), Texts.load(markup=expand)
    check_events(policy)
    check_approvals()
    return ChatServices(policy, texts, CommandWords.load(), PolicyTalk(policy, texts), Overview(policy, texts))


async def build(
    settings: Settings,
    parts: ChatServices,
    *,
    offset: Callable[[], timedelta] = no_offset,
    demo: bool = False,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> web.Application:
    """Build the web application over a migrated database; closing it finishes accepted work.

    Console and chat pages are served if SRDI_PUBLIC_URL is set. `demo`: allow login in plain mode. `sleep` waits
    between retries of a platform call.

    Raises UnavailableError if a setting is missing or the database is not migrated.
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
        await _require_newest_schema(database)
    except UnavailableError:
        await database.close()
        raise
    door = LoginLinks(settings.public_url, plain_mode=demo)
    router = Router(parts, door, KeptReplies.load(), outside=open_outside(settings))
    matcher = LiveMatcher(lambda: firms_index(semantic=settings.semantic))
    inbound = Inbound(database, router, matcher, parts.texts.error, metrics.repeated)

    def clock() -> datetime:
        return datetime.now(UTC) + offset()

    previous, plain = settings.wechat_token_previous.get_secret_value(), settings.wechat_plain
    envelope = Envelope(token, settings.wechat_app_id, keys, previous_token=previous)
    callback = Callback(envelope, inbound, clock, plain=plain, count=metrics.count_request, took=metrics.answered_in)
    app, sandbox = web.Application(), Sandbox()

    async def end_readings(_app: web.Application) -> None:
        sandbox.close()

    app.on_shutdown.append(end_readings)
    app[DATABASE] = database
    app[MATCHER] = matcher
    app[TRUSTED] = proxies = TrustedProxies.parse(settings.trusted_proxies)
    app[FAILED] = parts.texts("pages.failed")
    callback.add_to(app)
    platform = CachedLookups(database, settings.wechat_app_id, lambda: app[API])
    if settings.public_url:
        cipher = database.cipher
        titles = {choice.value: choice for choice in parts.policy.facts["titles"].choices}

        async def clear(person_id: int) -> None:
            await clear_quotas(database.by(Actor.person(person_id, "console")), app[API], QuotaLimits.load(), person_id)

        pacer, url, texts = Pacer(), settings.public_url, parts.texts
        desk = ConsoleContext(
            database=database,
            cipher=cipher,
            public_url=url,
            pages=Pages(),
            texts=texts,
            proxies=proxies,
            pacer=pacer,
            areas=Areas.load(),
            titles=titles,
            policy=parts.policy,
            code_for=platform.code,
            templates=platform.templates,
            clear_quotas=clear,
            matcher=matcher,
            sandbox=sandbox,
        )
        add_desk(app, desk)
        jssdk = JsSdk(settings.wechat_app_id, settings.wechat_jssdk, lambda: app[JSAPI].get(), clock)
        ground = PhoneContext(
            database=database,
            cipher=cipher,
            public_url=url,
            pages=Pages(PAGES_OF_THE_CHAT),
            texts=texts,
            proxies=proxies,
            pacer=pacer,
            parts=parts,
            matcher=matcher,
            trades=Trades.load(),
            jssdk=jssdk,
        )
        add_pages(app, ground)
    app.router.add_get("/healthz", _healthy)
    app.router.add_get("/readyz", _ready)
    add_metrics(app, metrics, database, settings.metrics_token.get_secret_value())
    app[NOWHERE] = parts.texts("pages.nowhere")
    app.router.add_route("*", "/{path:.*}", _nowhere)

    async def running(app: web.Application) -> AsyncIterator[None]:
        await database.read(inbound.get_ready)
        own = database.by(SERVICE)
        heads, proving = HeadsFile(path_for(settings.database_url)), VerificationLimits.load()
        # Sending keeps two hundred calls in progress; others must not wait behind them.
        async with ClientSession(connector=TCPConnector(limit=AT_ONCE + 50)) as session:
            credentials = Credentials(settings.wechat_app_id, settings.wechat_secret.get_secret_value())
            cleared = partial(database.read, quota_clears.last)
            store = SharedToken(database, settings.wechat_app_id)
            app[API] = api = Api(Calls(session, settings.wechat_api_base, credentials, store, clock, sleep, cleared))
            app[JSAPI] = tickets(api, SharedToken(database, f"{settings.wechat_app_id}:{SHARED_AS}"), clock)
            said, origin = partial(_unchanged, router, clock), settings.public_url
            channels = channels_of(api, origin, said) | outside_of(settings, session, parts.texts, said)
            sender = Sender(own, channels)
            # A code is sent alone, without a notice's heading.
            plainly = outside_of(settings, session, parts.texts, str)
            app[SENDER], quotas = sender, QuotaLimits.load()
            runs: dict[str, Callable[[], Awaitable[None]]] = {
                "inbox": lambda: _tidy_inbox(own),
                "checkpoint": database.checkpoint,
                "audit": lambda: chain_audit(own, heads),
                "published": lambda: _read_published(own, inbound),
                "matching": lambda: read_sentences(own, matcher),
                "recommending": lambda: refresh_recommendations(own, matcher),
                "silence": lambda: _notify_answers(own, parts.texts),
                "follow_ups": lambda: _plan_follow_ups(own, parts.texts),
                "licences": lambda: fetch_licences(own, api, parts.texts, proving, sandbox),
                "drafts": lambda: _drop_drafts(own),
                "old_licences": lambda: drop_licences(own, proving),
                "way_codes": lambda: send_codes(own, plainly, parts.texts),
                "unconfirmed": lambda: drop_unconfirmed(own, plainly, parts.texts),
                "reminders": ReminderTick(own, parts.policy, parts.texts, offset, trusting=demo),
                "broadcasts": BroadcastTick(own, parts.policy, parts.texts, api, origin=origin),
                "outbox": sender,
                "quotas": lambda: update_quotas(own, api, quotas),
            }
            app[TICKS] = Ticks(scheduled(runs), metrics.ticked)
            app[TICKS].start()
            yield
            # Wait for calls in progress: the scheduler would cancel them, leaving their delivery unknown.
            await sender.stop()
            await platform.close()
            app[TICKS].stop()
        await callback.settled(DRAIN_SECONDS)
        await database.close()

    app.cleanup_ctx.append(running)
    return app


async def _require_newest_schema(database: Database) -> None:
    if not await database.read(migration.is_current):
        raise UnavailableError("store_outdated")
    await database.write(check_key)


def _unchanged(router: Router, clock: Callable[[], datetime], text: str) -> str:
    return router.notice(text, clock())


async def _tidy_inbox(database: Database) -> None:
    while await database.write(inbox.empty_old):
        pass
    while await database.write(delivery_reports.tidy):
        pass


async def _drop_drafts(database: Database) -> None:
    await database.write(bid_drafts.drop_over)
    await database.write(bid_submissions.tidy)
    await database.write(pictures.tidy)
    await database.write(kept_forms.tidy)
    while await database.write(submissions.tidy):
        pass


async def _read_published(database: Database, inbound: Inbound) -> None:
    await database.read(inbound.get_ready)


async def _notify_answers(database: Database, texts: Texts) -> None:
    while await database.read(unanswered_questions.to_notify, 1):
        await database.write(notify_some, texts)
    while await database.write(unanswered_questions.tidy):
        pass


async def _plan_follow_ups(database: Database, texts: Texts) -> None:
    await database.write(meetings.plan_follow_ups, texts)


async def _nowhere(request: web.Request) -> web.Response:
    return web.Response(text=request.app[NOWHERE], status=404)


async def _healthy(_request: web.Request) -> web.Response:
    return web.json_response({"status": "up"})


async def _ready(request: web.Request) -> web.Response:
    """Return 200 if the database answers with the current schema and every tick runs, else 503 and the reason."""
    try:
        current = await request.app[DATABASE].read(migration.is_current)
    except UnavailableError as error:
        log.warning("not ready: %s", error.code, extra={"action": "not_ready"})
        return web.json_response({"status": error.code}, status=503)
    if not current:
        return web.json_response({"status": "store_outdated"}, status=503)
    if stale := request.app[TICKS].stale():
        log.warning("not ready: ticks %s", ", ".join(stale), extra={"action": "not_ready"})
        return web.json_response({"status": "ticks_stale", "ticks": stale}, status=503)
    return web.json_response({"status": "ready"})
