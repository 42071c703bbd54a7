"""The base of every page for a browser: the parts that pages share, and one request that its policy let through."""

from collections.abc import Awaitable, Callable, Container
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Generic, Protocol, Self, TypeVar

from aiohttp import web
from multidict import MultiDict, MultiDictProxy
from yarl import URL

from bot.web.client_addresses import TrustedProxies
from bot.web.form_models import FormModel, InvalidFormError, read_form_model, whole_number
from bot.web.form_pages import local_place
from bot.web.form_refill import TypedForm
from bot.web.forms_and_headers import cares
from bot.web.pacing import Pacer
from bot.web.submissions import is_token, new_token
from bot.web.templates import Pages
from config.challenges import ChallengeForm
from config.errors import AppError, InputError, UnavailableError
from config.settings import LOOPBACK_ONLY
from config.texts import Texts
from storage.engine.database import Database
from storage.engine.field_encryption import FieldCipher
from storage.engine.transactions import Actor, Face, Tx

NO_FORM: MultiDictProxy[Any] = MultiDictProxy(MultiDict())
_MOST_DIGITS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContext:
    """The parts that every page of one face uses.

    A face sets `home`, the path above all of its pages; `cookie_name`; `face`, its name in the audit; `tokens`, the
    purpose of its form tokens; the CSS classes of a sentence about what is wrong and of a hint; and where whoever has
    nothing kept any more goes.
    """

    home: ClassVar[str]
    cookie_name: ClassVar[str]
    face: ClassVar[Face]
    tokens: ClassVar[str]
    wrong_style: ClassVar[str]
    hint_style: ClassVar[str]
    after_kept: ClassVar[str]

    database: Database
    cipher: FieldCipher
    public_url: str
    pages: Pages
    texts: Texts
    form: ChallengeForm = field(default_factory=ChallengeForm.load)
    proxies: TrustedProxies = field(default_factory=lambda: TrustedProxies.parse(LOOPBACK_ONLY))
    pacer: Pacer = field(default_factory=Pacer)

    @property
    def origin(self) -> str:
        """Return the one origin from which forms may be sent."""
        return str(URL(self.public_url).origin())

    def csrf(self, cookie: str) -> str:
        """Return a new form token: proves that the form is ours, and identifies one submission."""
        return new_token(self.cipher, cookie, self.tokens)

    def is_csrf(self, cookie: str, token: str) -> bool:
        """Return whether we gave this token to this browser."""
        return is_token(self.cipher, cookie, self.tokens, token)

    def over(self, database: Database) -> Self:
        """Return the same parts with this database."""
        return replace(self, database=database)

    def set_session_cookie(self, response: web.StreamResponse, value: str) -> None:
        """Set the session cookie for this face only; scripts cannot read it, other sites' forms do not send it."""
        secure = self.public_url.startswith("https:")
        response.set_cookie(self.cookie_name, value, path=self.home, httponly=True, samesite="Lax", secure=secure)


class CurrentUser(Protocol):
    """Whoever has come in. `stale`: that they are here is due to be written down."""

    @property
    def person_id(self) -> int:
        """Return whose session this is."""

    @property
    def stale(self) -> bool:
        """Return whether the session's last use is due to be written."""


ContextT = TypeVar("ContextT", bound=PageContext)
UserT = TypeVar("UserT", bound=CurrentUser)
FormT = TypeVar("FormT", bound=FormModel)
FoundT = TypeVar("FoundT")


@dataclass(frozen=True, slots=True)
class PageRequest(Generic[ContextT, UserT]):
    """One request that its policy let through: who asks, what they sent, and the means to answer."""

    request: web.Request
    context: ContextT
    cookie: str
    user: UserT | None
    form: MultiDictProxy[Any] = field(default_factory=lambda: NO_FORM)

    @property
    def person_id(self) -> int:
        """Return who looks at a page that nobody opens without having come in."""
        return existing(self.user).person_id

    @property
    def number(self) -> int:
        """Return the id in the address; 0, which nothing has, where that is no number."""
        return whole_number(self.request.match_info.get("id", ""))

    @property
    def page_number(self) -> int:
        """Return which page of a list the address asks for: the first, where it names none."""
        return max(1, whole_number(self.request.query.get("page", "")[:_MOST_DIGITS]))

    async def named(self, get: Callable[[Tx, int], FoundT | None]) -> FoundT:
        """Return what the address names, as `get` finds it. Raises HTTPNotFound where there is none."""
        return existing(await self.context.database.read(get, self.number))

    def read(self, model: type[FormT], **choices: Container[Any]) -> FormT:
        """Return the form that was sent as this model; `choices`: what each may be. Raises InvalidFormError."""
        return read_form_model(model, self.form, choices=choices)

    def text(self, name: str, most: int | None = None) -> str:
        """Return one text of the form, stripped. Raises InvalidFormError beyond `most` characters."""
        value = self.form.get(name, "")
        text = value.strip().replace("\r\n", "\n") if isinstance(value, str) else ""
        if most is not None and len(text) > most:
            raise InvalidFormError({name: InputError("form_text_long", length=len(text), most=most)})
        return text

    def id_of(self, name: str) -> int:
        """Return an id that a page of ours put into the form; 0, which nothing has, for anything else."""
        return whole_number(self.text(name))

    def ticked(self, name: str) -> bool:
        """Return whether this box is ticked."""
        return self.text(name) == "1"

    def choice(self, name: str, allowed: Container[str]) -> str:
        """Return one text of the form that must be one of these. Raises InvalidFormError."""
        chosen = self.text(name)
        if chosen not in allowed:
            raise InvalidFormError({name: InputError("form_choose")})
        return chosen

    def page(self, template: str, status: int = 200, **shown: object) -> web.Response:
        """Return the page of this template."""
        return web.Response(text=self.render(template, **shown), status=status, content_type="text/html")

    def render(self, template: str, **shown: object) -> str:
        """Render this template with what every page knows."""
        return self.context.pages.render(
            template,
            viewer=self.user,
            csrf=self.context.csrf(self.cookie),
            path=self.request.path,
            query=self.request.query,
            care=cares(self.request),
            texts=self.context.texts,
            **shown,
        )

    def over(self, database: Database) -> Self:
        """Return the same request with this database in the place of the context's; its writes are the user's."""
        actor = None if self.user is None else Actor.person(self.user.person_id, self.context.face)
        return replace(self, context=self.context.over(database.by(actor)))

    def refusal(self, error: AppError, typed: TypedForm) -> web.Response:
        """Return the page that says what is wrong, where the form cannot be shown again: the words can be copied."""
        home = self.context.home
        back = next(local_place(self.request.headers.get("Referer", ""), self.context.origin, home), home)
        later = isinstance(error, UnavailableError)
        shown = {"sentence": self.context.texts.error(error), "back": back, "typed": typed, "later": later}
        return self.page("refused.html", 503 if later else 422, **shown)


def existing(found: FoundT | None) -> FoundT:
    """Return what was found. Raises HTTPNotFound for None."""
    if found is None:
        raise web.HTTPNotFound
    return found


RequestT = TypeVar("RequestT", bound=PageRequest[Any, Any])
PolicyT = TypeVar("PolicyT", bound="RoutePolicy")


class RoutePolicy(Protocol):
    """Who may open a page."""

    @property
    def anybody(self) -> bool:
        """Return whether the page opens for whoever has not come in, too."""


Handler = Callable[[RequestT], Awaitable[web.StreamResponse]]
Gate = Callable[[RequestT], Awaitable[web.StreamResponse | None]]
