"""Installation check: each requirement, whether it is met, and what an operator should do."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

import aiohttp

from bot.web.client_addresses import TrustedProxies
from bot.wechat.api import Api
from bot.wechat.calls import Calls, Credentials
from bot.wechat.errors import ApiError, operator_hint
from config.calendar import shanghai_day
from config.cards import Purposes
from config.errors import AppError, UnavailableError
from config.settings import PREFIX, Settings
from config.texts import Texts
from config.workdays import Workdays
from storage.audit import audit, guards
from storage.audit.head_file import path_for
from storage.engine import addresses, migration
from storage.engine.database import Database
from storage.engine.key_check import is_known
from storage.engine.transactions import Tx
from storage.notices import card_templates, outbox
from storage.notices.access_tokens import AccessToken
from storage.notices.outbox import DEAD, QUARANTINED, UNCERTAIN
from storage.people import roles
from storage.people.roles import Place, RoleKind

LEAST_FREE = 1024**3
MOST_SKEW = timedelta(seconds=2)
# How long operators are reminded that the heads file was lost and recreated.
HEADS_LOST_FOR = timedelta(days=90)
_WAIT = aiohttp.ClientTimeout(total=8)
_STUCK = (DEAD, QUARANTINED, UNCERTAIN)


class CheckState(StrEnum):
    """Result of a check."""

    GOOD = "good"
    WARN = "warn"
    """It runs, but somebody will miss something."""
    BAD = "bad"
    """It does not run."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The check, its result, and the sentence for the operator."""

    check: str
    state: CheckState
    said: str


async def run_checks(settings: Settings, texts: Texts, now: datetime) -> Sequence[CheckResult]:
    """Run all checks, in the order in which to fix them. Writes nothing."""
    found = [_settings(settings, texts), _proxies(settings, texts)]
    try:
        database = Database.open(settings.database_url, key=settings.key_bytes())
    except UnavailableError as error:
        return [*found, CheckResult("database", CheckState.BAD, texts.error(error))]
    try:
        found += await _stored(database, settings, texts, now)
        async with aiohttp.ClientSession(timeout=_WAIT) as session:
            found += await _address(session, settings, texts)
            found.append(await _platform(session, settings, texts))
    finally:
        await database.close()
    return found


def _settings(settings: Settings, texts: Texts) -> CheckResult:
    if not settings.wechat_token.get_secret_value():
        missing = UnavailableError("setting_missing", name=f"{PREFIX}WECHAT_TOKEN")
        return CheckResult("settings", CheckState.BAD, texts.error(missing))
    if not settings.wechat_aes_key.get_secret_value():
        return CheckResult("settings", CheckState.WARN, texts("commands.doctor_plain"))
    if settings.wechat_plain:
        return CheckResult("settings", CheckState.WARN, texts("commands.doctor_exposed"))
    if settings.secret_key_previous.get_secret_value():
        return CheckResult("settings", CheckState.WARN, texts("commands.doctor_previous_key"))
    if settings.wechat_token_previous.get_secret_value():
        return CheckResult("settings", CheckState.WARN, texts("commands.doctor_previous_token"))
    return CheckResult("settings", CheckState.GOOD, texts("commands.doctor_settings"))


def _proxies(settings: Settings, texts: Texts) -> CheckResult:
    networks = TrustedProxies.parse(settings.trusted_proxies).networks
    open_ = [str(network) for network in networks if not network.prefixlen]
    if open_:
        return CheckResult("proxies", CheckState.WARN, texts("commands.doctor_open_proxies", proxies="、".join(open_)))
    if not networks:
        return CheckResult("proxies", CheckState.GOOD, texts("commands.doctor_no_proxies"))
    # A single address is shown without /32.
    named = [str(network[0]) if network.num_addresses == 1 else str(network) for network in networks]
    return CheckResult("proxies", CheckState.GOOD, texts("commands.doctor_proxies", proxies="、".join(named)))


