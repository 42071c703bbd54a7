"""Page context: who is viewing, what they sent, and how to respond."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Concatenate, Final, NoReturn, ParamSpec, TypeVar

from aiohttp import web

from bot.live.matcher import LiveMatcher
from bot.sandbox.processes import Sandbox
from bot.services.challenges.draft_check import Suggesting
from bot.web.client_addresses import counted_as
from bot.web.page_request import PageContext, PageRequest, existing
from config.areas import Areas
from config.limits import BroadcastLimits, StandInLimits, VerificationLimits
from config.markup import flatten
from config.policy.facts import FactChoice
from config.policy.model import Policy
from config.texts import Texts
from config.workdays import Hours, Workdays
from storage.engine.transactions import Tx
from storage.notices.card_templates import Use
from storage.notices.platform_cache import CachedLookup
from storage.people.roles import Place, Role, RoleKind
from storage.people.sessions import Session

P = ParamSpec("P")
T = TypeVar("T")

COOKIE = "srdi_desk"
HOME = "/console"
FACE: Final = "console"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleContext(PageContext):
    """Dependencies of every page."""

    home = HOME
    cookie_name = COOKIE
    face = FACE
    tokens = "desk.csrf"
    wrong_style = "alert alert-warning"
    hint_style = "alert alert-info"
    after_kept = HOME

    areas: Areas
    titles: Mapping[str, FactChoice]
    policy: Policy
    code_for: Callable[[str], Awaitable[CachedLookup]]
    """The address that a QR code with this scene holds: the platform makes it, once."""
    templates: Callable[[Use], Awaitable[CachedLookup]]
    """The account's templates of this use, as the platform last listed them."""
    clear_quotas: Callable[[int], Awaitable[None]]
    """Has the platform start every API's count of the day anew, for the person with this id."""
    proving: VerificationLimits = field(default_factory=VerificationLimits.load)
    workdays: Workdays = field(default_factory=Workdays.load)
    suggesting: Suggesting = field(default_factory=Suggesting)
    matcher: LiveMatcher = field(default_factory=LiveMatcher)
    sandbox: Sandbox = field(default_factory=Sandbox)
    broadcasting: BroadcastLimits = field(default_factory=BroadcastLimits.load)
    standing_in: StandInLimits = field(default_factory=StandInLimits.load)
    hours: Hours = field(default_factory=Hours.load)
    plain: Texts = field(default_factory=lambda: Texts.load(markup=flatten))
    """The same sentences for pages, where nothing can be tapped: links in the words become the words."""


@dataclass(frozen=True, slots=True)
class SignedInOfficial:
    """A person who has come in. `admitted`: those of their roles by which this page opened.

    `stale`: the session's last use is due to be written down.
    """

    session: Session
    held: tuple[Role, ...]
    admitted: tuple[Role, ...]
    stale: bool = False

    @property
    def person_id(self) -> int:
        """Return whose session this is."""
        return self.session.person_id

    def has(self, *kinds: RoleKind) -> bool:
        """Tell whether they hold one of these roles, anywhere."""
        return any(role.kind in kinds for role in self.held)

    def has_whole_city(self, *kinds: RoleKind) -> bool:
        """Tell whether they hold one of these roles without area restriction."""
        return any(role.kind in kinds and role.covers(Place()) for role in self.held)

    def areas(self) -> frozenset[str] | None:
        """Return the areas that this page's roles cover together; None: the whole city."""
        found = {None if role.kind == RoleKind.OPERATOR else role.area for role in self.admitted}
        return None if None in found else frozenset(area for area in found if area is not None)


@dataclass(frozen=True, slots=True)
class ConsoleRequest(PageRequest[ConsoleContext, SignedInOfficial]):
    """A request admitted by its policy."""

    @property
    def desk(self) -> ConsoleContext:
        """Return the parts that every page uses."""
        return self.context

    @property
    def viewer(self) -> SignedInOfficial | None:
        """Return who looks at the page, where somebody has come in."""
        return self.user

    @property
    def me(self) -> SignedInOfficial:
        """Return who looks at a page that nobody opens without having come in."""
        return existing(self.user)

    async def carry_out(self, service: Callable[Concatenate[Tx, int, P], T], *given: P.args, **named: P.kwargs) -> T:
        """Return what this service returns, done to what the address names."""
        return await self.desk.database.write(service, self.number, *given, **named)

    async def carry_out_as_user(
        self, service: Callable[Concatenate[Tx, int, int, P], T], *given: P.args, **named: P.kwargs
    ) -> T:
        """Return what this service returns that is given who acts, too."""
        return await self.desk.database.write(service, self.me.person_id, self.number, *given, **named)

    @property
    def areas(self) -> list[str]:
        """Return the areas that the viewer covers on this page."""
        reach = self.me.areas()
        return [area for area in self.desk.areas if reach is None or area in reach]

    @property
    def address(self) -> str:
        """Return where the request came from, as wrong codes are counted: by a trusted proxy, an IPv6 by its /64."""
        return counted_as(self.desk.proxies.client_of(self.request))

    async def claim(self) -> None:
        """Claim this form before something that our transactions cannot undo."""
        await self.desk.database.write(_nothing)


def see(where: str) -> NoReturn:
    """Redirect (303)."""
    raise web.HTTPSeeOther(where)


def _nothing(_tx: Tx) -> None:
    """Do nothing: only the function that precedes each write runs."""
