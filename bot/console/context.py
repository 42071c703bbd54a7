"""What a page is handed: who looks at it, what they sent, and the means to answer."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Concatenate, Final, Literal, NoReturn, ParamSpec, TypeVar

from aiohttp import web
from multidict import MultiDictProxy
from yarl import URL

from bot.console.access import number_in
from bot.live.matcher import Matcher
from bot.sandbox.processes import Sandbox
from bot.services.challenges.draft_check import Suggesting
from bot.web.client_addresses import TrustedProxies, counted_as
from bot.web.form_pages import local_place
from bot.web.form_refill import Typed
from bot.web.forms_and_headers import cares
from bot.web.pacing import Pacer
from bot.web.submissions import is_token, new_token
from bot.web.templates import Pages
from config.areas import Areas
from config.broadcast_limits import Broadcasting
from config.challenges import ChallengeForm
from config.errors import AppError, UnavailableError
from config.markup import flatten
from config.policy.facts import Choice
from config.policy.model import Policy
from config.quiet_hours import Hours
from config.settings import LOOPBACK_ONLY
from config.standing_in import StandingIn
from config.texts import Texts
from config.verification_limits import Proving
from config.workdays import Workdays
from storage.engine.database import Database
from storage.engine.field_encryption import FieldCipher
from storage.engine.transactions import Actor, Tx
from storage.notices.card_templates import Use
from storage.notices.platform_cache import Told
from storage.people.roles import Kind, Place, Role
from storage.people.sessions import Session

P = ParamSpec("P")
T = TypeVar("T")

COOKIE = "srdi_desk"
HOME = "/console"
FACE: Final = "console"
_TOKENS = "desk.csrf"


@dataclass(frozen=True, slots=True)
class Desk:
    """The parts that every page uses."""

    database: Database
    cipher: FieldCipher
    public_url: str
    pages: Pages
    texts: Texts
    areas: Areas
    titles: Mapping[str, Choice]
    policy: Policy
    code_for: Callable[[str], Awaitable[Told]]
    """The address that a QR code with this scene holds: the platform makes it, once."""
    templates: Callable[[Use], Awaitable[Told]]
    """The account's templates of this use, as the platform last listed them."""
    clear_quotas: Callable[[int], Awaitable[None]]
    """Has the platform start every API's count of the day anew, for the person with this id."""
    proving: Proving = field(default_factory=Proving.load)
    workdays: Workdays = field(default_factory=Workdays.load)
    form: ChallengeForm = field(default_factory=ChallengeForm.load)
    suggesting: Suggesting = field(default_factory=Suggesting)
    matcher: Matcher = field(default_factory=Matcher)
    sandbox: Sandbox = field(default_factory=Sandbox)
    broadcasting: Broadcasting = field(default_factory=Broadcasting.load)
    standing_in: StandingIn = field(default_factory=StandingIn.load)
    hours: Hours = field(default_factory=Hours.load)
    proxies: TrustedProxies = field(default_factory=lambda: TrustedProxies.parse(LOOPBACK_ONLY))
    pacer: Pacer = field(default_factory=Pacer)
    plain: Texts = field(default_factory=lambda: Texts.load(markup=flatten))
    """The same sentences for pages, where nothing can be tapped: links in the words become the words."""

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
class Viewer:
    """A person who has come in. `admitted`: those of their roles by which this page opened."""

    session: Session
    held: tuple[Role, ...]
    admitted: tuple[Role, ...]

    @property
    def person_id(self) -> int:
        """Whose session this is."""
        return self.session.person_id

    def has(self, *kinds: Kind) -> bool:
        """Whether they hold one of these kinds, anywhere."""
        return any(role.kind in kinds for role in self.held)

    def has_whole_city(self, *kinds: Kind) -> bool:
        """Whether they hold one of these kinds without being bound to an area."""
        return any(role.kind in kinds and role.covers(Place()) for role in self.held)

    def areas(self) -> frozenset[str] | None:
        """The areas that this page's roles reach together; None: the whole city."""
        found = {None if role.kind == Kind.OPERATOR else role.area for role in self.admitted}
        return None if None in found else frozenset(area for area in found if area is not None)


@dataclass(frozen=True, slots=True)
class Visit:
    """One request that its policy let through."""

    request: web.Request
    desk: Desk
    cookie: str
    viewer: Viewer | None
    form: Mapping[str, Any] | MultiDictProxy[Any] = field(default_factory=dict)

    @property
    def me(self) -> Viewer:
        """Who looks at a page that strangers cannot open."""
        if self.viewer is None:
            raise web.HTTPNotFound
        return self.viewer

    @property
    def number(self) -> int:
        """The id in the address; 0, which nothing has, where that is no number."""
        return number_in(self.request.match_info)

    async def carry_out(
        self, service: Callable[Concatenate[Tx, int, int, P], T], *given: P.args, **named: P.kwargs
    ) -> T:
        """What this service returns, done by the viewer to what the address names."""
        return await self.desk.database.write(service, self.me.person_id, self.number, *given, **named)

    @property
    def address(self) -> str:
        """Where the request came from, as wrong codes are counted: the word of a trusted proxy, an IPv6 by its /64."""
        return counted_as(self.desk.proxies.client_of(self.request))

    def text(self, name: str) -> str:
        """A field of the form, without the blanks around it."""
        value = self.form.get(name, "")
        return value.strip() if isinstance(value, str) else ""

    def page(self, template: str, status: int = 200, **shown: object) -> web.Response:
        """The page of this template."""
        return web.Response(text=self.render(template, **shown), status=status, content_type="text/html")

    def render(self, template: str, **shown: object) -> str:
        """Return what this template makes, with what every page knows."""
        return self.desk.pages.render(
            template,
            viewer=self.viewer,
            csrf=self.desk.csrf(self.cookie),
            path=self.request.path,
            query=self.request.query,
            care=cares(self.request),
            texts=self.desk.texts,
            **shown,
        )

    def over(self, database: Database) -> "Visit":
        """Return the same visit with this database in the place of the desk's; what is written is the viewer's."""
        actor = None if self.viewer is None else Actor.person(self.viewer.person_id, FACE)
        return replace(self, desk=replace(self.desk, database=database.by(actor)))

    async def claim(self) -> None:
        """Write down that this form is being carried out: before something that our transactions cannot take back."""
        await self.desk.database.write(_nothing)

    def refusal(self, error: AppError, typed: Typed) -> web.Response:
        """The page that says what is wrong, where the form cannot be shown again: what was typed can be copied."""
        back = next(local_place(self.request.headers.get("Referer", ""), self.desk.origin, HOME), HOME)
        shown = {"sentence": self.desk.texts.error(error), "back": back, "typed": typed}
        later = isinstance(error, UnavailableError)
        return self.page("refused.html", 503 if later else 422, later=later, **shown)


Handler = Callable[[Visit], Awaitable[web.StreamResponse]]


Method = Literal["GET", "POST"]


def give_cookie(response: web.StreamResponse, desk: Desk, value: str) -> None:
    """Name this browser; scripts cannot read the name, other sites' forms do not send it."""
    secure = desk.public_url.startswith("https:")
    response.set_cookie(COOKIE, value, path=HOME, httponly=True, samesite="Lax", secure=secure)


def see(where: str) -> NoReturn:
    """Done: look there."""
    raise web.HTTPSeeOther(where)


def _nothing(_tx: Tx) -> None:
    """Change nothing: what stands before each write is all."""
