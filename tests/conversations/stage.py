"""A story's stage: a bot, a platform, phones, and a start date."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from aiohttp import web

from bot.chat.context import ChatServices
from bot.jobs.outbox import Sender
from bot.simulator.clock import Clock
from bot.simulator.platform import Platform
from notifications.channels import Channel, Sends
from storage.engine.database import Database
from tests.simulator.phone import Phone, Seen

STORY_BEGINS = datetime(2026, 11, 5, 2, 0, tzinfo=UTC)


class StoryClock(Clock):
    """Starts on a fixed day, so that a story is the same in every year."""

    def __init__(self) -> None:
        super().__init__()
        self._offset = STORY_BEGINS - datetime.now(UTC)


# A task's end writes down what it returned: a stage would spell out the whole application, every time.
@dataclass(frozen=True, repr=False)
class Stage:
    """A story's stage. Nothing is pushed automatically, only by `sender`, or by the tick after `lively`."""

    lively: Callable[[], None]
    database: Callable[[], Database]
    clock: Clock
    platform: Platform
    phone: Callable[[str], Phone]
    restart: Callable[[], Awaitable[None]]
    parts: ChatServices
    sender: Callable[[], Awaitable[None]]
    sender_over: Callable[[Database], Sender]
    channels: Callable[[], Mapping[Channel, Sends]]
    api: str
    app: Callable[[], web.Application]


def said(seen: list[Seen]) -> str:
    """Return the single text bubble a gesture brought, links as words."""
    assert [bubble.kind for bubble in seen] == ["text"]
    return seen[0].plain


def openid_of(stage: Stage, name: str) -> str:
    """Return the openid of the phone with this name, once assigned."""
    return next(follower.openid for follower in stage.platform.followers if follower.name == name)


async def register(phone: Phone, name: str = "云杼传感", size: str = "小型") -> None:
    """Follow and complete the registration of a roster firm, leaving no contact."""
    await phone.follow()
    for words in ("注册", name, size, "跳过"):
        await phone.say(words)
    assert "已登记" in said(await phone.say("确认"))
