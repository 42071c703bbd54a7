"""Registering the firm one speaks for: name → code → district → size → titles → contact → confirm.

What the roster holds is not asked again; it is shown at the end. 取消 ends it anywhere; nothing is kept before 确认.
"""

import re

from bot.dialogs.chat import Chat, Data, Turn
from bot.dialogs.fact_answers import shown
from bot.dialogs.links import harmless
from bot.dialogs.registration_steps import Code, Consent, ContactStep, Draft, Name, OneFact, Step, Titles
from bot.services.registration import Registration as Command
from bot.services.registration import register
from config.words import normalise
from storage.dialogs import State
from storage.people import Contact

NAME = Name()
STEPS: dict[str, Step] = {
    "name": NAME,
    "code": Code(),
    "district": OneFact("district", "elsewhere", {"in_nanjing": False}),
    "size": OneFact("size", "unknown", {}),
    "titles": Titles(),
    "consent": Consent(),
    "contact": ContactStep(),
}
# What "修改 N" means, in the order that the confirmation shows.
EDITABLE = ("name", "code", "district", "size", "titles", "consent")
_EDIT = re.compile(r"修改第?([1-6])项?$")


class Registration:
    """The journey of one registration."""

    name = "registration"

    def start(self, chat: Chat, typed_name: str | None = None) -> Turn:
        """Begin; a name that was already typed is taken as the first answer."""
        state = State(self.name, "name", {"roster": {}})
        if typed_name is not None:
            return self.hear(chat, state, typed_name)
        return Turn(self.prompt(chat, state), state)

    def start_known(self, chat: Chat, name: str, entry_id: int | None) -> Turn:
        """Begin with a name that was looked up just now: this entry of the roster, or none of them."""
        draft: Draft = {"roster": {}}
        NAME.settle(chat, draft, name, entry_id)
        return self._go_on(chat, draft)

    def prompt(self, chat: Chat, state: State) -> str:
        """What is being asked at this step."""
        if state.step == "confirm":
            return self._summary(chat, state.data)
        return STEPS[state.step].prompt(chat, state.data)

    def hear(self, chat: Chat, state: State, typed: str) -> Turn:
        """Take an answer and ask the next open question, or say what would be right."""
        draft: Draft = dict(state.data)
        if state.step == "confirm":
            return self._confirm(chat, state, draft, typed)
        wrong = STEPS[state.step].take(chat, draft, typed)
        if wrong is not None:
            return Turn(wrong, state, understood=False)
        return self._go_on(chat, draft)

    def _go_on(self, chat: Chat, draft: Draft) -> Turn:
        note = draft.pop("note", None)
        after = State(self.name, self._next(draft), draft)
        question = self.prompt(chat, after)
        return Turn(f"{note}\n{question}" if note else question, after)

    def _next(self, draft: Data) -> str:
        known = {**draft["roster"], **draft.get("own", {})}
        if "name" not in draft or ("choices" in draft and "roster_id" not in draft):
            return "name"
        if not draft.get("code"):
            return "code"
        for fact in ("district", "size", "titles"):
            if fact not in known:
                return fact
        if "privacy_version" not in draft:
            return "consent"
        if draft["privacy_version"] is not None and not draft.get("contact"):
            return "contact"
        return "confirm"

    def _confirm(self, chat: Chat, state: State, draft: Draft, typed: str) -> Turn:
        answer = normalise(typed)
        edit = _EDIT.match(answer)
        if edit:
            return self._edit(chat, draft, EDITABLE[int(edit[1]) - 1])
        if answer not in chat.say("registration.confirm_words").split():
            return Turn(chat.say("registration.confirm_wrong"), state, understood=False)
        own = {fact: value for fact, value in draft.get("own", {}).items() if value is not None}
        contact = draft.get("contact")
        command = Command(
            name=draft["name"],
            credit_code=draft["code"],
            roster_id=draft["roster_id"],
            from_roster=draft["roster"],
            own_word=own,
            contact=Contact(*contact) if contact else None,
            privacy_version=draft["privacy_version"],
        )
        register(chat.tx, chat.person, command)
        source = "roster" if draft["roster"] else "own"
        done = chat.say(
            "registration.done", name=harmless(draft["name"]), source=chat.say(f"registration.source_word_{source}")
        )
        return Turn(done, None)

    def _edit(self, chat: Chat, draft: Draft, step: str) -> Turn:
        if step == "name":
            draft = {"roster": {}, **{key: draft[key] for key in ("privacy_version", "contact") if key in draft}}
        elif step == "code":
            draft["code"] = None
        elif step == "consent":
            draft.pop("privacy_version", None)
            draft["contact"] = None
        state = State(self.name, step, draft)
        return Turn(self.prompt(chat, state), state)

    def _summary(self, chat: Chat, draft: Data) -> str:
        def fact(name: str) -> str:
            value = {**draft["roster"], **draft.get("own", {})}[name]
            if value is None:
                abroad = name == "district" and draft["own"].get("in_nanjing") is False
                return chat.say("registration.elsewhere" if abroad else "registration.unknown")
            source = "roster" if name in draft["roster"] else "own"
            return chat.say(f"registration.source_{source}", value=shown(chat, chat.parts.policy.facts[name], value))

        contact = draft.get("contact")
        return chat.say(
            "registration.confirm",
            name=harmless(draft["name"]),
            code=draft["code"],
            district=fact("district"),
            size=fact("size"),
            titles=fact("titles"),
            contact=harmless(" ".join(contact)) if contact else chat.say("registration.no_contact"),
        )
