"""What a page is handed: who came in from the chat, what they sent, and the means to answer."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, Final

from aiohttp import web
from multidict import MultiDictProxy
from yarl import URL

from bot.chat.context import Parts
from bot.live.matcher import Matcher
from bot.web.client_addresses import TrustedProxies
from bot.web.form_refill import Typed
from bot.web.forms_and_headers import cares
from bot.web.pacing import Pacer
from bot.web.submissions import is_token, new_token
from bot.web.templates import Pages
from bot.wechat.jssdk import JsSdk
from config.challenges import ChallengeForm
from config.errors import AppError, UnavailableError
from config.settings import LOOPBACK_ONLY
from matchmaking.eligibility.company_size import Trades
from storage.engine.database import Database
from storage.engine.field_encryption import FieldCipher
from storage.engine.transactions import Actor
from storage.people.page_sessions import Visitor

COOKIE = "srdi_h5"
HOME = "/h5"
FACE: Final = "h5"
_TOKENS = "page.csrf"


class Policy(Enum):
    """Who may open a page: anybody, or whoever came in from the chat, who sees what is their own."""

    ANYBODY = "anybody"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Ground:
    """The parts that every page uses."""

    database: Database
    cipher: FieldCipher
    public_url: str
    pages: Pages
    parts: Parts
    matcher: Matcher
    trades: Trades
    jssdk: JsSdk
    form: ChallengeForm = field(default_factory=ChallengeForm.load)
    proxies: TrustedProxies = field(default_factory=lambda: TrustedProxies.parse(LOOPBACK_ONLY))
    pacer: Pacer = field(default_factory=Pacer)

    @property
    def origin(self) -> str:
        """The one origin from which forms may be sent."""
        return str(URL(self.public_url).origin())

    def csrf(self, cookie: str) -> str:
        """Return a new token for the forms of a page: it says that they are ours, and names what they ask for once."""
        return new_token(self.cipher, cookie, _TOKENS)

    def is_csrf(self, cookie: str, token: str) -> bool:
        """Return whether we gave this token to this browser."""
        return is_token(self.cipher, cookie, _TOKENS, token)


@dataclass(frozen=True, slots=True)
class Visit:
    """One request that its policy let through."""

    request: web.Request
    ground: Ground
    cookie: str
    visitor: Visitor | None
    form: Mapping[str, Any] = field(default_factory=dict)

    @property
    def person_id(self) -> int:
        """Who looks at a page that strangers cannot open."""
        if self.visitor is None:
            raise web.HTTPNotFound
        return self.visitor.person_id

    @property
    def number(self) -> int:
        """The id in the address; one that is no number, or longer than any id, is 0, which nothing has."""
        text = self.request.match_info.get("id", "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0

    def text(self, name: str) -> str:
        """A field of the form, without the blanks around it."""
        value = self.form.get(name, "")
        return value.strip() if isinstance(value, str) else ""

    def several(self, name: str) -> list[str]:
        """Every value of a field that may come more than once."""
        values = self.form.getall(name, []) if isinstance(self.form, MultiDictProxy) else []
        return [value for value in values if isinstance(value, str)]

    def refusal(self, error: AppError, typed: Typed) -> web.Response:
        """The page that says what is wrong, where the form cannot be shown again: what was typed can be copied."""
        status = 503 if isinstance(error, UnavailableError) else 422
        return self.page("refused.html", status, sentence=self.ground.parts.texts.error(error), typed=typed)

    def over(self, database: Database) -> "Visit":
        """Return the same visit with this database in the place of the ground's; what is written is the visitor's."""
        actor = None if self.visitor is None else Actor.person(self.visitor.person_id, FACE)
        return replace(self, ground=replace(self.ground, database=database.by(actor)))

    def page(self, template: str, status: int = 200, **shown: object) -> web.Response:
        """The page of this template."""
        return web.Response(text=self.render(template, **shown), status=status, content_type="text/html")

    def render(self, template: str, **shown: object) -> str:
        """Return what this template makes, with what every page knows."""
        return self.ground.pages.render(
            template,
            csrf=self.ground.csrf(self.cookie),
            path=self.request.path,
            query=self.request.query,
            care=cares(self.request),
            texts=self.ground.parts.texts,
            **shown,
        )


Handler = Callable[[Visit], Awaitable[web.StreamResponse]]
Gate = Callable[[Visit], Awaitable[web.StreamResponse | None]]


def give_cookie(response: web.StreamResponse, ground: Ground, value: str) -> None:
    """Name this browser, for these pages only; scripts cannot read the name, other sites' forms do not send it."""
    secure = ground.public_url.startswith("https:")
    response.set_cookie(COOKIE, value, path=HOME, httponly=True, samesite="Lax", secure=secure)
