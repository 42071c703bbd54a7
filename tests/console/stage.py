"""Console browsers and their users."""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from secrets import token_urlsafe

import aiohttp
from aiohttp import web

from bot.chat.context import ChatServices
from bot.console.context import COOKIE
from bot.h5.context import COOKIE as PAGES_COOKIE
from config.calendar import shanghai_day
from storage.engine.database import Database
from storage.engine.transactions import Tx
from storage.firms import firms
from storage.people import page_sessions, people, roles, sessions
from storage.people.roles import RoleGrant, RoleKind

_CSRF = re.compile(r'name="csrf" value="([0-9a-f]+)"')


@dataclass(frozen=True)
class Page:
    """A response: `location` if redirected."""

    status: int
    text: str
    headers: dict[str, str]

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")

    @property
    def words(self) -> str:
        """Return the page without its token, which changes each time."""
        return _CSRF.sub("", self.text)

    @property
    def csrf(self) -> str:
        found = _CSRF.search(self.text)
        assert found is not None, f"no form on this page: {self.status}"
        return found[1]


class Browser:
    """A browser; it follows no redirects, and submits forms as the page would."""

    def __init__(self, base: str, session: aiohttp.ClientSession) -> None:
        self.base = base
        self._session = session
        self._csrf = ""
        self._used: set[str] = set()

    async def get(self, path: str, **headers: str) -> Page:
        return await self._request("GET", path, headers=headers)

    async def post(self, path: str, *, origin: str | None = None, csrf: str | None = None, **fields: object) -> Page:
        """Submit a form with the last page's token, confirming if asked.

        A token is valid for one form.
        """
        fields.setdefault("confirmed_once", "1")
        if csrf is None and self._csrf in self._used:
            # A public page with a form.
            await self.get(f"{path[: path.find('/', 1)]}/in/x")
        self._used.add(self._csrf)
        data = aiohttp.FormData({"csrf": self._csrf if csrf is None else csrf})
        for name, value in fields.items():
            if isinstance(value, tuple):
                data.add_field(name, io.BytesIO(value[1]), filename=value[0])
            else:
                for one in value if isinstance(value, list) else [value]:
                    data.add_field(name.rstrip("_"), str(one))
        headers = {"Origin": self.base if origin is None else origin}
        return await self._request("POST", path, data=data, headers=headers)

    @property
    def token(self) -> str:
        """Return the token of the last page with a form."""
        return self._csrf

    @property
    def cookie(self) -> str:
        return next((cookie.value for cookie in self._session.cookie_jar if cookie.key == COOKIE), "")

    def wear(self, cookie: str, name: str = COOKIE) -> None:
        self._session.cookie_jar.update_cookies({name: cookie})

    async def _request(self, method: str, path: str, **how: object) -> Page:
        async with self._session.request(
            method,
            self.base + path,
            allow_redirects=False,
            **how,  # type: ignore[arg-type]  # data or headers, as given above
        ) as response:
            page = Page(response.status, await response.text(errors="replace"), dict(response.headers))
        found = _CSRF.search(page.text)
        if found:
            self._csrf = found[1]
        return page


# A task's end writes down what it returned: a stage would spell out the whole application, every time.
@dataclass(frozen=True, repr=False)
class DeskStage:
    """The console over a seeded database."""

    database: Database
    base: str
    app: web.Application
    ahead: Callable[[timedelta], None]
    browser: Callable[[], Browser]
    parts: ChatServices

    async def person(self, openid: str, *grants: RoleGrant) -> int:
        """Return a person with these roles."""
        return await self.database.write(_person, openid, grants)

    async def inside(self, person_id: int) -> Browser:
        """Return a browser logged in as this person."""
        cookie = token_urlsafe(32)
        await self.database.write(sessions.begin, cookie, person_id, "computer")
        browser = self.browser()
        browser.wear(cookie)
        return browser

    async def on_phone(self, person_id: int) -> Browser:
        """Return a browser with this person's phone page session."""
        cookie = token_urlsafe(32)
        await self.database.write(page_sessions.begin, cookie, person_id)
        browser = self.browser()
        browser.wear(cookie, PAGES_COOKIE)
        return browser

    async def official(self, kind: RoleKind, area: str | None = None, agency: str = "市工信局") -> Browser:
        """Return the browser of an official with this one role."""
        person_id = await self.person(
            f"o-{kind}-{area}-{agency}", RoleGrant(kind, "某人", date.min, None, None, agency, area)
        )
        return await self.inside(person_id)


def _person(tx: Tx, openid: str, grants: tuple[RoleGrant, ...]) -> int:
    person_id = people.meet(tx, openid).id
    for grant in grants:
        roles.add(tx, person_id, grant)
    return person_id


def today(tx: Tx) -> date:
    return shanghai_day(tx.now)


def firm(tx: Tx, name: str) -> int:
    return firms.add(tx, name=name, credit_code=None)
