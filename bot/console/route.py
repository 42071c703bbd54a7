"""One console route: method, path, handler and policy."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from bot.console.access import Policy
from bot.console.context import Visit
from bot.web.page_guard import PageRoute

Handler = Callable[[Visit], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Route(PageRoute[Visit, Policy]):
    """One address below /console; {id} is a number.

    `recorded`: the act that the audit keeps of each answer, where a file leaves the desk or a person's words are read.
    """

    recorded: str = ""
