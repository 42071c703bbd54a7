"""我的联系人: change or remove the contact, after the privacy notice, as at registration.

Skipping leaves it unchanged: only an explicit word removes it.
"""

from bot.chat.context import Chat, DialogReply
from bot.chat.firms.steps import ConsentStep, ContactStep, Draft, RegistrationStep
from bot.services.people.contact_channels import change_contact
from config.commands import TypedText
from config.markup import harmless
from storage.chat.dialog_states import DialogState
from storage.people import people


class ContactChangeDialog:
    """Dialog of the two last registration steps."""

    name = "contact_change"
    waits = True

    def __init__(self) -> None:
        self._steps: dict[str, RegistrationStep] = {"consent": ConsentStep(), "contact": ContactStep()}

    def start(self, chat: Chat) -> DialogReply:
        """Show the contact and ask for consent; without a firm, ask to register first."""
        if chat.person.firm_id is None:
            return DialogReply(chat.say("contact_change.unregistered"), None)
        state = DialogState(self.name, "consent", {})
        return DialogReply(chat.say("contact_change.now", contact=kept(chat)) + "\n" + self.prompt(chat, state), state)

    def prompt(self, chat: Chat, state: DialogState) -> str:
        """Return this step's question."""
        if state.step == "contact":
            return chat.say("contact_change.contact")
        return chat.say(
            "contact_change.consent", notice=chat.say("privacy.notice", version=chat.say("privacy.version"))
        )

    def handle(self, chat: Chat, state: DialogState, said: TypedText) -> DialogReply:
        """Handle the answer; the last one changes the contact."""
        answer = said.normalised
        if answer in chat.say("contact_change.keep_words").split():
            return DialogReply(chat.say("contact_change.kept", contact=kept(chat)), None)
        if answer in chat.say("contact_change.drop_words").split():
            change_contact(chat.tx, chat.person.id, None, None)
            return DialogReply(chat.say("contact_change.done", contact=kept(chat)), None)
        draft: Draft = dict(state.data)
        if self._steps[state.step].take(chat, draft, said) is not None:
            wrong = "contact_wrong" if state.step == "contact" else "consent_wrong"
            return DialogReply(chat.say(f"contact_change.{wrong}"), state, understood=False)
        if "contact" not in draft:
            asked = DialogState(self.name, "contact", draft)
            return DialogReply(self.prompt(chat, asked), asked)
        change_contact(chat.tx, chat.person.id, people.PersonContact(*draft["contact"]), draft["privacy_version"])
        return DialogReply(chat.say("contact_change.done", contact=kept(chat)), None)


def kept(chat: Chat) -> str:
    """Format the saved contact for its owner."""
    contact = people.contact(chat.tx, chat.person.id)
    return chat.say("registration.no_contact") if contact is None else harmless(f"{contact.name} {contact.phone}")
