"""我的同事, 加入, 解绑: firm membership. Numbers refer to the list last shown to the administrator."""

import re
from typing import Any

from bot.chat.context import Chat, DialogReply
from bot.services.firms import membership as membership_service
from bot.services.firms.membership import Seat
from config.commands import TypedText
from config.markup import harmless
from storage.chat.dialog_states import DialogState
from storage.firms import firms, join_requests, verifications
from storage.people import people
from storage.people.roles import RoleKind

ORDER = re.compile(r"(同意|拒绝|移除|移交)\s*+(?:给)?\s*+第?\s*+(\d{1,2})\s*+[号位个]?")
MOST_SHOWN = 20


class MembershipDialog:
    """Dialog of a joining person, and of an administrator with a numbered list."""

    name = "colleagues"
    waits = False

    def prompt(self, chat: Chat, state: DialogState) -> str:
        """Return the question to a joining person; a shown list simply lapses."""
        return "" if state.step == "list" else _say(chat, f"ask_{state.step}")

    def handle(self, chat: Chat, state: DialogState, said: TypedText) -> DialogReply:
        """Handle a joining person's answer."""
        if state.step == "kind":
            kind = {"1": RoleKind.FIRM_MEMBER, "2": RoleKind.FIRM_AGENT}.get(said.choice)
            if kind is None:
                return DialogReply(_say(chat, "kind_wrong"), state, understood=False)
            contact = people.contact(chat.tx, chat.person.id)
            if contact is None:
                return DialogReply(_say(chat, "ask_name"), DialogState(self.name, "name", {"kind": kind.value}))
            return self._join(chat, kind, contact.name)
        if state.step == "name":
            name = " ".join(said.raw.split())
            if not 2 <= len(name) <= membership_service.LONGEST_NAME:
                return DialogReply(_say(chat, "name_wrong"), state, understood=False)
            return self._join(chat, RoleKind(state.data["kind"]), name)
        return DialogReply("", None, understood=False)

    def order(self, chat: Chat, order: re.Match[str]) -> DialogReply | None:
        """Do what the firm's administrator says of a number on the list; None from anybody else."""
        seat = membership_service.seat_of(chat.tx, chat.person)
        if seat is None:
            return None
        if not chat.encrypted:
            return DialogReply(chat.parts.texts("proof.not_encrypted"), chat.running)
        return self._obey(chat, seat, chat.running, order[1], int(order[2]))

    def show(self, chat: Chat) -> DialogReply:
        """我的同事: the numbered list, to the firm's administrator."""
        refused = self._refuse(chat)
        if refused is not None:
            return refused
        seat = membership_service.seat_of(chat.tx, chat.person)
        return DialogReply(_say(chat, "not_yours"), chat.running) if seat is None else self._list(chat, seat)

    def join(self, chat: Chat) -> DialogReply:
        """加入: ask to belong to a firm that is proven already."""
        refused, firm_id = self._refuse(chat), chat.person.firm_id
        if refused is not None or firm_id is None:
            return refused or DialogReply(_say(chat, "not_registered"), chat.running)
        if verifications.of_firm(chat.tx, firm_id) is not None:
            return DialogReply(_say(chat, "belongs_already"), chat.running)
        if firms.get(chat.tx, firm_id).credit_code is None:
            return DialogReply(chat.parts.texts("errors.join_without_code"), chat.running)
        return DialogReply(_say(chat, "ask_kind"), DialogState(self.name, "kind", {}))

    def leave(self, chat: Chat, *, anyway: bool) -> DialogReply:
        """解绑: leave the firm; `anyway`, although others are left without an administrator."""
        refused = self._refuse(chat)
        if refused is not None:
            return refused
        left_behind = membership_service.leave(chat.tx, chat.parts.texts, chat.person, anyway=anyway)
        if left_behind:
            return DialogReply(chat.parts.texts("colleagues.hand_over_first", count=left_behind), chat.running)
        return DialogReply(_say(chat, "left"), None)

    def _refuse(self, chat: Chat) -> DialogReply | None:
        if not chat.encrypted:
            return DialogReply(chat.parts.texts("proof.not_encrypted"), chat.running)
        return DialogReply(_say(chat, "not_registered"), chat.running) if chat.person.firm_id is None else None

    def _join(self, chat: Chat, kind: RoleKind, name: str) -> DialogReply:
        most = chat.parts.proving.joins_a_day
        taken = membership_service.request_to_join(chat.tx, chat.parts.texts, chat.person, kind, name, most)
        return DialogReply(_say(chat, "asked" if taken else "asked_too_often"), None)

    def _obey(self, chat: Chat, seat: Seat, running: DialogState | None, verb: str, number: int) -> DialogReply:
        shown = running.data["shown"] if running is not None and running.journey == self.name else []
        if running is None or running.step != "list" or not 1 <= number <= len(shown):
            return self._list(chat, seat, _say(chat, "number_wrong"))
        what, found_id = shown[number - 1]
        tx, texts = chat.tx, chat.parts.texts
        if (what == "join") != (verb in ("同意", "拒绝")):
            return self._list(chat, seat, _say(chat, "verb_wrong"))
        match verb:
            case "同意":
                membership_service.approve(tx, texts, seat, found_id)
                done = texts("colleagues.approved")
            case "拒绝":
                membership_service.refuse(tx, texts, seat, found_id)
                done = texts("colleagues.refused")
            case "移除":
                membership_service.remove(tx, texts, seat, found_id)
                done = texts("colleagues.removed")
            case _:
                membership_service.transfer_administration(tx, texts, seat, found_id)
                return DialogReply(texts("colleagues.handed_over"), None)
        return self._list(chat, seat, done)

    def _list(self, chat: Chat, seat: Seat, above: str = "") -> DialogReply:
        texts = chat.parts.texts
        nameless = _say(chat, "nameless")
        shown: list[list[Any]] = []
        lines = [above] if above else []
        waiting = join_requests.waiting(chat.tx, seat.credit_code)[:MOST_SHOWN]
        lines += [_say(chat, "head_waiting")] if waiting else []
        for join in waiting:
            shown.append(["join", join.id])
            kind = texts(f"colleagues.as_{join.kind}")
            lines.append(texts("colleagues.line", number=len(shown), name=harmless(join.name), kind=kind))
        lines.append(_say(chat, "head_people"))
        for one in membership_service.of_firm(chat.tx, seat.firm_id)[: MOST_SHOWN - len(waiting)]:
            name = harmless(one.name or nameless)
            shown.append(["person", one.person_id])
            kind = texts(f"colleagues.as_{one.kind.value}")
            lines.append(texts("colleagues.line", number=len(shown), name=name, kind=kind))
        lines.append(_say(chat, "ways"))
        return DialogReply("\n".join(lines), DialogState(self.name, "list", {"shown": shown}))


def _say(chat: Chat, key: str) -> str:
    return chat.parts.texts(f"colleagues.{key}")
