"""What a person does with the phone: each gesture becomes the pushes that the platform makes of it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.simulator.bubbles import Content, Side
from bot.simulator.followers import Follower
from bot.simulator.lines import RefusedError
from bot.simulator.menus import Menu
from bot.simulator.pushes import Push, Pushes
from bot.simulator.switches import Switches
from bot.simulator.windows import Trigger

MAX_TEXT = 4000


class Handset:
    """One person's phone in their hand. Every gesture returns the pushes to deliver, in order."""

    def __init__(
        self,
        follower: Follower,
        pushes: Pushes,
        switches: Switches,
        menu: Callable[[], Menu | None],
        show: Callable[[Follower, Side, Content], None],
        now: Callable[[], datetime],
    ) -> None:
        self._follower = follower
        self._pushes = pushes
        self._switches = switches
        self._menu = menu
        self._show = show
        self._now = now

    def follow(self) -> list[Push]:
        """Tap 关注 on the account's card."""
        return self._follow("subscribe", EventKey="")

    def unfollow(self) -> list[Push]:
        """Tap 不再关注: the window shuts and nothing more is shown."""
        self._must_follow()
        self._follower.followed_at = None
        self._follower.window.shut()
        self._line("unfollowed")
        return [self._event("unsubscribe", EventKey="")]

    def say(self, text: str) -> list[Push]:
        """Type and send."""
        return self._speak(text[:MAX_TEXT], Trigger.MESSAGE)

    def tap_reply(self, content: str, menu_id: str) -> list[Push]:
        """Tap a reply link or a line of a menu message: sends its content as if typed, with its id."""
        trigger = Trigger.CLICK if self._switches.links_count_as_clicks else Trigger.MESSAGE
        return self._speak(content[:MAX_TEXT], trigger, bizmsgmenuid=menu_id)

    def tap_menu(self, path: list[int]) -> list[Push]:
        """Tap a menu button; a column with rows only opens, and sends nothing."""
        self._must_follow()
        menu = self._menu()
        button = menu.at(path) if menu else None
        if button is None:
            raise RefusedError("no_button")
        if button.get("sub_button"):
            return []
        return self._press(button)

    def _press(self, button: dict[str, Any]) -> list[Push]:
        kind = button.get("type")
        if kind == "click":
            self._follower.window.open_by(Trigger.CLICK, self._now())
            return [self._event("CLICK", EventKey=str(button["key"]))]
        if kind == "view":
            return [self._event("VIEW", EventKey=str(button["url"]), MenuId=self._pushes.new_id())]
        return []

    def _follow(self, event: str, **extra: str) -> list[Push]:
        if self._follower.follows:
            raise RefusedError("already_following")
        self._follower.followed_at = self._now()
        self._follower.window.open_by(Trigger.FOLLOW, self._now())
        self._line("followed")
        return [self._event(event, **extra)]

    def _speak(self, text: str, trigger: Trigger, **extra: str) -> list[Push]:
        self._must_follow()
        self._mine(Content("text", text), trigger)
        return [self._pushes.message(self._follower.openid, "text", Content=text, **extra)]

    def _mine(self, content: Content, trigger: Trigger) -> None:
        self._follower.window.open_by(trigger, self._now())
        self._show(self._follower, Side.MINE, content)

    def _event(self, event: str, **extra: Any) -> Push:
        return self._pushes.event(self._follower.openid, event, **extra)

    def _line(self, key: str) -> None:
        self._show(self._follower, Side.LINE, Content(key))

    def _must_follow(self) -> None:
        if not self._follower.follows:
            raise RefusedError("not_following")
