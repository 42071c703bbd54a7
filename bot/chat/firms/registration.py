"""Registration dialog: name → code → district → size → titles → contact → confirm.

Roster data is not asked again; it is shown at the end. 上一步 goes back, 修改 N changes one answer, 帮助 explains a
step, 取消 ends it anywhere; nothing is saved before 确认.
"""

import re

from bot.chat.context import Chat, Data, DialogReply
from bot.chat.fact_input import shown
from bot.chat.firms.name_step import Name
from bot.chat.firms.registration_code import CodeStep
from bot.chat.firms.size_step import SizeStep
from bot.chat.firms.steps import ConsentStep, ContactStep, Draft, OneFact, RegistrationStep, TitlesStep
from bot.chat.firms.zone import ZoneDialog
from bot.services.firms.registration import RegistrationCommand as Command
from bot.services.firms.registration import former_firm, register
from config.commands import TypedText
from config.markup import harmless
from storage.chat.dialog_states import DialogState
from storage.people.people import PersonContact

# What the roster may already provide, in the order in which it is asked otherwise.
OPEN = ("code", "district", "size", "titles")
# Targets of "修改 N", in the confirmation's order.
EDITABLE = ("name", *OPEN, "consent")
_EDIT = re.compile(r"(?:修改|改)第?([1-6])项?$")


