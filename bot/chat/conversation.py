"""What is said to words and buttons: the running journey first, then commands, then the policy itself."""

from collections.abc import Collection
from dataclasses import replace

from bot.chat import events as event_talk
from bot.chat import reminders
from bot.chat.challenges import Board as ChallengeBoard
from bot.chat.context import Chat, Journey, Parts, Turn
from bot.chat.firms.contact_change import ContactChange
from bot.chat.firms.membership import Colleagues
from bot.chat.firms.name_lookup import FirmName
from bot.chat.firms.products import Products
from bot.chat.firms.profile import profile_of, registered_already, show_profile
from bot.chat.firms.registration import Registration
from bot.chat.firms.verification import Proving
from bot.chat.firms.zone import ZoneAsking
from bot.chat.numbered_choice import Choices
from bot.chat.people import contact_channels, login, preferences
from bot.chat.people.erasure import Erasing
from bot.chat.people.notices import list_notices
from bot.chat.policy import receipts, unanswered
from bot.chat.policy.application_windows import Windows
from bot.chat.policy.assessment import Assessing
from bot.chat.policy.awards import Awards
from bot.chat.policy.published_lines import beside_for
from bot.chat.tickets.contact_lines import contacts_for
from bot.chat.tickets.tickets import Ticketing, list_tickets
from bot.live.agency_answers import AnswerBook
from bot.live.read_first import NeedsFirstError
from bot.services.policy.published_cache import Board
from bot.wechat.takeover import KeptReplies
from config.commands import normalise
from notifications.plans import Rules
from storage.chat import dialog_states, reply_overflow
from storage.chat.dialog_states import State
from storage.notices import outbox


