"""Who may open a page of the desk, and what whoever may not is answered; the order of it all is web/page_guard.py's."""

from collections.abc import Mapping
from urllib.parse import quote

from aiohttp import web

from bot.console.access import AccessPolicy
from bot.console.confirmations import CONFIRMATIONS, SURE
from bot.console.context import HOME, ConsoleContext, ConsoleRequest, SignedInOfficial
from bot.console.route import ConsoleRoute
from bot.web.form_bodies import WORDS, close_files
from bot.web.forms_and_headers import back_of
from bot.web.page_guard import PageGuard
from bot.web.page_request import NO_FORM
from config.calendar import shanghai_day
from config.errors import ConflictError
from storage.engine.transactions import Tx
from storage.people import roles, sessions

ENTER = f"{HOME}/enter"


class ConsoleGuard(PageGuard[ConsoleContext, SignedInOfficial, ConsoleRequest, ConsoleRoute]):
    """Passes a request to its page, redirects to login, or returns not found."""

    async def find_user(self, cookie: str, route: ConsoleRoute, request: web.Request) -> SignedInOfficial | None:
        """Return who is behind this cookie, and what opens the page for them."""
        return await self._context.database.read(_who, cookie, route.policy, request.match_info) if cookie else None

    def admits(self, user: SignedInOfficial) -> bool:
        """Return whether a role of theirs opens the page."""
        return bool(user.admitted)

    async def note_seen(self, user: SignedInOfficial) -> None:
        """Write down that this session is in use."""
        await self._context.database.write(sessions.touch, user.session.id)

    async def turned_away(
        self, request: web.Request, cookie: str, user: SignedInOfficial | None, route: ConsoleRoute
    ) -> web.StreamResponse:
        """Lead whoever has not come in to where they do; the others get an earlier answer to their form, or nothing."""
        if user is None:
            raise web.HTTPSeeOther(await self._way_in(request, cookie, route))
        return await self._former(request, cookie)

    async def confirmation(self, visit: ConsoleRequest, route: ConsoleRoute) -> web.Response | None:
        """Return the page that asks once more, with all that was filled in; None where nothing is to be asked."""
        asks = CONFIRMATIONS.get(route.path) if route.method == "POST" else None
        if asks is None or visit.text(SURE) == "1":
            return None
        asked = await self._context.database.read(asks, visit.number, visit.form)
        if asked is None:
            return None
        own = {"csrf", SURE, *(("reason",) if asked.reason else ())}
        fields = [(name, value) for name, value in visit.form.items() if name not in own and isinstance(value, str)]
        back = back_of(visit.request, self._context.origin, HOME)
        return visit.page("confirm.html", asked=asked, fields=fields, reason=visit.text("reason"), back=back)

    async def _former(self, request: web.Request, cookie: str) -> web.StreamResponse:
        """Return the earlier answer to this very form: it may have deleted its own subject.

        Raises HTTPNotFound for anything else.
        """
        if request.method == "GET":
            raise web.HTTPNotFound
        form = NO_FORM
        try:
            form = await self.read_known(request, cookie, WORDS)
            former = await self._forms.submissions.former(request.path, form)
        except (web.HTTPClientError, ConflictError):
            raise web.HTTPNotFound from None
        finally:
            close_files(form)
        if former is None:
            raise web.HTTPNotFound
        return former

    async def _way_in(self, request: web.Request, cookie: str, route: ConsoleRoute) -> str:
        """Return the login address for a viewer without (valid) session; keeps the target page and the input."""
        if request.method == "GET":
            return _entrance(request.path_qs)
        person_id = await self._context.database.read(sessions.expired, cookie) if cookie else None
        if person_id is None:
            return ENTER
        kept, place = await self.keep_typed(request, cookie, person_id, route)
        return f"{ENTER}?kept=1" if kept else _entrance(place)


def _entrance(place: str) -> str:
    return ENTER if place == HOME else f"{ENTER}?next={quote(place, safe='')}"


def _who(tx: Tx, cookie: str, policy: AccessPolicy, address: Mapping[str, str]) -> SignedInOfficial | None:
    session = sessions.find(tx, cookie)
    held = () if session is None else roles.held_on(tx, session.person_id, shanghai_day(tx.now))
    if session is None or not held:
        return None
    stale = tx.now - session.seen >= sessions.SEEN_EVERY
    return SignedInOfficial(session, held, policy.admits(tx, held, address), stale)
