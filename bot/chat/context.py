"""What a handler is given for one message, and what it hands back."""

import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from bot.answers.overview import Overview
from bot.answers.policy_answers import PolicyTalk
from bot.live.agency_answers import AgencyAnswers
from bot.live.matcher import NameCandidates
from bot.live.read_first import ReadNeededError
from bot.services.people import login
from bot.services.people.login import code_of, fresh_code
from bot.services.policy.published_for_firm import PublishedDetailsCache, PublishedForFirm
from bot.wechat.replies import TextReply
from bot.wechat.takeover import KeptReplies
from config.areas import Areas
from config.challenges import ChallengeForm
from config.commands import MOST_TYPED as MOST_TYPED
from config.commands import CommandWords, TypedText
from config.limits import QuotaLimits, VerificationLimits
from config.policy.model import Policy
from config.reminder_kinds import Reminding
from config.texts import Texts
from config.workdays import Hours, Workdays
from matchmaking.eligibility.company_size import Trades
from storage.chat.dialog_states import DialogState
from storage.engine.transactions import Tx
from storage.people import people
from storage.people.page_sessions import GOOD_FOR

LINK_BYTES = 32
_MINUTES = int(GOOD_FOR.total_seconds() // 60)


@dataclass(frozen=True, slots=True)
class ChatServices:
    """Dependencies shared by all chats, never changed by one."""

    policy: Policy
    texts: Texts
    words: CommandWords
    talk: PolicyTalk
    overview: Overview
    receipt_code: Callable[[], str] = fresh_code
    way_code: Callable[[], str] = lambda: f"{secrets.randbelow(10**6):06}"
    workdays: Workdays = field(default_factory=Workdays.load)
    areas: Areas = field(default_factory=Areas.load)
    reminding: Reminding = field(default_factory=Reminding.load)
    quotas: QuotaLimits = field(default_factory=QuotaLimits.load)
    trades: Trades = field(default_factory=Trades.load)
    hours: Hours = field(default_factory=Hours.load)
    proving: VerificationLimits = field(default_factory=VerificationLimits.load)
    challenges: ChallengeForm = field(default_factory=ChallengeForm.load)


@dataclass(frozen=True, slots=True)
class LoginLinks:
    """The console's login address, and the random source of links and codes.

    `plain_mode`: allow login although the push was not encrypted; only for the demo.
    """

    public_url: str = ""
    plain_mode: bool = False
    link: Callable[[], str] = lambda: secrets.token_urlsafe(LINK_BYTES)
    code: Callable[[], str] = lambda: code_of(secrets.randbits(40))


@dataclass(frozen=True, slots=True)
class ChatSetup:
    """What one running bot answers with beside the parts. `outside`: its ways beside the platform, mail and SMS."""

    door: LoginLinks = field(default_factory=LoginLinks)
    outside: Collection[str] = ()
    kept: KeptReplies = field(default_factory=KeptReplies)
    answers: AgencyAnswers = field(default_factory=AgencyAnswers)
    board: PublishedDetailsCache | None = None


@dataclass(frozen=True, slots=True)
class ReadBefore:
    """What was read for a message before its write: where its dialog stood, and the firms that `name` may mean."""

    running: DialogState | None
    name: str = ""
    found: NameCandidates | None = None


@dataclass(frozen=True, slots=True)
class Chat:
    """One message being answered inside one transaction.

    `running`: the dialog that waits for an answer; `refused`: what it says to words that were no answer to it.
    `before`: what was read for this message, None where nothing was. `later`: what 更多 brings after this reply.
    """

    tx: Tx
    parts: ChatServices
    person: people.KnownPerson
    openid: str = ""
    said: TypedText = field(default_factory=lambda: TypedText("", CommandWords({})))
    secure: bool = False
    setup: ChatSetup = field(default_factory=ChatSetup)
    links: "PageLinks | None" = None
    running: DialogState | None = None
    refused: "DialogReply | None" = None
    before: ReadBefore | None = None
    later: list[str] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        """Return the database time, which every deadline is compared with."""
        return self.tx.now

    @property
    def published(self) -> PublishedForFirm:
        """Return what departments and districts have published so far."""
        board = self.setup.board or PublishedDetailsCache(self.parts.policy, self.parts.texts)
        return board.current(self.tx)

    @property
    def encrypted(self) -> bool:
        """Whether the push's signature vouches for who wrote it, or the demo does without."""
        return self.secure or self.setup.door.plain_mode

    def say(self, key: str, **blanks: object) -> str:
        """Return a sentence of config/texts/chat.toml."""
        return self.parts.texts(f"chat.{key}", **blanks)

    def found(self, name: str) -> NameCandidates:
        """Return the firms on the roster that this name may mean. Raises ReadNeededError where they were not read."""
        if self.before is None or self.before.found is None or self.before.name != name:
            raise ReadNeededError(name)
        return self.before.found


class PageLinks:
    """Makes links to pages of one's own, each for one person and one use.

    `given`: the reply holds one, so it must not be stored.
    """

    def __init__(self, door: LoginLinks, *, secure: bool) -> None:
        self._door = door
        self._open = bool(door.public_url) and (secure or door.plain_mode)
        self.given = False

    def registering(self, chat: Chat, said: str) -> str:
        """Return the registration's reply, below the link to fill in everything on one page."""
        link = self._give(chat, login.REGISTER)
        return said if link is None else chat.say("registration.page", link=link, minutes=_MINUTES) + "\n" + said

    def exporting(self, chat: Chat) -> str:
        """Return the link to one's own data."""
        link = self._give(chat, login.MINE)
        return chat.say("export.no_page") if link is None else chat.say("export.link", link=link, minutes=_MINUTES)

    def calendar(self, chat: Chat) -> str:
        """Return the link to one's own dates as a calendar."""
        link = self._give(chat, login.CALENDAR)
        texts = chat.parts.texts
        if link is None:
            return chat.say("export.no_page")
        return texts("reminders.mine.calendar", link=link, minutes=_MINUTES)

    def challenge(self, chat: Chat, challenge_id: int) -> str | None:
        """Return the link to read a challenge and bid; None if only the public page can be shown."""
        link = self._give(chat, login.challenge_page(challenge_id))
        return None if link is None else chat.parts.texts("challenges.one_page", link=link, minutes=_MINUTES)

    def my_bids(self, chat: Chat) -> str | None:
        """Return the link to view, replace and withdraw the firm's bids; None if no page can be given."""
        link = self._give(chat, login.MY_BIDS)
        return None if link is None else chat.parts.texts("challenges.mine_page", link=link, minutes=_MINUTES)

    def _give(self, chat: Chat, page: str) -> str | None:
        if not self._open:
            return None
        link = self._door.link()
        login.issue_page_link(chat.tx, chat.person.id, page, link)
        self.given = True
        return f"{self._door.public_url}/h5/in/{link}"


@dataclass(frozen=True, slots=True)
class DialogReply:
    """What is said, and where the dialog stands now; `state` None ends it.

    `understood` False: the words did not fit this step, so they may be a command or a question instead.
    `rest`: what 更多 brings.
    """

    text: str
    state: DialogState | None
    understood: bool = True
    rest: str = ""


# What a handler hands back: words under which a waiting dialog is asked again, a turn of a dialog, a reply sent as it
# stands, or None where the words were not meant for it.
Handled = str | DialogReply | TextReply | None


class Dialog(Protocol):
    """A conversation of several messages, kept between them as a State under its name.

    `waits`: words that are no answer leave it waiting; the others are over then.
    """

    name: str
    waits: bool

    def handle(self, chat: Chat, state: DialogState, said: TypedText) -> DialogReply:
        """Handle the next message."""
        ...

    def prompt(self, chat: Chat, state: DialogState) -> str:
        """Return this step's question, repeated after an interruption."""
        ...


class LapsingDialog:
    """Base of dialogs that ask nothing again: what they offered lapses with the next message."""

    waits = False

    def prompt(self, _chat: Chat, _state: DialogState) -> str:
        """Return nothing to repeat."""
        return ""


# A dialog's data so far, as its State stores it: JSON.
Data = Mapping[str, Any]