class Conversation:
    """What is said to a person's words: by the journey that is running, else a command, else as a question."""

    def __init__(
        self,
        parts: Parts,
        board: Board,
        answers: AnswerBook,
        door: login.Door,
        kept: KeptReplies,
        outside: Collection[str],
    ) -> None:
        """`outside`: which ways beside the platform there are, mail and SMS."""
        self._outside = outside
        self._parts = parts
        self._rules = Rules.load(parts.texts)
        self._kept = kept
        self._board = board
        self._answers = answers
        self._registration = Registration()
        self._assessing = Assessing()
        self._products = Products()
        self._choices = Choices()
        self._windows = Windows()
        self._firm_name = FirmName(self._registration)
        self._erasing = Erasing()
        self._proving = Proving(door)
        self._ticketing = Ticketing()
        self._colleagues = Colleagues(door)
        self._zone = ZoneAsking()
        self._contact_change = ContactChange()
        self._awards = Awards()
        self._challenges = ChallengeBoard(door.public_url)
        journeys: tuple[Journey, ...] = (
            self._erasing,
            self._registration,
            self._proving,
            self._colleagues,
            self._assessing,
            self._products,
            self._choices,
            self._windows,
            self._firm_name,
            self._ticketing,
            self._challenges,
            self._zone,
            self._contact_change,
            self._awards,
        )
        self._journeys = {journey.name: journey for journey in journeys}

    def hear(self, chat: Chat, openid: str, typed: str, *, secure: bool) -> str:
        """The answer to typed words. Raises NeedsThoughtError, NeedsFirstError, AppError."""
        chat = replace(chat, board=self._board)
        command = self._parts.words.command(typed)
        if command == "desk_work":
            # Whoever works there was told of it; the others ask about the policy.
            command = None
        state = dialog_states.load(chat.tx, openid)
        opened = receipts.hear(chat, typed)
        if opened is not None:
            return self._remind(chat, state, opened)
        for journey in (self._proving, self._colleagues):
            about_firm = journey.asked(chat, state, typed, secure=secure)
            if about_firm is not None:
                return self._settle(chat, openid, about_firm)
        about_event = (
            event_talk.hear(chat, typed)
            or contact_channels.hear(chat, self._outside, typed)
            or preferences.hear(chat, self._rules.reminding, typed)
            or reminders.hear(chat, self._rules, typed)
            or self._awards.tapped(chat, typed)
        )
        if about_event is not None:
            return self._remind(chat, state, about_event)
        if command in ("cancel", "more", "go_on"):
            return self._command(chat, openid, command, state)
        if not normalise(typed):
            return chat.say("unclear.empty")
        ticketed = self._ticketing.asked(chat, typed)
        if ticketed is not None:
            return self._remind(chat, state, ticketed)
        turn = self._journeys[state.journey].hear(chat, state, typed) if state else None
        if turn is not None and (turn.understood or (turn.state is not None and normalise(typed).isdigit())):
            # A number is an answer even where it is a wrong one; alone it would have opened a clause.
            return self._settle(chat, openid, turn)
        if state is not None and state.journey == self._awards.name:
            # A yes to something said later is no yes to this.
            dialog_states.drop(chat.tx, openid)
            state = turn = None
        if command is not None:
            return self._command(chat, openid, command, state)
        verb, _, given = typed.strip().partition(" ")
        if given and self._parts.words.command(verb) in ("register", "register_again"):
            return self._registering(chat, openid, self._firm_name.register(chat, state, given))
        if given and self._parts.words.command(verb) == "my_products":
            return self._settle(chat, openid, self._products.start(chat, given))
        stated = self._awards.start(chat, typed)
        if stated is not None:
            return self._settle(chat, openid, stated)
        talk = chat.parts.talk
        if not talk.has_read(typed):
            self._firm_name.look_up(chat, typed, first=lambda _tx: talk.read(typed))
            raise NeedsFirstError(lambda _tx: talk.read(typed))
        about = self._challenges.about(chat, typed)
        if about is not None:
            return self._remind(chat, state, about)
        profile = profile_of(chat)
        answer = talk.answer(typed, chat.now, profile, contacts_for(chat, profile), beside_for(chat, profile, typed))
        replied = unanswered.published(chat, self._answers, typed, answer)
        if replied is not None:
            return self._remind(chat, state, replied)
        running = turn is not None and turn.state is not None
        if turn is not None and turn.state is not None and not answer.sure:
            return turn.text
        kept = None if answer.sure else self._kept.find(typed)
        if kept is not None:
            # What the account answered before we came stays answered: a server address switches its own rules off.
            return self._remind(chat, state, kept)
        missed = not (answer.sure or answer.offered)
        named = None if running else self._firm_name.recognise(chat, typed, answered=answer.sure, missed=missed)
        if named is not None:
            begun = named.state is not None and named.state.journey == self._registration.name
            return self._registering(chat, openid, named) if begun else self._settle(chat, openid, named)
        unanswered.note(chat, typed)
        if answer.offered:
            return self._settle(chat, openid, self._choices.start(chat, answer))
        chat.later.append(answer.more)
        return self._remind(chat, state, unanswered.with_officials_word(chat, self._answers, answer))

    def tap(self, chat: Chat, openid: str, command: str) -> str:
        """The answer to a button of the menu. Raises as `hear` does."""
        return self._command(chat, openid, command, dialog_states.load(chat.tx, openid))

    def picture(self, chat: Chat, openid: str, media_id: str, *, secure: bool) -> str | None:
        """The answer to a picture where a licence is waited for; None where nobody asked for one."""
        licence = self._proving.picture(chat, dialog_states.load(chat.tx, openid), media_id, secure=secure)
        return None if licence is None else self._settle(chat, openid, licence)

    def beside(self, chat: Chat, openid: str, said: str) -> str:
        """What was said, and under it the question of a journey that is still waiting for its answer."""
        return self._remind(chat, dialog_states.load(chat.tx, openid), said)

    def _command(self, chat: Chat, openid: str, command: str, running: State | None) -> str:
        chat = replace(chat, board=self._board)
        match command:
            case "cancel":
                dialog_states.drop(chat.tx, openid)
                return chat.say(f"{running.journey}.cancelled" if running else "unclear.none_running")
            case "go_on" if running is not None and (asked := self._journeys[running.journey].prompt(chat, running)):
                return asked
            case "more" | "go_on":
                left = reply_overflow.take(chat.tx, openid)
                return left or self._remind(chat, running, chat.say("unclear.no_more"))
            case "register" if running is not None and running.journey == self._registration.name:
                return self._registering(chat, openid, self._registration.resume(chat, running))
            case "register" if chat.person.firm_id is not None:
                return registered_already(chat)
            case "register" | "register_again":
                return self._registering(chat, openid, self._firm_name.register(chat, running, None))
            case "export_data":
                told = chat.say("export.no_page") if chat.links is None else chat.links.exporting(chat)
                return self._remind(chat, running, told)
            case "erase":
                return self._settle(chat, openid, self._erasing.start(chat))
            case "ask_eligible":
                return self._settle(chat, openid, self._assessing.start(chat))
            case "my_profile":
                return self._remind(chat, running, show_profile(chat))
            case "my_products":
                return self._settle(chat, openid, self._products.start(chat))
            case "my_zone":
                return self._settle(chat, openid, self._zone.start(chat))
            case "my_contact":
                return self._settle(chat, openid, self._contact_change.start(chat))
            case "my_messages":
                said = self._remind(chat, running, list_notices(chat))
                outbox.take_waiting(chat.tx, chat.person.id, most=outbox.MOST_LISTED)
                return said
            case "clauses":
                return self._remind(chat, running, chat.parts.talk.contents())
            case "human":
                if running is not None and self._journeys[running.journey].prompt(chat, running):
                    return self._remind(chat, running, chat.say("ticket.in_between"))
                return self._settle(chat, openid, self._ticketing.start(chat))
            case "my_tickets":
                return self._remind(chat, running, list_tickets(chat))
            case "windows":
                return self._settle(chat, openid, self._windows.start(chat))
            case "challenges":
                turn = self._challenges.start(chat)
                # The list offers numbers. Questions about the firm can wait, every answer is kept; a form cannot.
                waits = running is not None and running.journey != self._assessing.name
                if waits and running is not None and self._journeys[running.journey].prompt(chat, running):
                    return self._remind(chat, running, turn.text)
                return self._settle(chat, openid, turn)
            case "my_bids":
                return self._remind(chat, running, self._challenges.mine(chat))
            case "events":
                return self._remind(chat, running, event_talk.list_coming(chat))
            case "my_meetings":
                return self._remind(chat, running, event_talk.list_mine(chat))
        return self._remind(chat, running, chat.say("help.text"))

    def _registering(self, chat: Chat, openid: str, turn: Turn) -> str:
        said = self._settle(chat, openid, turn)
        return said if chat.links is None or turn.state is None else chat.links.registering(chat, said)

    def _settle(self, chat: Chat, openid: str, turn: Turn) -> str:
        if turn.state is None:
            dialog_states.drop(chat.tx, openid)
        else:
            dialog_states.save(chat.tx, openid, turn.state)
        chat.later.append(turn.rest)
        return turn.text

    def _remind(self, chat: Chat, state: State | None, said: str) -> str:
        prompt = self._journeys[state.journey].prompt(chat, state) if state is not None else ""
        if state is None or not prompt:
            return said
        name = chat.say(f"{state.journey}.journey")
        if state.journey == self._assessing.name:
            # Its questions are long and lose nothing by waiting.
            return said + "\n" + chat.say("common.go_on", journey=name)
        return said + "\n" + chat.say("common.still_running", journey=name, prompt=prompt)
