"""注销: explain exactly what is erased and what stays, confirm twice, then erase."""

from bot.chat.context import Chat, DialogReply
from bot.services.people import erasure
from config.commands import TypedText
from config.markup import harmless
from storage.chat.dialog_states import DialogState
from storage.firms import firms
from storage.people import people


class ErasureDialog:
    """Dialog of two confirmations."""

    name = "erasing"
    waits = True

    def start(self, chat: Chat) -> DialogReply:
        """Explain the consequences and ask for the first confirmation."""
        state = DialogState(self.name, "first", {})
        return DialogReply(self.prompt(chat, state), state)

    def prompt(self, chat: Chat, state: DialogState) -> str:
        """Return this step's question."""
        if state.step == "second":
            return chat.say("erasing.second")
        if chat.person.firm_id is None:
            return chat.say("erasing.first")
        alone = erasure.leaves_alone(chat.tx, chat.person)
        firm = harmless(firms.get(chat.tx, chat.person.firm_id).name)
        what = chat.say("erasing.firm_alone", firm=firm) if alone else chat.say("erasing.firm_stays", firm=firm)
        return what + "\n" + chat.say("erasing.first")

    def handle(self, chat: Chat, state: DialogState, said: TypedText) -> DialogReply:
        """Continue only on each step's exact words; anything else erases nothing."""
        if state.step == "first" and said.normalised in chat.say("erasing.first_words").split():
            asked = DialogState(self.name, "second", {})
            return DialogReply(self.prompt(chat, asked), asked)
        if state.step == "second" and said.normalised in chat.say("erasing.second_words").split():
            erasure.leave(chat.tx, people.openid(chat.tx, chat.person.id), chat.parts.texts, "erase")
            return DialogReply(chat.say("erasing.done"), None)
        return DialogReply(chat.say("erasing.wrong"), state, understood=False)
