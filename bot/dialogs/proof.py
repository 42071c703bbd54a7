"""核验: the firm one registered becomes proven, by a code that an official gave."""

import re
import unicodedata

from bot.dialogs.chat import Chat, Turn
from bot.dialogs.entry import Door
from bot.dialogs.links import harmless
from bot.services import proofs as service
from bot.services.entry import normal_code
from storage import firms
from storage.dialogs import State

_CODE = re.compile(r"\s*核验\s*码?\s*[:：]?\s*([0-9A-Za-z][0-9A-Za-z\s-]{6,14})\s*")


class Proving:
    """What is said to somebody who proves their firm."""

    name = "proof"

    def __init__(self, door: Door) -> None:
        self._door = door

    def asked(self, chat: Chat, running: State | None, typed: str, *, secure: bool) -> Turn | None:
        """The turn of words that are about proving; None for any others."""
        typed = unicodedata.normalize("NFKC", typed)
        code = _CODE.fullmatch(typed)
        if code is None and chat.parts.words.command(typed) != "prove":
            return None
        if not (secure or self._door.plain_mode):
            return Turn(_say(chat, "not_encrypted"), running)
        if code is None:
            return Turn(_say(chat, "how" if chat.person.firm_id is not None else "not_registered"), running)
        outcome = service.use_code(chat.tx, chat.person, normal_code(code[1]))
        if outcome is service.Outcome.PROVEN and chat.person.firm_id is not None:
            return Turn(proven_words(chat, chat.person.firm_id), running)
        return Turn(_say(chat, outcome.value), running)


def proven_words(chat: Chat, firm_id: int) -> str:
    """What somebody reads whose firm is proven now."""
    return chat.parts.texts("proof.proven", firm=harmless(firms.get(chat.tx, firm_id).name))


def _say(chat: Chat, key: str) -> str:
    return chat.parts.texts(f"proof.{key}")
