"""People with phones: openid, following state, chat content, and their reply windows (protocol §2.3)."""

import base64
import hashlib
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum, auto

from bot.simulator.bubbles import Bubble
from bot.simulator.calls import Answer, ApiError, Call
from bot.simulator.lines import RefusedError
from bot.simulator.switches import Switches

MAX_PHONES = 20
MAX_BUBBLES = 600
_MAX_NAME = 24
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Trigger(Enum):
    """A person's act that allows the account to write."""

    MESSAGE = auto()
    CLICK = auto()
    FOLLOW = auto()
    SCAN = auto()

    @property
    def grant(self) -> tuple[int, timedelta]:
        """Return how many messages, for how long."""
        return (5, timedelta(hours=48)) if self is Trigger.MESSAGE else (3, timedelta(minutes=1))


@dataclass
class Window:
    """Messages left (`remaining` of `limit`) until a moment, exclusive."""

    remaining: int = 0
    limit: int = 0
    until: datetime = _LONG_AGO

    def open_by(self, trigger: Trigger, now: datetime) -> None:
        """Raise count and end to at least the trigger's; quotas never add up."""
        count, span = trigger.grant
        if not self.is_open(now):
            self.remaining = self.limit = 0
        self.remaining = max(self.remaining, count)
        self.limit = max(self.limit, count)
        self.until = max(self.until, now + span)

    def is_open(self, now: datetime) -> bool:
        """Tell whether it has not expired, whatever the count."""
        return now < self.until

    def spend(self) -> bool:
        """Use one message; False if none is left."""
        if self.remaining == 0:
            return False
        self.remaining -= 1
        return True

    def shut(self) -> None:
        """Close at once: the person unfollowed."""
        self.remaining, self.limit, self.until = 0, 0, _LONG_AGO


@dataclass
class Follower:
    """One person's phone as this account sees it. The openid survives unfollowing."""

    openid: str
    name: str
    followed_at: datetime | None = None
    came_by: str = ""
    window: Window = field(default_factory=Window)
    bubbles: deque[Bubble] = field(default_factory=lambda: deque(maxlen=MAX_BUBBLES))
    waiting: int = 0
    muted: bool = False
    """Wants no messages from the account."""
    grants: Counter[str] = field(default_factory=Counter)
    """How many 订阅通知 of each template may still come."""
    blocked: bool = False
    """Is on the account's own blacklist."""
    in_crowd: bool = False
    """One of many, without a phone on the page."""

    @property
    def follows(self) -> bool:
        """Tell whether this person follows the account now."""
        return self.followed_at is not None

    def to_json(self, now: datetime) -> dict[str, object]:
        """Return what the page needs beside the bubbles."""
        open_now = self.window.is_open(now)
        return {
            "openid": self.openid,
            "name": self.name,
            "follows": self.follows,
            "waiting": self.waiting,
            "muted": self.muted,
            "grants": dict(self.grants),
            "window": {
                "remaining": self.window.remaining if open_now else 0,
                "limit": self.window.limit if open_now else 0,
                "until": self.window.until.isoformat() if open_now else None,
            },
        }


class Followers:
    """All phones, by openid."""

    def __init__(self, app_id: str) -> None:
        self._app_id = app_id
        self._by_openid: dict[str, Follower] = {}

    def __iter__(self) -> Iterator[Follower]:
        return iter(self._by_openid.values())

    def add(self, name: str) -> Follower:
        """Add a phone. The same name in the same app is the same person, also after a restart."""
        name = " ".join(name.split())[:_MAX_NAME]
        if not name:
            raise RefusedError("no_name")
        if any(follower.name == name for follower in self):
            raise RefusedError("name_taken", name=name)
        if sum(not follower.in_crowd for follower in self) >= MAX_PHONES:
            raise RefusedError("too_many_phones", limit=MAX_PHONES)
        return self._new(name)

    def crowd(self, size: int, followed_at: datetime) -> list[str]:
        """Add so many followers without phones; return their openids."""
        many = [self._new(f"crowd {len(self._by_openid)}") for _ in range(size)]
        for follower in many:
            follower.in_crowd, follower.followed_at = True, followed_at
        return [follower.openid for follower in many]

    def _new(self, name: str) -> Follower:
        digest = hashlib.sha256(f"{self._app_id}\n{name}".encode()).digest()
        openid = "o" + base64.urlsafe_b64encode(digest).decode()[:27]
        follower = self._by_openid[openid] = Follower(openid, name)
        return follower

    def remove(self, openid: str) -> None:
        """Remove a phone."""
        del self._by_openid[self.get(openid).openid]

    def find(self, openid: str) -> Follower | None:
        """Return the phone with this openid, None if unknown."""
        return self._by_openid.get(openid)

    def get(self, openid: str) -> Follower:
        """Return the phone with this openid; raises RefusedError if unknown."""
        follower = self.find(openid)
        if follower is None:
            raise RefusedError("no_phone")
        return follower


class Users:
    """`user/info` and `user/get`; since 2021 neither returns a name or picture."""

    def __init__(self, followers: Followers, switches: Switches) -> None:
        self._followers = followers
        self._switches = switches

    def info(self, call: Call) -> Answer:
        """Handle `user/info`: only the openid for a person who left; raises ApiError 40003, 41009."""
        openid = call.query.get("openid", "")
        if not openid:
            raise ApiError(41009)
        follower = self._followers.find(openid)
        if follower is None:
            raise ApiError(40003)
        if follower.followed_at is None:
            return {"subscribe": 0, "openid": openid}
        return {
            "subscribe": 1,
            "openid": openid,
            "language": "zh_CN",
            "subscribe_time": int(follower.followed_at.timestamp()),
            "remark": "",
            "groupid": 0,
            "tagid_list": [],
            "subscribe_scene": "ADD_SCENE_QR_CODE" if follower.came_by else "ADD_SCENE_SEARCH",
            "qr_scene": int(follower.came_by) if follower.came_by.isdecimal() else 0,
            "qr_scene_str": "" if follower.came_by.isdecimal() else follower.came_by,
        }

    def page(self, call: Call) -> Answer:
        """Handle `user/get`: a page of openids after `next_openid`; an empty page has no `data`."""
        everybody = sorted(follower.openid for follower in self._followers if follower.follows)
        after = call.query.get("next_openid", "")
        if after and self._followers.find(after) is None:
            raise ApiError(40003)
        page = [openid for openid in everybody if openid > after][: self._switches.page_size]
        answer: Answer = {"total": len(everybody), "count": len(page), "next_openid": page[-1] if page else ""}
        if page:
            answer["data"] = {"openid": page}
        return answer
