"""A short list was offered; the next message may be just its number."""

from bot.answers.policy_answers import PolicyAnswer
from bot.chat.context import Chat, DialogReply, LapsingDialog
from bot.chat.firms.profile import profile_of
from bot.chat.policy.published_lines import beside_for
from bot.chat.tickets.contact_lines import contacts_for
from config.commands import TypedText
from storage.chat.dialog_states import DialogState


class NumberedChoiceDialog(LapsingDialog):
    """Dialog of one number."""

    name = "choices"

    def start(self, chat: Chat, answer: PolicyAnswer) -> DialogReply:
        """Return the answer and save what its numbers refer to."""
        return DialogReply(answer.text, DialogState(self.name, "pick", {"items": list(answer.offered)}))

    def handle(self, chat: Chat, state: DialogState, said: TypedText) -> DialogReply:
        """Open the item with this number; ignore anything else."""
        items = state.data["items"]
        number = said.number(3)
        if number is not None and 1 <= number <= len(items):
            item = chat.parts.policy.items[items[number - 1]]
            profile = profile_of(chat)
            return DialogReply(
                chat.parts.talk.item(item, chat.now, profile, contacts_for(chat, profile), beside_for(chat, profile)),
                state,
            )
        return DialogReply("", None, understood=False)
