"""Server API endpoints, as each noun offers them."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.simulator.calls import Answer, Call
from bot.simulator.media import Medium

Handle = Callable[[Call], Answer | Medium]


@dataclass(frozen=True)
class Endpoint:
    """One address: its method, handler, and whether it needs the account's token."""

    method: str
    handle: Handle
    wants_token: bool = True
