"""The server API's behaviour, independent of HTTP."""

from collections.abc import Iterable, Mapping

from bot.simulator.account import Account
from bot.simulator.calls import Answer, ApiError, Call, CallLog
from bot.simulator.clock import Timepiece
from bot.simulator.custom import CustomMessages
from bot.simulator.faults import BUSY
from bot.simulator.followers import Users
from bot.simulator.media import Endpoint, Media, Medium
from bot.simulator.menus import Menus
from bot.simulator.oauth import OAuth
from bot.simulator.qrcodes import QrCodes
from bot.simulator.quotas import Quotas
from bot.simulator.tokens import Tokens


class ServerApi:
    """Every API address and the preceding checks: method, token, quota."""

    def __init__(
        self,
        account: Account,
        clock: Timepiece,
        tokens: Tokens,
        media: Media,
        menus: Menus,
        codes: QrCodes,
        users: Users,
        custom: CustomMessages,
        oauth: OAuth,
        more: Iterable[Mapping[str, Endpoint]] = (),
    ) -> None:
        self.quotas = Quotas(clock.now)
        self.log = CallLog()
        self._account = account
        self._clock = clock
        self._tokens = tokens
        self._endpoints = {
            "/cgi-bin/token": Endpoint("GET", tokens.give, wants_token=False),
            "/cgi-bin/stable_token": Endpoint("POST", tokens.give_stable, wants_token=False),
            "/cgi-bin/menu/create": Endpoint("POST", menus.create),
            "/cgi-bin/menu/get": Endpoint("GET", menus.get),
            "/cgi-bin/menu/delete": Endpoint("GET", menus.delete),
            "/cgi-bin/menu/addconditional": Endpoint("POST", menus.add_conditional),
            "/cgi-bin/menu/delconditional": Endpoint("POST", menus.delete_conditional),
            "/cgi-bin/get_current_selfmenu_info": Endpoint("GET", menus.current),
            "/cgi-bin/get_current_autoreply_info": Endpoint("GET", self._auto_replies),
            "/cgi-bin/message/custom/send": Endpoint("POST", custom.send),
            "/cgi-bin/user/info": Endpoint("GET", users.info),
            "/cgi-bin/user/get": Endpoint("GET", users.page),
            "/cgi-bin/qrcode/create": Endpoint("POST", codes.create),
            "/cgi-bin/media/upload": Endpoint("POST", media.upload),
            "/cgi-bin/media/get": Endpoint("GET", lambda call: media.get(call.query.get("media_id", ""))),
            "/cgi-bin/clear_quota": Endpoint("POST", self._clear_quota),
            "/cgi-bin/clear_quota/v2": Endpoint("POST", self._clear_quota_by_secret, wants_token=False),
            "/cgi-bin/openapi/quota/get": Endpoint("POST", self._quota),
            "/cgi-bin/openapi/rid/get": Endpoint("POST", self._find_call),
            "/sns/oauth2/access_token": Endpoint("GET", oauth.access_token, wants_token=False),
            "/sns/oauth2/refresh_token": Endpoint("GET", oauth.refresh_token, wants_token=False),
            "/sns/userinfo": Endpoint("GET", oauth.user_info, wants_token=False),
            "/sns/auth": Endpoint("GET", oauth.check_token, wants_token=False),
        }
        for endpoints in more:
            self._endpoints.update(endpoints)

    def answer(self, call: Call) -> Answer | Medium:
        """Handle a call; raises ApiError with the platform's code. A call without a valid token uses no quota."""
        endpoint = self._endpoints.get(call.path)
        if endpoint is None:
            raise ApiError(40066, "invalid url, or one that this simulator does not play")
        if call.method != endpoint.method:
            raise ApiError(43001 if endpoint.method == "GET" else 43002)
        if endpoint.wants_token:
            self._tokens.check(call.query.get("access_token"))
        self.quotas.count(call.path)
        answer = endpoint.handle(call)
        # A mere acknowledgement is explicit; an answer with content contains only that.
        return answer or {"errcode": 0, "errmsg": "ok"}

    def refuse(self, errcode: int) -> Answer:
        """Refuse a call with an ordered code, -1 for platform overload: raises ApiError."""
        raise ApiError(errcode, "refused as ordered" if errcode != BUSY else "")

    def _auto_replies(self, _call: Call) -> Answer:
        return {"is_add_friend_reply_open": 0, "is_autoreply_open": 0, **self._account.auto_replies}

    def _clear_quota(self, call: Call) -> Answer:
        if call.json().get("appid") != self._account.app_id:
            raise ApiError(40013)
        self.quotas.clear()
        return {}

    def _clear_quota_by_secret(self, call: Call) -> Answer:
        asked = {**call.query, **(call.json() if call.text else {})}
        self._tokens.identify(asked.get("appid"), asked.get("appsecret"))
        self.quotas.clear()
        return {}

    def _quota(self, call: Call) -> Answer:
        return {"errcode": 0, "errmsg": "ok", **self.quotas.told(str(call.json().get("cgi_path", "")))}

    def _find_call(self, call: Call) -> Answer:
        record = self.log.find(str(call.json().get("rid", "")), self._clock.now())
        request = {
            "invoke_time": int(record.at.timestamp()),
            "cost_in_ms": record.milliseconds,
            "request_url": record.call.path,
            "request_body": record.call.text,
            "response_body": record.answer,
            "client_ip": record.call.ip,
        }
        return {"errcode": 0, "errmsg": "ok", "request": request}
