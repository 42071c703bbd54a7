"""One page of the phone: how it is asked for, who answers, and behind which policy."""

from dataclasses import dataclass
from typing import Literal

from bot.h5.visits import Handler, Policy


@dataclass(frozen=True, slots=True)
class Route:
    """One address. `path` begins after /h5; {id} is a number. `most_bytes`: of files, beyond the form itself.

    `repeatable`: sent twice it may run twice, as it changes nothing or sees to that itself.
    """

    method: Literal["GET", "POST"]
    path: str
    handler: Handler
    policy: Policy
    most_bytes: int = 0
    repeatable: bool = False
