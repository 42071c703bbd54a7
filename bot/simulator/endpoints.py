"""An address of the server API: what each noun offers to be called by."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.simulator.calls import Answer, Call
from bot.simulator.media import Medium

Handle = Callable[[Call], Answer | Medium]


@dataclass(frozen=True)
class Endpoint:
    """One address: its method, what it does, whether it wants the account's token."""

    method: str
    handle: Handle
    wants_token: bool = True