class RegistrationDialog:
    """Dialog of one registration."""

    name = "registration"
    waits = True

    def __init__(self) -> None:
        self._name = Name()
        self._zone = ZoneDialog()
        self._steps: dict[str, RegistrationStep] = {
            "name": self._name,
            "code": CodeStep(),
            "district": OneFact("district", "elsewhere", {"in_nanjing": False}),
            "size": SizeStep(),
            "titles": TitlesStep(),
            "consent": ConsentStep(),
            "contact": ContactStep(),
        }

    def start(self, chat: Chat, typed_name: TypedText | None = None) -> DialogReply:
        """Start; a name already typed is taken as the first answer."""
        state = DialogState(self.name, "name", {"roster": {}})
        if typed_name is not None:
            return self.handle(chat, state, typed_name)
        return DialogReply(self.prompt(chat, state), state)

    def start_known(self, chat: Chat, name: str, entry_id: int | None) -> DialogReply:
        """Start with a name just looked up: this roster entry, or none."""
        draft: Draft = {"roster": {}}
        self._name.settle(chat, draft, name, entry_id)
        return self._go_on(chat, draft)

    def resume(self, chat: Chat, state: DialogState) -> DialogReply:
        """Answer a request to register during registration: the current position and question."""
        if state.step == "name" and "choices" not in state.data:
            return self.start(chat)
        number, _ = self._place(state.step, state.data)
        return DialogReply(chat.say("registration.resume", number=number) + "\n" + self.prompt(chat, state), state)

    def prompt(self, chat: Chat, state: DialogState) -> str:
        """Return this step's question, with its number and the total."""
        if state.step == "confirm":
            asked = self._summary(chat, state.data)
        else:
            asked = self._steps[state.step].prompt(chat, state.data)
        if "name" not in state.data:
            return asked
        number, count = self._place(state.step, state.data)
        return chat.say("registration.step", number=number, count=count) + asked

    def handle(self, chat: Chat, state: DialogState, said: TypedText) -> DialogReply:
        """Handle an answer and ask the next question, or explain what is expected."""
        draft: Draft = dict(state.data)
        answer = said.normalised
        edit = _EDIT.match(answer)
        if edit and "name" in draft:
            return self._edit(chat, draft, EDITABLE[int(edit[1]) - 1])
        if answer in chat.say("registration.back_words").split():
            return self._back(chat, state, draft)
        if said.command == "help" and "choices" not in draft:
            return DialogReply(chat.say(f"registration.help_{state.step}") + "\n" + self.prompt(chat, state), state)
        if state.step == "confirm":
            return self._confirm(chat, state, draft, answer)
        wrong = self._steps[state.step].take(chat, draft, said)
        if wrong is not None:
            # A step may mark the answer as doubtful: repeating it is accepted.
            noted = draft.get("doubted") != state.data.get("doubted")
            return DialogReply(wrong, DialogState(self.name, state.step, draft), understood=noted)
        return self._go_on(chat, draft)

    def _go_on(self, chat: Chat, draft: Draft) -> DialogReply:
        note = draft.pop("note", None)
        draft.pop("doubted", None)
        if "name" in draft and "asked" not in draft:
            known = {**draft["roster"], "code": draft.get("code")}
            draft["asked"] = [step for step in OPEN if not known.get(step) and known.get(step) != []]
        after = DialogState(self.name, self._next(draft), draft)
        question = self.prompt(chat, after)
        return DialogReply(f"{note}\n{question}" if note else question, after)

    def _next(self, draft: Data) -> str:
        known = {**draft["roster"], **draft.get("own", {})}
        if "name" not in draft or ("choices" in draft and "roster_id" not in draft):
            return "name"
        if draft.get("code") is None:
            return "code"
        if "sizing" in draft:
            return "size"
        for fact in ("district", "size", "titles"):
            if fact not in known:
                return fact
        if "privacy_version" not in draft:
            return "consent"
        if draft["privacy_version"] is not None and not draft.get("contact"):
            return "contact"
        return "confirm"

    def _place(self, step: str, draft: Data) -> tuple[int, int]:
        """Return (step number, total) of the steps this firm is asked."""
        plan = self._plan(draft)
        step = "consent" if step == "contact" else step
        # A roster fact being changed is asked in its place, although not in the plan.
        number = plan.index(step) + 1 if step in plan else 2
        return number, len(plan)

    def _plan(self, draft: Data) -> list[str]:
        return ["name", *draft.get("asked", OPEN), "consent", "confirm"]

    def _back(self, chat: Chat, state: DialogState, draft: Draft) -> DialogReply:
        if draft.pop("sizing", None) is not None:
            state = DialogState(self.name, "size", draft)
            return DialogReply(self.prompt(chat, state), state)
        number, _ = self._place(state.step, draft)
        if number == 1:
            return DialogReply(chat.say("registration.first_step") + "\n" + self.prompt(chat, state), state)
        return self._edit(chat, draft, "consent" if state.step == "contact" else self._plan(draft)[number - 2])

    def _confirm(self, chat: Chat, state: DialogState, draft: Draft, answer: str) -> DialogReply:
        if answer not in chat.say("registration.confirm_words").split():
            return DialogReply(chat.say("registration.confirm_wrong"), state, understood=False)
        contact = draft.get("contact")
        command = Command(
            name=draft["name"],
            credit_code=draft["code"] or None,
            roster_id=draft["roster_id"],
            own_word=draft.get("own", {}),
            contact=PersonContact(*contact) if contact else None,
            privacy_version=draft["privacy_version"],
            code_doubtful=draft.get("code_doubtful", False),
        )
        firm_id = register(chat.tx, chat.person, command, chat.parts.texts)
        source = "roster" if draft["roster"] else "own"
        done = chat.say(
            "registration.done", name=harmless(draft["name"]), source=chat.say(f"registration.source_word_{source}")
        )
        return self._zone.after_registering(chat, firm_id, done) or DialogReply(done, None)

    def _edit(self, chat: Chat, draft: Draft, step: str) -> DialogReply:
        draft.pop("sizing", None)
        if step == "name":
            draft = {"roster": {}, **{key: draft[key] for key in ("privacy_version", "contact") if key in draft}}
        elif step == "code":
            draft["code"] = None
        elif step == "consent":
            draft.pop("privacy_version", None)
            draft["contact"] = None
        state = DialogState(self.name, step, draft)
        return DialogReply(self.prompt(chat, state), state)

    def _summary(self, chat: Chat, draft: Data) -> str:
        def fact(name: str) -> str:
            value = {**draft["roster"], **draft.get("own", {})}[name]
            if value is None:
                abroad = name == "district" and draft["own"].get("in_nanjing") is False
                return chat.say("registration.elsewhere" if abroad else "registration.unknown")
            source = "roster" if name in draft["roster"] else "own"
            return chat.say(f"registration.source_{source}", value=shown(chat, chat.parts.policy.facts[name], value))

        contact = draft.get("contact")
        former = former_line(chat, draft["name"], draft["code"] or None)
        code = harmless(draft["code"]) or chat.say("registration.code_later")
        return former + chat.say(
            "registration.confirm",
            name=harmless(draft["name"]),
            code=chat.say("registration.code_to_check", code=code) if draft.get("code_doubtful") else code,
            district=fact("district"),
            size=fact("size"),
            titles=fact("titles"),
            contact=harmless(" ".join(contact)) if contact else chat.say("registration.no_contact"),
        )


def former_line(chat: Chat, name: str, code: str | None) -> str:
    """Return the line on what is kept or left behind of the firm represented so far; empty without one."""
    former = former_firm(chat.tx, chat.person, name, code)
    if former is None:
        return ""
    verified = chat.say("registration.former_verified") if former.verified else ""
    key = "registration.former_same" if former.same else "registration.former_other"
    return chat.say(key, firm=harmless(former.name), count=former.facts, verified=verified) + "\n"
