"""Who may open a page of the phone, and what the others are answered; the order of it all is web/page_guard.py's."""

from aiohttp import web

from bot.h5.context import HOME, PhoneContext, PhoneRequest, PhoneRoute
from bot.web.page_guard import PageGuard
from storage.people import page_sessions
from storage.people.page_sessions import PageUser


class PhoneGuard(PageGuard[PhoneContext, PageUser, PhoneRequest, PhoneRoute]):
    """Passes a request to its page, or returns not found."""

    async def find_user(self, cookie: str, route: PhoneRoute, request: web.Request) -> PageUser | None:
        """Return who came in from the chat with this cookie."""
        return await self._context.database.read(page_sessions.find, cookie) if cookie else None

    def admits(self, user: PageUser) -> bool:
        """Return True: whoever came in sees what is their own."""
        return True

    async def note_seen(self, user: PageUser) -> None:
        """Write down that this session is in use."""
        await self._context.database.write(page_sessions.touch, user.id)

    async def turned_away(
        self, request: web.Request, cookie: str, user: PageUser | None, route: PhoneRoute
    ) -> web.StreamResponse:
        """Return not found; input of an expired session is kept for its person."""
        person_id = None
        # Not for repeatable routes: no readable bid content may be stored here; bids have their own drafts.
        if request.method == "POST" and cookie and not route.repeatable:
            person_id = await self._context.database.read(page_sessions.expired, cookie)
        if person_id is None:
            raise web.HTTPNotFound
        kept, _ = await self.keep_typed(request, cookie, person_id, route)
        page = self._context.pages.render("nothing.html", status=404, kept=kept, care=False, path=HOME)
        return web.Response(text=page, status=404, content_type="text/html")
