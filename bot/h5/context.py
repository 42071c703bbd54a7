"""Page context: who came from the chat, what they sent, and how to respond."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from bot.chat.context import ChatServices
from bot.live.matcher import LiveMatcher
from bot.web.page_guard import PageRoute
from bot.web.page_request import PageContext, PageRequest
from bot.wechat.jssdk import JsSdk
from matchmaking.eligibility.company_size import Trades
from storage.people.page_sessions import PageUser

COOKIE = "srdi_h5"
HOME = "/h5"
FACE: Final = "h5"


class PagePolicy(Enum):
    """Page permission: anybody, or whoever came from the chat, for their own data."""

    ANYBODY = "anybody"
    OWN = "own"

    @property
    def anybody(self) -> bool:
        """Return whether the page opens for whoever has not come in, too."""
        return self is PagePolicy.ANYBODY


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneContext(PageContext):
    """Dependencies of every page."""

    home = HOME
    cookie_name = COOKIE
    face = FACE
    tokens = "page.csrf"
    wrong_style = "h5-wrong"
    hint_style = "h5-hint"
    after_kept = f"{HOME}/mine"

    parts: ChatServices
    matcher: LiveMatcher
    trades: Trades
    jssdk: JsSdk


@dataclass(frozen=True, slots=True)
class PhoneRequest(PageRequest[PhoneContext, PageUser]):
    """A request admitted by its policy."""

    @property
    def ground(self) -> PhoneContext:
        """Return the parts that every page uses."""
        return self.context


@dataclass(frozen=True, slots=True)
class PhoneRoute(PageRoute[PhoneRequest, PagePolicy]):
    """One address below /h5; {id} is a number."""
