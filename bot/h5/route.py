"""One page of the phone: how it is asked for, who answers, and behind which policy."""

from dataclasses import dataclass
from typing import Literal

from bot.h5.context import Gate, Handler, Policy
from bot.web.form_bodies import WORDS, Takes


@dataclass(frozen=True, slots=True)
class Route:
    """One address. `path` begins after /h5; {id} is a number. `takes`: what its form may hold.

    `gate`, where there is one, answers whoever may not send the form, before the form is read.
    `repeatable`: sent twice it may run twice, as it changes nothing or sees to that itself.
    """

    method: Literal["GET", "POST"]
    path: str
    handler: Handler
    policy: Policy
    takes: Takes = WORDS
    gate: Gate | None = None
    repeatable: bool = False
