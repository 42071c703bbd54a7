"""What every API shares by which the account sends: who may be written to, and how it is shown (protocol §2.3)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.simulator.account import Account
from bot.simulator.bubbles import Content, Side
from bot.simulator.calls import ApiError, Call
from bot.simulator.followers import Follower, Followers
from bot.simulator.switches import Switches


@dataclass(eq=False)
class Sender:
    """One such API; `show` puts content into a person's chat."""

    account: Account
    followers: Followers
    switches: Switches
    show: Callable[[Follower, Side, Content], None]
    now: Callable[[], datetime]

    def asked(self, call: Call) -> dict[str, Any]:
        """Return the body of a call; raises ApiError 48001 for an account that is not certified."""
        if not self.account.certified:
            raise ApiError(48001)
        return call.json(self.switches.escapes_stay_literal)

    def person(self, asked: dict[str, Any]) -> Follower:
        """Return the person the call names; raises ApiError 40003."""
        follower = self.followers.find(str(asked.get("touser", "")))
        if follower is None:
            raise ApiError(40003)
        return follower

    def refuse_unwilling(self, follower: Follower) -> None:
        """Raise ApiError 43019 for a blocked person and, if switched so, 48002 for one who muted messages."""
        if follower.blocked:
            raise ApiError(43019)
        if follower.muted and self.switches.muted_is_told:
            raise ApiError(48002)

    def text(self, kind: str, body: dict[str, Any]) -> Content:
        """Return a text; raises ApiError 44004 for an empty one, 45002 for a long one."""
        words = str(body.get("content") or "")
        if not words:
            raise ApiError(44004)
        if len(words.encode("utf-8", "replace")) > self.switches.text_limit:
            raise ApiError(45002)
        return Content(kind, words)
