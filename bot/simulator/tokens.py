"""Access tokens of both channels, with their overlaps (protocol §2.1, statements 14-17)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from secrets import token_urlsafe

from bot.simulator.account import Account
from bot.simulator.calls import Answer, ApiError, Call
from bot.simulator.clock import platform_day
from bot.simulator.switches import Switches

LIFE = timedelta(seconds=7200)
OVERLAP = timedelta(seconds=300)
FORCED_APART = timedelta(seconds=30)
FORCED_A_DAY = 20
_REMEMBERED = 5000


@dataclass
class Token:
    """An access token; `dies_at`: when it stops being the latest, `expires_at`: its own expiry."""

    value: str
    expires_at: datetime
    dies_at: datetime | None = None


class Tokens:
    """Issues and checks tokens; the channels `token` and `stable_token` are separate unless switched."""

    def __init__(self, account: Account, switches: Switches, now: Callable[[], datetime]) -> None:
        self._account = account
        self._switches = switches
        self._now = now
        self._known: dict[str, Token] = {}
        self._latest: dict[str, Token] = {}
        self._forced: list[datetime] = []

    def give(self, call: Call) -> Answer:
        """Handle `GET /cgi-bin/token`: always a new one; the previous one works for five more minutes."""
        self._identify(call.query.get("grant_type"), call.query.get("appid"), call.query.get("secret"), call.ip)
        return self._answer(self._renew("token", OVERLAP))

    def give_stable(self, call: Call) -> Answer:
        """Handle `POST /cgi-bin/stable_token`: the same one until its last five minutes, or a forced new one."""
        asked = call.json()
        self._identify(asked.get("grant_type"), asked.get("appid"), asked.get("secret"), call.ip)
        latest, now = self._latest.get("stable"), self._now()
        alive = latest is not None and latest.dies_at is None and now < latest.expires_at
        if asked.get("force_refresh") is True:
            return self._answer(self._force(latest if alive else None, now))
        if latest is not None and alive and latest.expires_at - now >= OVERLAP:
            return self._answer(latest)
        return self._answer(self._renew("stable", OVERLAP))

    def check(self, value: str | None) -> None:
        """Check a call's token; raises ApiError 41001, 42001, 40001 or 40014."""
        if not value:
            raise ApiError(41001)
        token, now = self._known.get(value), self._now()
        if token is None:
            raise ApiError(self._switches.never_issued_token, "invalid access_token")
        if token.dies_at is not None and now >= token.dies_at and token.dies_at < token.expires_at:
            raise ApiError(40001)
        if now >= token.expires_at:
            raise ApiError(42001)

    def _force(self, alive: Token | None, now: datetime) -> Token:
        if alive and self._forced and now - self._forced[-1] < FORCED_APART:
            return alive
        today: date = platform_day(now)
        if sum(platform_day(moment) == today for moment in self._forced) >= FORCED_A_DAY:
            raise ApiError(45009)
        self._forced = [*self._forced, now][-FORCED_A_DAY:]
        return self._renew("stable", timedelta(0))

    def _renew(self, channel: str, overlap: timedelta) -> Token:
        now = self._now()
        kicked = list(self._latest) if self._switches.channels_kick_each_other else [channel]
        for name in kicked:
            former = self._latest.pop(name, None)
            if former and former.dies_at is None:
                former.dies_at = now + overlap
        token = self._latest[channel] = Token(token_urlsafe(96), now + LIFE)
        self._known[token.value] = token
        if len(self._known) > _REMEMBERED:
            del self._known[next(iter(self._known))]
        return token

    def _answer(self, token: Token) -> Answer:
        return {"access_token": token.value, "expires_in": int((token.expires_at - self._now()).total_seconds())}

    def _identify(self, grant_type: object, app_id: object, secret: object, ip: str) -> None:
        if grant_type != "client_credential":
            raise ApiError(40002)
        self.identify(app_id, secret)
        trusted = self._account.trusted_ips
        if trusted and ip not in trusted:
            raise ApiError(40164, f"invalid ip {ip} ipv6 ::ffff:{ip}, not in whitelist")

    def identify(self, app_id: object, secret: object) -> None:
        """Check the account's id and secret; raises ApiError 41002, 41004, 40013, 40125."""
        if not app_id:
            raise ApiError(41002)
        if not secret:
            raise ApiError(41004)
        if app_id != self._account.app_id:
            raise ApiError(40013)
        if secret != self._account.secret:
            raise ApiError(self._switches.wrong_secret, "invalid appsecret")
