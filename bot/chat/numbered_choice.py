"""A short list was offered; the next message may be just its number."""

from bot.answers.policy_answers import Answer
from bot.chat.context import Chat, Turn
from bot.chat.firms.profile import profile_of
from bot.chat.policy.published_lines import beside_for
from bot.chat.tickets.contact_lines import contacts_for
from config.commands import normalise
from storage.chat.dialog_states import State


class Choices:
    """The journey of one number."""

    name = "choices"

    def start(self, chat: Chat, answer: Answer) -> Turn:
        """Say the answer and remember what its numbers mean."""
        return Turn(answer.text, State(self.name, "pick", {"items": list(answer.offered)}))

    def prompt(self, chat: Chat, state: State) -> str:
        """Nothing is waited for: the offer simply lapses with the next message."""
        return ""

    def hear(self, chat: Chat, state: State, typed: str) -> Turn:
        """A number opens its item; anything else was not meant for the list."""
        items = state.data["items"]
        answer = normalise(typed).rstrip(".、")
        if answer.isascii() and answer.isdigit() and 1 <= int(answer[:3]) <= len(items):
            item = chat.parts.policy.items[items[int(answer) - 1]]
            profile = profile_of(chat)
            return Turn(
                chat.parts.talk.item(item, chat.now, profile, contacts_for(chat, profile), beside_for(chat, profile)),
                state,
            )
        return Turn("", None, understood=False)
