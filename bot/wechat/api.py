"""What we ask of the platform, one method an address (protocol §2.2-2.7, 2.9, 2.10, 2.12). All raise ApiError."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from bot.wechat.api_part import number_in
from bot.wechat.errors import ApiRefusedError, ApiUncertainError
from bot.wechat.mass_api import MassApi
from bot.wechat.notices_api import NoticesApi
from bot.wechat.transport import MEDIA_SECONDS, MOST_MEDIA_BYTES, ApiRequest, ApiResponse, JsonObject
from notifications.text_splitting import printable

REAL_API = "https://api.weixin.qq.com"
REAL_PAGES = "https://mp.weixin.qq.com"
NO_MENU = 46003
CUSTOM_SEND = "/cgi-bin/message/custom/send"
CLEAR_QUOTA = "/cgi-bin/clear_quota"


@dataclass(frozen=True, slots=True)
class Article:
    """One card: title, line, picture address and the page it opens."""

    title: str
    description: str = ""
    picture_url: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class QrCode:
    """One of our QR codes: its ticket, picture address, content, seconds until expiry (0: never)."""

    ticket: str
    picture: str
    url: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Media:
    """A file from the platform."""

    content: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class Quota:
    """One API's daily calls; `per_minute` is 0 if the platform names no such limit."""

    daily: int
    used: int
    left: int
    per_minute: int = 0


class Api(NoticesApi, MassApi):
    """The account's side of the platform's API; notices and mass messages have files of their own."""

    # The menu.

    async def menu(self) -> JsonObject | None:
        """Return the menu made through this API, as the platform reports it; None if there is none."""
        try:
            return await self._calls.json(ApiRequest("GET", "/cgi-bin/menu/get"), "menu")
        except ApiRefusedError as error:
            if error.number == NO_MENU:
                return None
            raise

    async def create_menu(self, buttons: Sequence[JsonObject]) -> None:
        """Replace the menu; clients fetch it within five minutes."""
        await self._change("/cgi-bin/menu/create", {"button": list(buttons)})

    async def console_menu(self) -> JsonObject:
        """Return the current menu, made in the platform's console or through the API."""
        return await self._calls.json(ApiRequest("GET", "/cgi-bin/get_current_selfmenu_info"), "selfmenu_info")

    async def console_replies(self) -> JsonObject:
        """Return the automatic replies set in the platform's console."""
        path = "/cgi-bin/get_current_autoreply_info"
        return await self._calls.json(ApiRequest("GET", path), "is_autoreply_open")

    # Messages to one person. None is repeated if it may have arrived: UncertainError is raised.

    async def send_text(self, openid: str, text: str) -> None:
        """Send custom text, at most 2,048 UTF-8 bytes: 5 within 48 h of a message, 3 within a minute of a tap or
        follow.
        """
        await self._custom(openid, "text", {"content": printable(text)})

    async def send_article(self, openid: str, article: Article) -> None:
        """Send one article under the same quota; the platform accepts only one."""
        card = {"title": article.title, "description": article.description}
        card |= {"url": article.url, "picurl": article.picture_url}
        await self._custom(openid, "news", {"articles": [card]})

    async def _custom(self, openid: str, kind: str, content: JsonObject) -> None:
        await self._change(CUSTOM_SEND, {"touser": openid, "msgtype": kind, kind: content}, is_send=True)

    # QR codes.

    async def create_qr(self, scene: str, seconds: int = 0) -> QrCode:
        """Create a QR code for the account with this scene (1-64 characters); permanent without seconds."""
        if not 1 <= len(scene) <= 64:
            raise ValueError("a scene has 1 to 64 characters")
        body: JsonObject = {"action_info": {"scene": {"scene_str": scene}}}
        if seconds:
            body |= {"action_name": "QR_STR_SCENE", "expire_seconds": seconds}
        else:
            body |= {"action_name": "QR_LIMIT_STR_SCENE"}
        found = await self._change("/cgi-bin/qrcode/create", body, "ticket")
        ticket = str(found["ticket"])
        picture = f"{self._pages()}/cgi-bin/showqrcode?{urlencode({'ticket': ticket})}"
        return QrCode(ticket, picture, str(found.get("url", "")), number_in(found.get("expire_seconds")))

    def _pages(self) -> str:
        # The pages have their own host; a simulated API serves them itself.
        return REAL_PAGES if self._calls.base == REAL_API else self._calls.base

    # Media.

    async def download(self, media_id: str) -> Media:
        """Download a file sent by a person; the only way pictures are fetched."""
        request = ApiRequest(
            "GET", "/cgi-bin/media/get", {"media_id": media_id}, seconds=MEDIA_SECONDS, most_bytes=MOST_MEDIA_BYTES
        )
        return await self._calls.answer(request, _media)

    # Our pages in WeChat's browser.

    async def jsapi_ticket(self) -> tuple[str, timedelta]:
        """Return the ticket that pages are signed with, and its lifetime."""
        path = "/cgi-bin/ticket/getticket"
        found = await self._calls.json(ApiRequest("GET", path, {"type": "jsapi"}), "ticket")
        ticket, seconds = found["ticket"], number_in(found.get("expires_in"))
        if not isinstance(ticket, str) or not ticket or seconds <= 0:
            raise ApiUncertainError(path, "no ticket in the answer")
        return ticket, timedelta(seconds=seconds)

    # How often an API may still be called today.

    async def quota(self, path: str) -> Quota:
        """Return the counter of the API at this path, such as /cgi-bin/message/custom/send."""
        found = await self._change("/cgi-bin/openapi/quota/get", {"cgi_path": path}, "quota")
        day, minute = found["quota"], found.get("rate_limit")
        return Quota(
            number_in(day.get("daily_limit")),
            number_in(day.get("used")),
            number_in(day.get("remain")),
            number_in(minute.get("call_count")) if isinstance(minute, dict) else 0,
        )

    async def clear_quota(self) -> None:
        """Reset every API's count; ten times a month, then refused with 48006. Never repeated if uncertain."""
        await self._change(CLEAR_QUOTA, {"appid": self._calls.credentials.app_id}, is_send=True)
        self._calls.reset_spent_quotas()


def _media(answer: ApiResponse) -> Media:
    if answer.content_type in ("application/json", "text/plain", "text/html"):
        answer.json("errcode")
        raise ApiUncertainError(answer.call, "no file")
    if answer.status != 200 or not answer.body:
        raise ApiUncertainError(answer.call, f"no file (HTTP {answer.status})")
    return Media(answer.body, answer.content_type)
