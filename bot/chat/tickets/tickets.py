"""人工: a question to people becomes a ticket; 我的工单 shows its state."""

from bot.chat.context import Chat, DialogReply
from bot.chat.firms.profile import profile_of
from bot.services.tickets import tickets as ticket_service
from config.calendar import SHANGHAI, shanghai_day
from config.commands import TypedText
from config.markup import harmless
from notifications.channels import is_open
from storage.chat import reply_windows
from storage.chat.dialog_states import DialogState
from storage.tickets import tickets
from storage.tickets.tickets import Ticket, TicketLine, TicketLineKind

MOST_LISTED = 5
_SHOWN_QUESTION = 24
_SHOWN_REPLY = 120


class TicketDialog:
    """Dialog of one question to people."""

    name = "ticket"
    waits = True

    def asked(self, chat: Chat) -> str:
        """The reply to 人工 with the question behind it. No running journey is disturbed."""
        return self._take(chat, chat.said.addressed[1])

    def start(self, chat: Chat) -> DialogReply:
        """Ask for the question."""
        state = DialogState(self.name, "ask", {})
        return DialogReply(self.prompt(chat, state), state)

    def prompt(self, chat: Chat, state: DialogState) -> str:
        """Return the prompt: for the question, or more of an open one."""
        standing = ticket_service.current(chat.tx, chat.person.id)
        return chat.say("ticket.start") if standing is None else chat.say("ticket.start_more", number=standing.id)

    def handle(self, chat: Chat, state: DialogState, said: TypedText) -> DialogReply:
        """Take the question; commands stay commands."""
        if said.command is not None:
            return DialogReply(self.prompt(chat, state), state, understood=False)
        return DialogReply(self._take(chat, said.raw), None)

    def _take(self, chat: Chat, typed: str) -> str:
        profile = profile_of(chat)
        district = None if profile is None else profile.facts.get("district")
        area = district if isinstance(district, str) else ""
        ticket, is_new = ticket_service.open_or_add(chat.tx, chat.person, area, typed, chat.parts.workdays)
        if not is_new:
            return chat.say("ticket.added", number=ticket.id, due=_day(ticket), clock=_clock(chat))
        where = area or chat.say("ticket.city")
        return chat.say("ticket.opened", number=ticket.id, where=where, due=_day(ticket), clock=_clock(chat))


def list_tickets(chat: Chat) -> str:
    """List 我的工单: newest tickets with question, state and last answer."""
    found = tickets.of_person(chat.tx, chat.person.id, MOST_LISTED)
    if not found:
        return chat.say("ticket.none")
    return "\n".join([chat.say("ticket.head"), *(_shown(chat, ticket) for ticket in found), chat.say("ticket.more")])


def _clock(chat: Chat) -> str:
    """Return until when an answer can be pushed, by the platform's window."""
    window = reply_windows.of(chat.tx, chat.person.id)
    if window.until is None or not is_open(window.until, window.left, chat.now):
        return chat.say("ticket.no_clock")
    return chat.say("ticket.clock", until=f"{window.until.astimezone(SHANGHAI):%m-%d %H:%M}")


def _shown(chat: Chat, ticket: Ticket) -> str:
    lines = tickets.lines(chat.tx, ticket.id)
    asked = _short(next(line.text for line in lines if line.kind == TicketLineKind.ASKED), _SHOWN_QUESTION)
    late = chat.say("ticket.late") if ticket.late(shanghai_day(chat.now)) else ""
    state = chat.say(f"ticket.is_{ticket.state.value}", due=_day(ticket))
    said = chat.say("ticket.line", number=ticket.id, state=state, late=late, asked=harmless(asked))
    replies: list[TicketLine] = [line for line in lines if line.kind == TicketLineKind.REPLY]
    if not replies:
        return said
    return said + "\n" + chat.say("ticket.reply", text=harmless(_short(replies[-1].text, _SHOWN_REPLY)))


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[:most] + "…"


def _day(ticket: Ticket) -> str:
    return f"{ticket.due.month}月{ticket.due.day}日"
