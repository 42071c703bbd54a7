"""Customer-service messages: what may be sent to whom within the window (protocol §2.3)."""

from dataclasses import dataclass
from typing import Any

from bot.simulator.bubbles import Card, Choice, Content, Side
from bot.simulator.calls import Answer, ApiError, Call
from bot.simulator.media import Media
from bot.simulator.sending import Sender


@dataclass(eq=False)
class CustomMessages(Sender):
    """`message/custom/send`. No message id, and no duplicate protection."""

    media: Media

    def send(self, call: Call) -> Answer:
        """Show a message to one person; raises ApiError with the platform's code if not allowed."""
        asked = self.asked(call)
        follower = self.person(asked)
        content = self._content(asked)
        if not follower.follows or not follower.window.is_open(self.now()):
            raise ApiError(45015)
        self.refuse_unwilling(follower)
        if not follower.window.spend():
            raise ApiError(45047)
        if follower.muted:
            return {}
        self.show(follower, Side.THEIRS, content)
        context = asked.get("aimsgcontext")
        if isinstance(context, dict) and context.get("is_ai_msg") == 1:
            self.show(follower, Side.LINE, Content("by_ai"))
        return {}

    def _content(self, asked: dict[str, Any]) -> Content:
        kind = str(asked.get("msgtype", ""))
        read = {
            "text": self.text,
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

    def _file(self, kind: str, body: dict[str, Any]) -> Content:
        media_id = str(body.get("media_id", ""))
        self.media.get(media_id)
        return Content(kind, str(body.get("title", "")), media_id=media_id)

    def _music(self, kind: str, body: dict[str, Any]) -> Content:
        self.media.get(str(body.get("thumb_media_id", "")))
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
        if not self.switches.takes_menu_messages:
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
        self.media.get(str(body.get("thumb_media_id", "")))
        return Content(kind, str(body.get("title", "")))
