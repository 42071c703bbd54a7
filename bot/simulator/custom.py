"""Customer-service messages: what may be sent to whom within the window (protocol §2.3)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from bot.simulator.account import Account
from bot.simulator.bubbles import Card, Choice, Content, Side
from bot.simulator.calls import Answer, ApiError, Call
from bot.simulator.followers import Follower, Followers
from bot.simulator.media import Media
from bot.simulator.switches import Switches

EXCHANGE_AGE = timedelta(seconds=30)


class CustomMessages:
    """`message/custom/send` and `message/custom/typing`. No message id, and no duplicate protection."""

    def __init__(
        self,
        account: Account,
        followers: Followers,
        media: Media,
        switches: Switches,
        show: Callable[[Follower, Side, Content], None],
        changed: Callable[[Follower], None],
        now: Callable[[], datetime],
    ) -> None:
        self._account = account
        self._followers = followers
        self._media = media
        self._switches = switches
        self._show = show
        self._changed = changed
        self._now = now

    def send(self, call: Call) -> Answer:
        """Show a message to one person; raises ApiError with the platform's code if not allowed."""
        asked = call.json(self._switches.escapes_stay_literal)
        follower = self._person(asked)
        content = self._content(asked)
        if not follower.follows or not follower.window.is_open(self._now()):
            raise ApiError(45015)
        if follower.blocked:
            raise ApiError(43019)
        if follower.muted and self._switches.muted_is_told:
            raise ApiError(48002)
        if not follower.window.spend():
            raise ApiError(45047)
        follower.typing = False
        if follower.muted:
            return {}
        self._show(follower, Side.THEIRS, content)
        context = asked.get("aimsgcontext")
        if isinstance(context, dict) and context.get("is_ai_msg") == 1:
            self._show(follower, Side.LINE, Content("by_ai"))
        return {}

    def typing(self, call: Call) -> Answer:
        """Show or hide “typing”; raises ApiError 45072, 45080, 45081."""
        asked = call.json()
        follower = self._person(asked)
        command = asked.get("command")
        if command not in ("Typing", "CancelTyping"):
            raise ApiError(45072)
        last = follower.last_push_at
        if last is None or self._now() - last > EXCHANGE_AGE:
            raise ApiError(45080)
        if command == "Typing" and follower.typing:
            raise ApiError(45081)
        follower.typing = command == "Typing"
        self._changed(follower)
        return {}

    def _person(self, asked: dict[str, Any]) -> Follower:
        if not self._account.certified:
            raise ApiError(48001)
        follower = self._followers.find(str(asked.get("touser", "")))
        if follower is None:
            raise ApiError(40003)
        return follower

    def _content(self, asked: dict[str, Any]) -> Content:
        kind = str(asked.get("msgtype", ""))
        read = {
            "text": self._text,
            "image": self._file,
            "voice": self._file,
            "video": self._file,
            "music": self._music,
            "news": self._news,
            "msgmenu": self._menu,
            "miniprogrampage": self._mini_program,
        }.get(kind)
        if read is None:
            raise ApiError(40008, "invalid message type, or one that this simulator does not play")
        body = asked.get(kind)
        if not isinstance(body, dict):
            raise ApiError(47001)
        return read(kind, body)

    def _text(self, kind: str, body: dict[str, Any]) -> Content:
        words = str(body.get("content") or "")
        if not words:
            raise ApiError(44004)
        if len(words.encode("utf-8", "replace")) > self._switches.text_limit:
            raise ApiError(45002)
        return Content(kind, words)

    def _file(self, kind: str, body: dict[str, Any]) -> Content:
        media_id = str(body.get("media_id", ""))
        self._media.get(media_id)
        return Content(kind, str(body.get("title", "")), media_id=media_id)

    def _music(self, kind: str, body: dict[str, Any]) -> Content:
        self._media.get(str(body.get("thumb_media_id", "")))
        return Content(
            kind,
            str(body.get("title", "")),
            tail=str(body.get("description", "")),
            media_id=str(body.get("musicurl", "")),
        )

    def _news(self, kind: str, body: dict[str, Any]) -> Content:
        articles = body.get("articles")
        if not isinstance(articles, list):
            raise ApiError(45162)
        if len(articles) != 1 or not isinstance(articles[0], dict):
            raise ApiError(45008)
        card = Card(*(str(articles[0].get(name, "")) for name in ("title", "description", "url", "picurl")))
        return Content(kind, cards=(card,))

    def _menu(self, kind: str, body: dict[str, Any]) -> Content:
        if not self._switches.takes_menu_messages:
            raise ApiError(40200)
        choices = body.get("list")
        if not isinstance(choices, list) or not choices or not all(isinstance(choice, dict) for choice in choices):
            raise ApiError(47001)
        return Content(
            kind,
            str(body.get("head_content", "")),
            choices=tuple(Choice(str(choice.get("id", "")), str(choice.get("content", ""))) for choice in choices),
            tail=str(body.get("tail_content", "")),
        )

    def _mini_program(self, kind: str, body: dict[str, Any]) -> Content:
        self._media.get(str(body.get("thumb_media_id", "")))
        return Content(kind, str(body.get("title", "")))
