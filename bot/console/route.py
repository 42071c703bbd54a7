"""One address of the desk: how it is asked for, who answers, and behind which policy."""

from dataclasses import dataclass

from bot.console.access import Policy
from bot.console.context import Handler, Method
from bot.web.form_bodies import WORDS, Takes


@dataclass(frozen=True, slots=True)
class Route:
    """One address. `path` begins after /console; {id} is a number.

    `page`: where the form for a POST stands, if neither at its own address nor above it; fields of the form may stand
    in it. `repeatable`: sent twice it may run twice, as it changes nothing. `recorded`: the act that the audit keeps of
    each answer, where a file leaves the desk or a person's words are read.
    """

    method: Method
    path: str
    handler: Handler
    policy: Policy
    takes: Takes = WORDS
    page: str = ""
    repeatable: bool = False
    recorded: str = ""
