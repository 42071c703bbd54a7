"""我的同事, 加入, 解绑: who belongs to the firm. Numbers mean what the administrator was shown last."""

import re
import unicodedata
from typing import Any

from bot.chat.context import Chat, Turn
from bot.chat.people.login import Door
from bot.services.firms import membership as service
from bot.services.firms.membership import Seat
from config.commands import normalise
from config.markup import harmless
from config.verification_limits import Proving
from storage.chat.dialog_states import State
from storage.firms import firms, verifications
from storage.firms import join_requests as rows
from storage.people import people
from storage.people.roles import Kind

_ORDER = re.compile(r"(同意|拒绝|移除|移交)\s*+(?:给)?\s*+第?\s*+(\d{1,2})\s*+[号位个]?")
_COMMANDS = ("colleagues", "join", "leave", "leave_anyway")
MOST_SHOWN = 20


class Colleagues:
    """The journey of somebody who joins, and of an administrator with a numbered list."""

    name = "colleagues"

    def __init__(self, door: Door, figures: Proving | None = None) -> None:
        self._door = door
        self._figures = figures or Proving.load()

    def prompt(self, chat: Chat, state: State) -> str:
        """The question to somebody who joins; a list that was shown simply lapses."""
        return "" if state.step == "list" else _say(chat, f"ask_{state.step}")

    def hear(self, chat: Chat, state: State, typed: str) -> Turn:
        """An answer of somebody who joins."""
        if state.step == "kind":
            answer = normalise(typed).rstrip(".、")
            kind = {"1": Kind.FIRM_MEMBER, "2": Kind.FIRM_AGENT}.get(answer)
            if kind is None:
                return Turn(_say(chat, "kind_wrong"), state, understood=False)
            contact = people.contact(chat.tx, chat.person.id)
            if contact is None:
                return Turn(_say(chat, "ask_name"), State(self.name, "name", {"kind": kind.value}))
            return self._join(chat, kind, contact.name)
        if state.step == "name":
            name = " ".join(typed.split())
            if not 2 <= len(name) <= service.LONGEST_NAME:
                return Turn(_say(chat, "name_wrong"), state, understood=False)
            return self._join(chat, Kind(state.data["kind"]), name)
        return Turn("", None, understood=False)

    def asked(self, chat: Chat, running: State | None, typed: str, *, secure: bool) -> Turn | None:
        """The turn of words that are about colleagues; None for any others."""
        order = _ORDER.fullmatch(unicodedata.normalize("NFKC", typed))
        command = chat.parts.words.command(typed)
        seat = service.seat_of(chat.tx, chat.person) if order or command == "colleagues" else None
        if command not in _COMMANDS and (order is None or seat is None):
            return None
        if not (secure or self._door.plain_mode):
            return Turn(chat.parts.texts("proof.not_encrypted"), running)
        if seat is not None and order is not None:
            return self._obey(chat, seat, running, order[1], int(order[2]))
        if chat.person.firm_id is None:
            return Turn(_say(chat, "not_registered"), running)
        match command:
            case "join":
                return self._start(chat, running, chat.person.firm_id)
            case "colleagues" if seat is not None:
                return self._list(chat, seat)
            case "colleagues":
                return Turn(_say(chat, "not_yours"), running)
        left_behind = service.leave(chat.tx, chat.parts.texts, chat.person, anyway=command == "leave_anyway")
        if left_behind:
            return Turn(chat.parts.texts("colleagues.hand_over_first", count=left_behind), running)
        return Turn(_say(chat, "left"), None)

    def _start(self, chat: Chat, running: State | None, firm_id: int) -> Turn:
        if verifications.of_firm(chat.tx, firm_id) is not None:
            return Turn(_say(chat, "belongs_already"), running)
        if firms.get(chat.tx, firm_id).credit_code is None:
            return Turn(chat.parts.texts("errors.join_without_code"), running)
        return Turn(_say(chat, "ask_kind"), State(self.name, "kind", {}))

    def _join(self, chat: Chat, kind: Kind, name: str) -> Turn:
        most = self._figures.joins_a_day
        taken = service.ask_to_join(chat.tx, chat.parts.texts, chat.person, kind, name, most)
        return Turn(_say(chat, "asked" if taken else "asked_too_often"), None)

    def _obey(self, chat: Chat, seat: Seat, running: State | None, verb: str, number: int) -> Turn:
        shown = running.data["shown"] if running is not None and running.journey == self.name else []
        if running is None or running.step != "list" or not 1 <= number <= len(shown):
            return self._list(chat, seat, _say(chat, "number_wrong"))
        what, found_id = shown[number - 1]
        tx, texts = chat.tx, chat.parts.texts
        if (what == "join") != (verb in ("同意", "拒绝")):
            return self._list(chat, seat, _say(chat, "verb_wrong"))
        match verb:
            case "同意":
                service.approve(tx, texts, seat, found_id)
                done = texts("colleagues.approved")
            case "拒绝":
                service.refuse(tx, texts, seat, found_id)
                done = texts("colleagues.refused")
            case "移除":
                service.remove(tx, texts, seat, found_id)
                done = texts("colleagues.removed")
            case _:
                service.hand_over(tx, texts, seat, found_id)
                return Turn(texts("colleagues.handed_over"), None)
        return self._list(chat, seat, done)

    def _list(self, chat: Chat, seat: Seat, above: str = "") -> Turn:
        texts = chat.parts.texts
        nameless = _say(chat, "nameless")
        shown: list[list[Any]] = []
        lines = [above] if above else []
        waiting = rows.waiting(chat.tx, seat.credit_code)[:MOST_SHOWN]
        lines += [_say(chat, "head_waiting")] if waiting else []
        for join in waiting:
            shown.append(["join", join.id])
            kind = texts(f"colleagues.as_{join.kind}")
            lines.append(texts("colleagues.line", number=len(shown), name=harmless(join.name), kind=kind))
        lines.append(_say(chat, "head_people"))
        for one in service.of_firm(chat.tx, seat.firm_id)[: MOST_SHOWN - len(waiting)]:
            name = harmless(one.name or nameless)
            shown.append(["person", one.person_id])
            kind = texts(f"colleagues.as_{one.kind.value}")
            lines.append(texts("colleagues.line", number=len(shown), name=name, kind=kind))
        lines.append(_say(chat, "ways"))
        return Turn("\n".join(lines), State(self.name, "list", {"shown": shown}))


def _say(chat: Chat, key: str) -> str:
    return chat.parts.texts(f"colleagues.{key}")
