"""OAuth from the chat: single-use codes and user tokens (protocol §2.11, statement 34)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from secrets import token_urlsafe
from urllib.parse import urlencode, urlsplit

from bot.simulator.account import Account, is_loopback
from bot.simulator.calls import Answer, ApiError, Call
from bot.simulator.followers import Followers
from bot.simulator.switches import Switches
from bot.simulator.tokens import Tokens

CODE_LIFE = timedelta(minutes=5)
TOKEN_LIFE = timedelta(seconds=7200)
REFRESH_LIFE = timedelta(days=30)
_KEPT = 2000


@dataclass(frozen=True)
class Grant:
    """One person's permission to the account, with expiry; `used` for a redeemed code."""

    openid: str
    scope: str
    until: datetime
    used: bool = False


class AuthorizeError(Exception):
    """The authorize page shows this code instead of asking: 10003 address, 10005 scope, 40013 app id."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class OAuth:
    """The account's codes and user tokens; independent of its own access token."""

    def __init__(
        self,
        account: Account,
        followers: Followers,
        tokens: Tokens,
        switches: Switches,
        now: Callable[[], datetime],
    ) -> None:
        self._account = account
        self._followers = followers
        self._tokens = tokens
        self._switches = switches
        self._now = now
        self._codes: dict[str, Grant] = {}
        self._access: dict[str, Grant] = {}
        self._refresh: dict[str, Grant] = {}

    def check_request(self, query: Mapping[str, str]) -> None:
        """Check the authorize page's request; raises AuthorizeError. Only leads to this machine."""
        if query.get("appid") != self._account.app_id:
            raise AuthorizeError(40013)
        host = urlsplit(query.get("redirect_uri", "")).hostname or ""
        allowed = self._account.oauth_hosts
        if not is_loopback(host) or (allowed and host not in allowed):
            raise AuthorizeError(10003)
        if query.get("scope") not in ("snsapi_base", "snsapi_userinfo") or query.get("response_type") != "code":
            raise AuthorizeError(10005)

    def allow(self, query: Mapping[str, str], openid: str) -> str:
        """Return the address to redirect a consenting person to, with a new code and the given state."""
        self.check_request(query)
        code = token_urlsafe(24)
        _keep(self._codes, code, Grant(self._followers.get(openid).openid, query["scope"], self._now() + CODE_LIFE))
        address = query["redirect_uri"]
        joint = "&" if "?" in address else "?"
        return f"{address}{joint}{urlencode({'code': code, 'state': query.get('state', '')})}"

    def access_token(self, call: Call) -> Answer:
        """Handle `/sns/oauth2/access_token`: redeem a code once; raises ApiError 40029, 40163 and for age 42003."""
        self._tokens.identify(call.query.get("appid"), call.query.get("secret"))
        if call.query.get("grant_type") != "authorization_code":
            raise ApiError(40002)
        code = call.query.get("code", "")
        if not code:
            raise ApiError(41008)
        grant = self._codes.get(code)
        if grant is None:
            raise ApiError(40029)
        if grant.used:
            raise ApiError(40163)
        if self._now() >= grant.until:
            raise ApiError(self._switches.expired_code)
        self._codes[code] = replace(grant, used=True)
        refresh = token_urlsafe(48)
        _keep(self._refresh, refresh, replace(grant, until=self._now() + REFRESH_LIFE))
        return self._answer(grant, refresh)

    def refresh_token(self, call: Call) -> Answer:
        """Handle `/sns/oauth2/refresh_token`: a new user token; raises ApiError 40030, 42002 after 30 days."""
        if call.query.get("appid") != self._account.app_id:
            raise ApiError(40013)
        refresh = call.query.get("refresh_token", "")
        grant = self._refresh.get(refresh)
        if grant is None:
            raise ApiError(40030)
        if self._now() >= grant.until:
            raise ApiError(42002)
        return self._answer(grant, refresh)

    def user_info(self, call: Call) -> Answer:
        """Handle `/sns/userinfo`: name and picture if the scope allows; else raises ApiError 48001."""
        grant = self._granted(call)
        if grant.scope != "snsapi_userinfo":
            raise ApiError(48001)
        name = self._followers.get(grant.openid).name
        empty = {"sex": 0, "language": "", "city": "", "province": "", "country": "", "headimgurl": ""}
        return {"openid": grant.openid, "nickname": name, **empty, "privilege": []}

    def check_token(self, call: Call) -> Answer:
        """Handle `/sns/auth`: check a user token; raises ApiError 40003 for another's."""
        self._granted(call)
        return {"errcode": 0, "errmsg": "ok"}

    def _granted(self, call: Call) -> Grant:
        grant = self._access.get(call.query.get("access_token", ""))
        if grant is None:
            raise ApiError(40001)
        if self._now() >= grant.until:
            raise ApiError(42001)
        if grant.openid != call.query.get("openid"):
            raise ApiError(40003)
        return grant

    def _answer(self, grant: Grant, refresh: str) -> Answer:
        access = token_urlsafe(48)
        _keep(self._access, access, replace(grant, until=self._now() + TOKEN_LIFE))
        return {
            "access_token": access,
            "expires_in": int(TOKEN_LIFE.total_seconds()),
            "refresh_token": refresh,
            "openid": grant.openid,
            "scope": grant.scope,
        }


def _keep(grants: dict[str, Grant], key: str, grant: Grant) -> None:
    grants[key] = grant
    if len(grants) > _KEPT:
        del grants[next(iter(grants))]
