"""注销: explain exactly what is erased and what stays, confirm twice, then erase."""

from bot.chat.context import Chat, Turn
from bot.services.people import erasure
from config.commands import TypedText
from config.markup import harmless
from storage.chat.dialog_states import State
from storage.firms import firms
from storage.people import people


class Erasing:
    """Dialog of two confirmations."""

    name = "erasing"
    waits = True

    def start(self, chat: Chat) -> Turn:
        """Explain the consequences and ask for the first confirmation."""
        state = State(self.name, "first", {})
        return Turn(self.prompt(chat, state), state)

    def prompt(self, chat: Chat, state: State) -> str:
        """Return this step's question."""
        if state.step == "second":
            return chat.say("erasing.second")
        if chat.person.firm_id is None:
            return chat.say("erasing.first")
        alone = erasure.leaves_alone(chat.tx, chat.person)
        firm = harmless(firms.get(chat.tx, chat.person.firm_id).name)
        what = chat.say("erasing.firm_alone", firm=firm) if alone else chat.say("erasing.firm_stays", firm=firm)
        return what + "\n" + chat.say("erasing.first")

    def hear(self, chat: Chat, state: State, said: TypedText) -> Turn:
        """Continue only on each step's exact words; anything else erases nothing."""
        if state.step == "first" and said.normalised in chat.say("erasing.first_words").split():
            asked = State(self.name, "second", {})
            return Turn(self.prompt(chat, asked), asked)
        if state.step == "second" and said.normalised in chat.say("erasing.second_words").split():
            erasure.leave(chat.tx, people.openid(chat.tx, chat.person.id), chat.parts.texts, "erase")
            return Turn(chat.say("erasing.done"), None)
        return Turn(chat.say("erasing.wrong"), state, understood=False)
