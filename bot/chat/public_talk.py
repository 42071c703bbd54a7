"""What a plain push is answered while a key is set: what anybody may read, and nothing about whoever it names.

The signature of such a push covers no word of it, so whoever saw one address of the callback may have written it. Only
the commands listed here are served, to a person of whom nothing is known; nothing but an unread rest and the meaning of
a number is kept, under a name of its own. All else waits until the push comes encrypted.
"""

from bot.chat import events
from bot.chat.challenges import Board as ChallengeBoard
from bot.chat.context import Chat, Journey, Parts, Turn, too_long
from bot.chat.numbered_choice import Choices
from bot.chat.people.welcome import welcome
from bot.chat.policy import unanswered
from bot.chat.policy.application_windows import Windows
from bot.chat.policy.published_lines import beside_for
from bot.chat.tickets.contact_lines import contacts_for
from bot.live.agency_answers import AnswerBook
from bot.live.read_first import NeedsFirstError
from bot.services.policy.published_cache import Board
from bot.wechat import messages
from config.commands import normalise
from notifications.text_splitting import split
from storage.chat import dialog_states, reply_overflow
from storage.chat.dialog_states import State
from storage.engine.transactions import Tx
from storage.people import people
from storage.people.people import exposed_name

# Whatever is not listed is refused: a new command reveals or changes nothing before somebody has looked.
PUBLIC = frozenset({"clauses", "help", "windows", "challenges", "events", "more"})
_NOBODY = people.Known(0, None, None)


class PublicTalk:
    """From one exposed push to what may be said to anybody."""

    def __init__(self, board: Board, answers: AnswerBook, public_url: str) -> None:
        self._board = board
        self._answers = answers
        self._windows = Windows()
        self._challenges = ChallengeBoard(public_url)
        self._choices = Choices()
        journeys: tuple[Journey, ...] = (self._windows, self._challenges, self._choices)
        self._journeys = {journey.name: journey for journey in journeys}

    def answer(self, tx: Tx, parts: Parts, push: messages.Push) -> str | None:
        """What is said to this push; None for events that report or erase: those are believed only encrypted.

        Raises NeedsFirstError.
        """
        chat = Chat(tx, parts, _NOBODY, board=self._board)
        name = exposed_name(push.openid)
        match push:
            case messages.Subscribe() | messages.Scan():
                return self._fit(chat, name, welcome(chat, first=True))
            case messages.Click():
                return self._fit(chat, name, self._tap(chat, name, parts.words.key(push.event_key) or "help"))
            case messages.Text(content=words) | messages.Voice(recognition=words) if words:
                return self._fit(chat, name, too_long(chat, words) or self._hear(chat, name, words))
            case messages.Message():
                return chat.say("plain.refused")
        return None

    def _hear(self, chat: Chat, name: str, typed: str) -> str:
        words = chat.parts.words
        verb = typed.strip().partition(" ")[0]
        command = words.command(typed)
        if command is not None:
            return self._tap(chat, name, command)
        if not normalise(typed):
            return chat.say("unclear.empty")
        if words.command(verb) not in (None, *PUBLIC):
            return chat.say("plain.refused")
        state = dialog_states.load(chat.tx, name)
        turn = self._journeys[state.journey].hear(chat, state, typed) if state else None
        if turn is not None and turn.understood:
            return self._settle(chat, name, turn)
        talk = chat.parts.talk
        if not talk.has_read(typed):
            raise NeedsFirstError(lambda _tx: talk.read(typed))
        about = self._challenges.about(chat, typed)
        if about is not None:
            return about
        answer = talk.answer(typed, chat.now, None, contacts_for(chat, None), beside_for(chat, None, typed))
        published = unanswered.published(chat, self._answers, typed, answer)
        if published is not None:
            return published
        if answer.offered:
            return self._settle(chat, name, self._choices.start(chat, answer))
        if not answer.sure:
            return answer.text + "\n" + chat.say("plain.refused")
        chat.later.append(answer.more)
        return unanswered.with_officials_word(chat, self._answers, answer)

    def _tap(self, chat: Chat, name: str, command: str) -> str:
        if command not in PUBLIC:
            return chat.say("plain.refused")
        match command:
            case "clauses":
                return chat.parts.talk.contents()
            case "windows":
                return self._settle(chat, name, self._windows.start(chat))
            case "challenges":
                return self._settle(chat, name, self._challenges.start(chat))
            case "events":
                return events.list_coming(chat)
            case "more":
                return reply_overflow.take(chat.tx, name) or chat.say("unclear.no_more")
        return chat.say("help.text") + "\n" + chat.say("plain.refused")

    def _settle(self, chat: Chat, name: str, turn: Turn) -> str:
        state: State | None = turn.state
        if state is None:
            dialog_states.drop(chat.tx, name)
        else:
            dialog_states.save(chat.tx, name, state)
        chat.later.append(turn.rest)
        return turn.text

    def _fit(self, chat: Chat, name: str, said: str) -> str:
        dated = chat.parts.talk.dated(said, chat.now)
        head, rest = split(dated, tail="\n" + chat.say("common.more"))
        later = "\n\n".join(part for part in (rest, *chat.later) if part)
        if later:
            reply_overflow.keep(chat.tx, name, later)
        return head
