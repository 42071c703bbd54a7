"""One console route: method, path, handler and policy."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from bot.console.access import AccessPolicy
from bot.console.context import ConsoleRequest
from bot.web.page_guard import PageRoute

Handler = Callable[[ConsoleRequest], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class ConsoleRoute(PageRoute[ConsoleRequest, AccessPolicy]):
    """One address below /console; {id} is a number.

    `recorded`: the act that the audit keeps of each answer, where a file leaves the desk or a person's words are read.
    """

    recorded: str = ""
