"""Which words are answered by which handler: ROUTES, in order; the first route that takes the words wins."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import partial

from bot.chat import conversation, events, reminders
from bot.chat.context import Chat, DialogReply, Handled
from bot.chat.conversation import AWARDS, CHALLENGES, COLLEAGUES, CORRECTING, PROVING, TICKETING
from bot.chat.firms import corrections, membership, verification
from bot.chat.firms.profile import show_profile
from bot.chat.people import contact_channels, login, preferences
from bot.chat.policy import awards, receipts
from bot.chat.tickets import tickets
from bot.live.read_first import ReadNeededError
from bot.wechat.replies import TextReply
from config.commands import TypedText


class RouteNeed(Enum):
    """What a route needs. A dialog and a read are seen to here; the handler itself says what else is missing."""

    DIALOG = "a dialog that is running"
    READ = "a read before the write"
    FIRM = "a registered firm"
    ROLE = "a role"
    ENCRYPTED = "an encrypted push"


@dataclass(frozen=True, slots=True)
class ChatRoute:
    """One row: the words it is for, what it needs, and its handler.

    The words: a whole `pattern` (after NFKC where `folded`), a `command` (also put as a question where `asked`), or a
    test of theirs, `when`. `passes_on`: the handler may answer None, and the routes below are asked.
    """

    name: str
    handler: Callable[..., Handled | Chat]
    needs: tuple[RouteNeed, ...] = ()
    pattern: re.Pattern[str] | None = None
    folded: bool = False
    command: str = ""
    asked: bool = False
    when: Callable[[TypedText], bool] | None = None
    passes_on: bool = False

    @property
    def matches(self) -> str:
        """The words it is for, as a person reads them in a list."""
        return self.command or (
            self.pattern.pattern if self.pattern else "any words" if self.when is None else self.name
        )


def on_words(
    name: str,
    pattern: re.Pattern[str],
    handler: Callable[[Chat, re.Match[str]], Handled],
    *needs: RouteNeed,
    folded: bool = False,
    passes_on: bool = False,
) -> ChatRoute:
    """Return the route of words that match a pattern as a whole."""
    return ChatRoute(name, handler, needs, pattern, folded, passes_on=passes_on)


def on_command(
    command: str, handler: Callable[[Chat], Handled], *needs: RouteNeed, asked: bool = False, passes_on: bool = False
) -> ChatRoute:
    """Return the route of a command of config/words.toml."""
    return ChatRoute(command, handler, needs, command=command, asked=asked, passes_on=passes_on)


DIALOG, READ, FIRM, ROLE, ENCRYPTED = RouteNeed

ROUTES: tuple[ChatRoute, ...] = (
    # A cap comes before every pattern.
    ChatRoute("too long", conversation.say_long, when=lambda said: said.too_long),
    # Entry and roles: whatever dialog is running, and never as an answer to it.
    on_command("desk_work", login.desk_work, ROLE, asked=True, passes_on=True),
    on_command("enter", login.enter, ENCRYPTED, ROLE, asked=True),
    on_words("role by invitation", login.INVITED, login.take_role, ENCRYPTED),
    # Words with a code or a number of their own: no dialog asks for such words, so none is disturbed.
    on_words("receipt", receipts.ASKED, receipts.show),
    on_words("firm's code", verification.CODE, PROVING.use_code, ENCRYPTED, FIRM, folded=True),
    on_command("prove", PROVING.start, ENCRYPTED, FIRM),
    on_words("administrator's order", membership.ORDER, COLLEAGUES.order, ENCRYPTED, ROLE, folded=True, passes_on=True),
    on_command("colleagues", COLLEAGUES.show, ENCRYPTED, FIRM),
    on_command("join", COLLEAGUES.join, ENCRYPTED, FIRM),
    on_command("leave", partial(COLLEAGUES.leave, anyway=False), ENCRYPTED, FIRM),
    on_command("leave_anyway", partial(COLLEAGUES.leave, anyway=True), ENCRYPTED, FIRM),
    on_words("event or meeting", events.NUMBERED, events.about_one, FIRM, folded=True, passes_on=True),
    on_words("code of an address", contact_channels.CODE, contact_channels.confirm, folded=True, passes_on=True),
    on_words("mail", contact_channels.MAIL, contact_channels.ask_mail, passes_on=True),
    on_words("sms", contact_channels.SMS, contact_channels.ask_sms, passes_on=True),
    on_words("unsubscribe", preferences.OFF, preferences.choose_none),
    on_words("subscribe", preferences.ON, preferences.choose_all),
    on_words("settings", preferences.SETTINGS, preferences.show_settings),
    # A topic's switch before a date of one's own: 提醒 活动 关 would be read as what to be reminded of.
    on_words("switch of a topic", preferences.SET, preferences.choose, passes_on=True),
    on_words("unsubscribe a topic", preferences.OFF_ONE, preferences.choose, passes_on=True),
    on_words("tap under a reminder", reminders.TAP, reminders.tap),
    on_words("my reminders", reminders.MINE, reminders.show_mine),
    on_words("calendar", reminders.CALENDAR, reminders.show_calendar, passes_on=True),
    on_words("own date", reminders.OWN, reminders.keep_own),
    on_words("own date, day first", reminders.DAY_FIRST, reminders.keep_day_first, passes_on=True),
    on_words("tap under an award", awards.TAP, AWARDS.tapped, FIRM, passes_on=True),
    # What ends or goes on with any dialog; the dialog itself must not take it for an answer.
    on_command("cancel", conversation.cancel),
    on_command("more", conversation.show_more),
    on_command("go_on", conversation.go_on),
    ChatRoute("empty", conversation.say_empty, when=lambda said: not said.normalised),
    # The question stands in the message, so that no dialog loses an answer by it.
    ChatRoute("question to people", TICKETING.asked, when=lambda said: said.addressed[0] == "human"),
    # From here on the running dialog comes first: 1, 没有 and 帮助 mean what it asked.
    ChatRoute("running dialog", conversation.hear_dialog, (DIALOG,), passes_on=True),
    on_command("ask_eligible", conversation.ASSESSING.start, FIRM),
    on_command("register", conversation.register),
    on_command("register_again", conversation.register_again),
    on_command("clauses", lambda chat: chat.parts.talk.contents()),
    on_command("help", lambda chat: chat.say("help.text")),
    on_command("my_contact", conversation.CONTACT_CHANGE.start, FIRM),
    on_command("my_profile", show_profile, FIRM),
    on_command("my_products", conversation.PRODUCTS.start, FIRM),
    on_command("my_zone", conversation.ZONE.start, FIRM),
    on_command("my_messages", conversation.show_notices),
    on_command("export_data", conversation.export_data),
    on_command("erase", conversation.ERASING.start),
    on_command("windows", conversation.WINDOWS.start),
    on_command("challenges", conversation.show_challenges),
    on_command("my_bids", CHALLENGES.mine, FIRM),
    on_command("events", events.list_coming),
    on_command("my_meetings", events.list_mine, FIRM),
    on_command("human", conversation.ask_people),
    on_command("my_tickets", tickets.list_tickets),
    on_words("correction of a fact", corrections.EDIT, CORRECTING.edit, FIRM, folded=True, passes_on=True),
    on_words("confirmation of a fact", corrections.UNCHANGED, CORRECTING.confirm_unchanged, FIRM, folded=True),
    # Commands with something behind them; alone they were heard above.
    ChatRoute(
        "registration of", conversation.register_named, (READ,), when=lambda said: said.verb in conversation.REGISTERS
    ),
    ChatRoute("products are", conversation.state_products, (FIRM,), when=lambda said: said.verb == "my_products"),
    # Free words: a statement before a question about the same award, a challenge by its title before the policy.
    ChatRoute("statement of an award", AWARDS.start, (READ, FIRM), passes_on=True),
    ChatRoute("statement of a fact", CORRECTING.start, (READ, FIRM), passes_on=True),
    ChatRoute("challenge", CHALLENGES.about, (READ,), passes_on=True),
    ChatRoute("question", conversation.answer_question, (READ,)),
)
COMMANDS = {route.command: route for route in ROUTES if route.command}
# Heard before the running dialog and never put on a menu; an older menu's key for one of them is answered by the help.
_TYPED_ONLY = frozenset({"desk_work", "enter", "prove", "colleagues", "join", "leave", "leave_anyway"})


def fitting(said: TypedText) -> Iterator[tuple[ChatRoute, re.Match[str] | None]]:
    """Return the routes that these words are for, in order, each with what its pattern matched."""
    for route in ROUTES:
        match: re.Match[str] | None = None
        if route.pattern is not None:
            match = route.pattern.fullmatch(said.folded if route.folded else said.raw)
            if match is None:
                continue
        elif route.command:
            if route.command != (said.command_asked if route.asked else said.command):
                continue
        elif route.when is not None and not route.when(said):
            continue
        yield route, match


def needs_read(said: TypedText) -> bool:
    """Whether these words may come to a route that needs a read, as far as the words alone tell."""
    first = next(route for route, _ in fitting(said) if READ in route.needs or not route.passes_on)
    return READ in first.needs


def handle(chat: Chat) -> str | TextReply:
    """Return the answer to typed words. Raises ReadNeededError, AppError."""
    for route, match in fitting(chat.said):
        if READ in route.needs and chat.before is None:
            raise ReadNeededError
        if DIALOG in route.needs and chat.running is None:
            continue
        handled = route.handler(chat) if match is None else route.handler(chat, match)
        if isinstance(handled, Chat):
            chat = handled
        elif handled is not None:
            return finish(chat, handled)
    raise LookupError(chat.said.raw)


def tap(chat: Chat, command: str) -> str | TextReply:
    """Return the answer to a button of the menu. Raises AppError."""
    route = COMMANDS["help" if command in _TYPED_ONLY else command]
    return finish(chat, route.handler(chat))


def finish(chat: Chat, handled: Handled | Chat) -> str | TextReply:
    """Return what is said, once the dialog is kept or asked again."""
    match handled:
        case DialogReply():
            return conversation.settle(chat, handled)
        case str():
            return conversation.remind(chat, handled)
        case TextReply():
            return handled
    raise LookupError(handled)


def listed() -> Iterator[tuple[str, str, str]]:
    """Return each route's name, the words it is for and what it needs, in order, as a list shows them."""
    return ((route.name, route.matches, ", ".join(need.value for need in route.needs)) for route in ROUTES)
