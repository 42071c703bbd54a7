"""What a journey is handed for one message, and what it hands back."""

import secrets
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from bot.answers.overview import Overview
from bot.answers.policy_answers import PolicyTalk
from bot.live.matcher import Found
from bot.services.people.login import fresh_code
from bot.services.policy.published_cache import Board
from bot.services.policy.published_for_firm import Published
from config.areas import Areas
from config.commands import Words
from config.policy.model import Policy
from config.quotas import Quotas
from config.reminder_kinds import Reminding
from config.texts import Texts
from config.workdays import Workdays
from storage.chat.dialog_states import State
from storage.engine.transactions import Tx
from storage.people import people

# Characters of one message that anything reads. The platform's own field takes fewer of them than this.
MOST_TYPED = 1000


@dataclass(frozen=True, slots=True)
class Parts:
    """What every chat needs and no chat changes."""

    policy: Policy
    texts: Texts
    words: Words
    talk: PolicyTalk
    overview: Overview
    receipt_code: Callable[[], str] = fresh_code
    way_code: Callable[[], str] = lambda: f"{secrets.randbelow(10**6):06}"
    workdays: Workdays = field(default_factory=Workdays.load)
    areas: Areas = field(default_factory=Areas.load)
    reminding: Reminding = field(default_factory=Reminding.load)
    quotas: Quotas = field(default_factory=Quotas.load)


class Links(Protocol):
    """The links to pages of one's own that a reply may hold. `given`: it holds one, so it must not be stored."""

    given: bool

    def registering(self, chat: "Chat", said: str) -> str:
        """What the chat says at a registration, under the way to fill in everything on one page."""
        ...

    def exporting(self, chat: "Chat") -> str:
        """Where one's own data can be had."""
        ...

    def calendar(self, chat: "Chat") -> str:
        """Where one's own dates can be taken into a calendar."""
        ...

    def challenge(self, chat: "Chat", challenge_id: int) -> str | None:
        """Where one challenge can be read whole and bid on; None where only the public page can be shown."""
        ...

    def my_bids(self, chat: "Chat") -> str | None:
        """Where the firm's bids can be seen, replaced and taken back; None where no page can be given."""
        ...


@dataclass(frozen=True, slots=True)
class Chat:
    """One message being answered inside one transaction. `later`: what 更多 brings after this reply."""

    tx: Tx
    parts: Parts
    person: people.Known
    thought: Found | None = None
    links: Links | None = None
    board: Board | None = None
    later: list[str] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        """The store's time, with which every deadline is compared."""
        return self.tx.now

    @property
    def published(self) -> Published:
        """What departments and districts have published by now."""
        board = self.board or Board(self.parts.policy, self.parts.texts)
        return board.current(self.tx)

    def say(self, key: str, **blanks: object) -> str:
        """A sentence of config/texts/chat.toml."""
        return self.parts.texts(f"chat.{key}", **blanks)


def too_long(chat: Chat, typed: str) -> str | None:
    """Return what is said to a message of more than MOST_TYPED characters; None for one that may be read."""
    count = len(unicodedata.normalize("NFKC", typed.strip()))
    return chat.say("unclear.long", count=count, most=MOST_TYPED) if count > MOST_TYPED else None


@dataclass(frozen=True, slots=True)
class Turn:
    """What is said, and where the journey stands now; `state` None ends it.

    `understood` False: the words did not fit this step, so they may be a command or a question instead.
    `rest`: what 更多 brings.
    """

    text: str
    state: State | None
    understood: bool = True
    rest: str = ""


class Journey(Protocol):
    """A conversation of several messages, kept between them as a State under its name."""

    name: str

    def hear(self, chat: Chat, state: State, typed: str) -> Turn:
        """Take the next message."""
        ...

    def prompt(self, chat: Chat, state: State) -> str:
        """What is being asked at this step, to be said again after something came between."""
        ...


# What a journey has gathered so far, as its State keeps it: JSON.
Data = Mapping[str, Any]