async def _stored(database: Database, settings: Settings, texts: Texts, now: datetime) -> list[CheckResult]:
    try:
        skew = await database.read(_usable, now)
    except AppError as error:
        return [CheckResult("database", CheckState.BAD, texts.error(error))]
    found = [CheckResult("database", CheckState.GOOD, texts("commands.doctor_database"))]
    if abs(skew) > MOST_SKEW:
        seconds = round(skew.total_seconds())
        found = [CheckResult("database", CheckState.WARN, texts("commands.doctor_clock", seconds=seconds))]
    place = addresses.parse(settings.database_url)
    if isinstance(place, Path) and place.stat().st_mode & 0o077:
        found.append(CheckResult("files", CheckState.WARN, texts("commands.doctor_files", path=place)))
    if isinstance(place, Path) and (free := shutil.disk_usage(place.resolve().parent).free) < LEAST_FREE:
        found.append(CheckResult("disk", CheckState.WARN, texts("commands.doctor_disk", free=free // 1024**2)))
    looks: Sequence[Callable[[Tx, Texts], CheckResult]] = (_officials, _cards, _stuck, _workdays)
    found += [await database.read(check, texts) for check in looks]
    heads = path_for(settings.database_url)
    if heads.exists():
        found.append(await database.read(_audit, texts))
    else:
        found.append(CheckResult("audit", CheckState.WARN, texts("commands.doctor_heads", path=heads)))
    return found


def _usable(tx: Tx, now: datetime) -> timedelta:
    if not migration.is_current(tx):
        raise UnavailableError("store_outdated")
    is_known(tx)
    return tx.now - now


def _officials(tx: Tx, texts: Texts) -> CheckResult:
    count = len(roles.reaching(tx, {RoleKind.OPERATOR}, Place(), shanghai_day(tx.now)))
    if not count:
        return CheckResult("officials", CheckState.WARN, texts("commands.doctor_nobody"))
    return CheckResult("officials", CheckState.GOOD, texts("commands.doctor_officials", count=count))


def _cards(tx: Tx, texts: Texts) -> CheckResult:
    ready = {purpose for purpose, _ in card_templates.usable(tx)}
    missing = [one.title for name, one in Purposes.load().by_name.items() if name not in ready]
    if missing:
        return CheckResult("cards", CheckState.WARN, texts("commands.doctor_cards", titles="、".join(missing)))
    return CheckResult("cards", CheckState.GOOD, texts("commands.doctor_carded"))


def _stuck(tx: Tx, texts: Texts) -> CheckResult:
    states = outbox.states(tx)
    count = sum(states.get(state, 0) for state in _STUCK)
    if count:
        return CheckResult("outbox", CheckState.WARN, texts("commands.doctor_stuck", count=count))
    return CheckResult("outbox", CheckState.GOOD, texts("commands.doctor_flowing"))


def _audit(tx: Tx, texts: Texts) -> CheckResult:
    if missing := guards.missing(tx):
        return CheckResult("audit", CheckState.BAD, texts("commands.doctor_unguarded", triggers="、".join(missing)))
    lost = audit.entries(tx, audit.AuditQuery(action="audit.heads_lost", since=tx.now - HEADS_LOST_FOR), most=1)
    if lost:
        return CheckResult("audit", CheckState.WARN, texts("commands.doctor_heads_lost", day=shanghai_day(lost[0].at)))
    return CheckResult("audit", CheckState.GOOD, texts("commands.doctor_witnessed"))


def _workdays(tx: Tx, texts: Texts) -> CheckResult:
    # The coming year's calendar is announced in November.
    soon = shanghai_day(tx.now + timedelta(days=45))
    if not Workdays.load().knows(soon):
        return CheckResult("workdays", CheckState.WARN, texts("commands.doctor_workdays", year=soon.year))
    return CheckResult("workdays", CheckState.GOOD, texts("commands.doctor_known", year=soon.year))


async def _address(session: aiohttp.ClientSession, settings: Settings, texts: Texts) -> list[CheckResult]:
    """Check whether browsers reach this system, and whether its ticks run."""
    address = settings.public_url
    if not address:
        return [CheckResult("address", CheckState.WARN, texts("commands.doctor_address"))]
    try:
        async with session.get(f"{address}/healthz", allow_redirects=False) as response:
            seen = response.status == 200
        async with session.get(f"{address}/readyz", allow_redirects=False) as response:
            ready = await response.json()
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        seen, ready = False, {}
    if not seen or not isinstance(ready, dict) or "status" not in ready:
        return [CheckResult("address", CheckState.WARN, texts("commands.doctor_unseen", address=address))]
    found = [CheckResult("address", CheckState.GOOD, texts("commands.doctor_reached", address=address))]
    if ready["status"] == "ticks_stale":
        names = "、".join(map(str, ready.get("ticks", [])))
        return [*found, CheckResult("ticks", CheckState.BAD, texts("commands.doctor_ticks_stale", names=names))]
    return [*found, CheckResult("ticks", CheckState.GOOD, texts("commands.doctor_ticking"))]


class _NoToken:
    """Has no token, so that the secret itself is tested; the platform returns the same token again, and
    revokes none.
    """

    async def load(self) -> AccessToken | None:
        return None

    async def save(self, token: AccessToken) -> None:
        """Do nothing: it is the shared token, which its own store has or fetches."""


async def _platform(session: aiohttp.ClientSession, settings: Settings, texts: Texts) -> CheckResult:
    secret = settings.wechat_secret.get_secret_value()
    if not settings.wechat_app_id or not secret:
        return CheckResult("platform", CheckState.WARN, texts("commands.doctor_credentials"))
    credentials = Credentials(settings.wechat_app_id, secret)
    calls = Calls(session, settings.wechat_api_base, credentials, _NoToken(), lambda: datetime.now(UTC), sleep=_at_once)
    try:
        shown = await Api(calls).console_menu()
    except ApiError as error:
        return CheckResult("platform", CheckState.BAD, texts.error(operator_hint(error)))
    except AppError as error:
        return CheckResult("platform", CheckState.BAD, texts.error(error))
    if not shown.get("selfmenu_info", {}).get("button"):
        return CheckResult("platform", CheckState.WARN, texts("commands.doctor_no_menu"))
    return CheckResult("platform", CheckState.GOOD, texts("commands.doctor_platform"))


async def _at_once(_seconds: float) -> None:
    """Do not wait: report a busy platform at once."""
