"""Every address beneath /h5 with its policy. There is no other way to add one."""

from dataclasses import dataclass
from typing import Literal

from bot.h5 import calendar_pages, entry_pages, mine_pages, registration_pages
from bot.h5.visits import Handler, Policy


@dataclass(frozen=True, slots=True)
class Route:
    """One address. `path` begins after /h5."""

    method: Literal["GET", "POST"]
    path: str
    handler: Handler
    policy: Policy


ROUTES = (
    Route("GET", "/static/{name}", entry_pages.static, Policy.ANYBODY),
    Route("GET", "/in/{link}", entry_pages.button, Policy.ANYBODY),
    Route("POST", "/in/{link}", entry_pages.come_in, Policy.ANYBODY),
    Route("GET", "/register", registration_pages.form, Policy.OWN),
    Route("POST", "/register", registration_pages.send, Policy.OWN),
    Route("GET", "/mine", mine_pages.show, Policy.OWN),
    Route("POST", "/mine/export", mine_pages.export, Policy.OWN),
    Route("GET", "/calendar", calendar_pages.show, Policy.OWN),
    Route("POST", "/calendar/file", calendar_pages.take, Policy.OWN),
)
