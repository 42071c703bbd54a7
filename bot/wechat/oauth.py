"""The platform's OAuth2 for web pages: who opens a page from the chat (protocol §2.11)."""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from bot.wechat.api import REAL_API
from bot.wechat.calls import Calls
from bot.wechat.transport import ApiRequest

REAL_AUTHORIZE = "https://open.weixin.qq.com"


@dataclass(frozen=True, slots=True)
class OAuthUser:
    """The person behind a code, and the token that reads their name if the scope allows.

    `is_snapshot`: a visitor with a placeholder openid, who saw the page without consenting.
    """

    openid: str
    scope: str
    access_token: str = field(repr=False)
    union_id: str = ""
    is_snapshot: bool = False


class OAuth:
    """Sends a person to the platform and identifies them by the returned code."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def address(self, return_to: str, state: str, *, wants_name: bool = False) -> str:
        """Return the address to redirect to; they return to `return_to` with `code` and this state (≤128 letters and
        digits).
        """
        if not (0 < len(state) <= 128 and state.isascii() and state.isalnum()):
            raise ValueError("a state is 1 to 128 letters and digits")
        query = {
            "appid": self._calls.credentials.app_id,
            "redirect_uri": return_to,
            "response_type": "code",
            "scope": "snsapi_userinfo" if wants_name else "snsapi_base",
            "state": state,
        }
        host = REAL_AUTHORIZE if self._calls.base == REAL_API else self._calls.base
        return f"{host}/connect/oauth2/authorize?{urlencode(query)}#wechat_redirect"

    async def redeem(self, code: str) -> OAuthUser:
        """Redeem this code for its person. Works once, for five minutes; then raises ApiError (RESTART_OAUTH)."""
        query = {
            "appid": self._calls.credentials.app_id,
            "secret": self._calls.credentials.secret,
            "code": code,
            "grant_type": "authorization_code",
        }
        request = ApiRequest("GET", "/sns/oauth2/access_token", query)
        # Repeating a code that did arrive is refused as used: like a send, it is not repeated blindly.
        found = await self._calls.answer(request, lambda answer: answer.json("openid"), is_send=True, with_token=False)
        return OAuthUser(
            openid=str(found["openid"]),
            scope=str(found.get("scope", "")),
            access_token=str(found.get("access_token", "")),
            union_id=str(found.get("unionid", "")),
            is_snapshot=found.get("is_snapshotuser") == 1,
        )

    async def name(self, visitor: OAuthUser) -> str:
        """Return the nickname of a visitor who consented."""
        query = {"access_token": visitor.access_token, "openid": visitor.openid, "lang": "zh_CN"}
        found = await self._calls.answer(
            ApiRequest("GET", "/sns/userinfo", query), lambda answer: answer.json("nickname"), with_token=False
        )
        return str(found["nickname"])
