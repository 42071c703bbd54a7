"""Credit code step: old codes are explained; on insistence a doubtful one is saved for a manual check."""

from bot.chat.context import Chat, Data
from bot.chat.firms.steps import Draft
from config.commands import TypedText
from matchmaking.names import credit_code

# 组织机构代码 has 9 characters, an old licence number 13 or 15, an old tax number 15.
OLD_LENGTHS = (9, 13, 15)


class CodeStep:
    """The credit code, with its check character; may be skipped."""

    def prompt(self, chat: Chat, draft: Data) -> str:
        return chat.say("registration.code")

    def take(self, chat: Chat, draft: Draft, said: TypedText) -> str | None:
        if said.normalised in chat.say("registration.code_none_words").split():
            draft.update(code="", code_doubtful=False)
            return None
        code = credit_code.normalise(said.raw)
        doubted = draft.get("doubted")
        insists = doubted == code or said.normalised in chat.say("registration.code_insist_words").split()
        if not (code.isascii() or (doubted and insists)):
            return chat.say("registration.code_wrong")
        doubt = doubt_about(code)
        if doubt is None:
            draft.update(code=code, code_doubtful=False)
            return None
        if doubted and insists:
            draft.update(code=draft.pop("doubted"), code_doubtful=True)
            draft["note"] = chat.say("registration.code_kept")
            return None
        if doubt in ("length", "character"):
            return chat.parts.texts(f"errors.credit_code_{doubt}", length=len(code))
        draft["doubted"] = code
        why = (
            chat.say("registration.code_old", length=len(code))
            if doubt == "old"
            else chat.say("registration.code_check")
        )
        return why + chat.say("registration.code_insist")


def doubt_about(code: str) -> str | None:
    """Return None for a valid code; `old` or `check` for one a person may insist on; else `length` or `character`."""
    fault = credit_code.fault(code)
    if fault == "length" and len(code) in OLD_LENGTHS and code.isascii() and code.isalnum():
        return "old"
    return fault
