"""修改 3, 算力填错了，改成没有: corrections of the firm's facts; what is stated in words is confirmed before saving."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.answers.correction_words import FactCorrection, proposals
from bot.chat.context import Chat, DialogReply
from bot.chat.fact_input import bare, numbered, options, shown, value_of
from bot.chat.firms.profile import numbered_facts
from bot.services.firms.registration import correct_facts
from config.calendar import shanghai_day
from config.commands import TypedText
from config.errors import InputError
from config.markup import harmless
from config.policy.facts import Fact, FactChoice
from storage.chat.dialog_states import DialogState
from storage.firms import firms
from storage.firms.firms import KnownFact

EDIT = re.compile(r"(?:修改|更改|更正|改)第?\s{0,4}(?:(\d{1,2})项?|(\S.{0,30}))[。！]?")
UNCHANGED = re.compile(r"(?:没变|没有变|不变)\s{0,4}(\d{1,2})[。！]?")
_MOST_ITEMS = 3


class CorrectionDialog:
    """Dialog of one correction: which fact, its question, or a yes or no to what was stated."""

    name = "correction"
    waits = False

    def edit(self, chat: Chat, typed: re.Match[str]) -> DialogReply | str | None:
        """修改 N, or 修改 and a fact's name: ask that fact again; None for a name of no fact."""
        if typed[1] is None:
            facts = chat.parts.talk.corrections.named(typed[2])
            if not facts:
                return None
            return self._unregistered(chat) or self._which(chat, facts, None, asks=True)
        found = _numbered(chat, typed[1])
        if isinstance(found, str):
            return found
        fact, known = found
        return self._ask(chat, fact, known)

    def confirm_unchanged(self, chat: Chat, typed: re.Match[str]) -> str:
        """没变 N: keep the fact's value as stated today. Raises InputError for a fact of the roster."""
        found = _numbered(chat, typed[1])
        if isinstance(found, str):
            return found
        fact, known = found
        correct_facts(chat.tx, chat.person, chat.parts.policy, {fact.name: known.value})
        now, day = shown(chat, fact, known.value), shanghai_day(chat.now).isoformat()
        return chat.parts.texts("corrections.confirmed", label=fact.label, now=now, day=day)

    def start(self, chat: Chat) -> DialogReply | str | None:
        """Say back what was stated, and ask whether to save it; None if the text corrects nothing."""
        stated = chat.parts.talk.corrections.read(chat.said.raw)
        if stated is None or chat.person.firm_id is None or chat.parts.policy.expired(chat.now):
            return None
        known = firms.facts(chat.tx, chat.person.firm_id)
        recorded = {name: entry.value for name, entry in known.items()}
        found = proposals(stated, recorded)
        if not found:
            return None
        unclear = next((one for one in found if one.asks or len(one.facts) > 1), None)
        if unclear is not None:
            return self._which(chat, unclear.facts, unclear.value, asks=unclear.asks)
        return self._propose(chat, known, found)

    def prompt(self, chat: Chat, state: DialogState) -> str:
        """Return the question asked again; nothing for an offer, which lapses with the next message."""
        match state.step:
            case "ask":
                return self._question(chat, chat.parts.policy.facts[state.data["fact"]])
            case "which":
                return _choices(chat, state.data["facts"])
        return ""

    def handle(self, chat: Chat, state: DialogState, said: TypedText) -> DialogReply:
        """Handle the choice of a fact, its new value, or a yes or no; ignore anything else."""
        if state.step == "which":
            number = said.number(2) or 0
            facts = state.data["facts"]
            if not 1 <= number <= len(facts):
                return DialogReply(self.prompt(chat, state), state, understood=False)
            return self._which(chat, facts[number - 1 : number], state.data["value"], asks=state.data["asks"])
        if state.step == "ask":
            return self._take(chat, state, said)
        answer = said.normalised
        if answer in chat.say("question.no_words").split():
            return DialogReply(chat.parts.texts("corrections.kept"), None)
        if answer not in chat.say("question.yes_words").split():
            return DialogReply("", None, understood=False)
        return self._keep(chat, state.data["changes"])

    def _take(self, chat: Chat, state: DialogState, said: TypedText) -> DialogReply:
        fact = chat.parts.policy.facts[state.data["fact"]]
        if {said.normalised, bare(chat, said.normalised)} & set(chat.say("question.unsure_words").split()):
            return self._keep(chat, {fact.name: None})
        value = value_of(chat, fact, said)
        if value is None:
            return DialogReply(chat.parts.texts("corrections.wrong"), state, understood=False)
        return self._keep(chat, {fact.name: value})

    def _which(self, chat: Chat, facts: Sequence[str], value: Any, *, asks: bool) -> DialogReply:
        """Ask which fact is meant; of one alone, its value, or whether to save the one stated."""
        known = firms.facts(chat.tx, chat.person.firm_id or 0)
        if len(facts) == 1:
            fact = chat.parts.policy.facts[facts[0]]
            if asks:
                return self._ask(chat, fact, known.get(fact.name))
            return self._propose(chat, known, [FactCorrection((fact.name,), value)])
        state = DialogState(self.name, "which", {"facts": list(facts), "value": value, "asks": asks})
        return DialogReply(_choices(chat, facts), state)

    def _ask(self, chat: Chat, fact: Fact, known: KnownFact | None) -> DialogReply:
        """Ask a fact again below its present value; the roster's cannot be edited."""
        if known is not None and known.source == "roster":
            return DialogReply(_of_roster(chat, fact), None)
        texts = chat.parts.texts
        now = texts("corrections.now_unknown", label=fact.label)
        if known is not None:
            source, day = chat.say(f"profile.source_{known.source}"), shanghai_day(known.learned).isoformat()
            value = shown(chat, fact, known.value)
            now = texts("corrections.now", label=fact.label, value=value, source=source, day=day)
        state = DialogState(self.name, "ask", {"fact": fact.name})
        return DialogReply(now + "\n" + self._question(chat, fact), state)

    def _question(self, chat: Chat, fact: Fact) -> str:
        return "\n".join([*question_lines(chat, fact), chat.parts.texts("corrections.ways")])

    def _propose(self, chat: Chat, known: Mapping[str, KnownFact], found: Sequence[FactCorrection]) -> DialogReply:
        policy, texts = chat.parts.policy, chat.parts.texts
        for one in found:
            if (entry := known.get(one.facts[0])) is not None and entry.source == "roster":
                return DialogReply(_of_roster(chat, policy.facts[one.facts[0]]), None)
        recorded = {name: entry.value for name, entry in known.items()}
        changes = {one.facts[0]: one.value for one in found if recorded.get(one.facts[0]) != one.value}
        if not changes:
            return DialogReply(self._same(chat, policy.facts[found[0].facts[0]], known), None)
        lines = _changes(chat, recorded, changes)
        about = [
            code for code, item in policy.items.items() if any(condition.fact in changes for condition in item.when)
        ]
        if about:
            codes = "、".join(texts("corrections.code", code=code) for code in about[:_MOST_ITEMS])
            lines.append(texts("corrections.policy", codes=codes))
        firm = harmless(firms.get(chat.tx, chat.person.firm_id or 0).name)
        state = DialogState(self.name, "confirm", {"changes": changes})
        return DialogReply(texts("corrections.propose", firm=firm, changes="\n".join(lines)), state)

    def _same(self, chat: Chat, fact: Fact, known: Mapping[str, KnownFact]) -> str:
        """Return that the fact is recorded so, which is from today on the day it was stated."""
        entry = known.get(fact.name)
        if entry is None:
            return chat.parts.texts("corrections.kept")
        correct_facts(chat.tx, chat.person, chat.parts.policy, {fact.name: entry.value})
        now, day = shown(chat, fact, entry.value), shanghai_day(entry.learned).isoformat()
        return chat.parts.texts("corrections.same", label=fact.label, now=now, day=day)

    def _keep(self, chat: Chat, changes: Mapping[str, Any]) -> DialogReply:
        """Save the changes, and report each with what was recorded before."""
        texts = chat.parts.texts
        recorded = {name: entry.value for name, entry in firms.facts(chat.tx, chat.person.firm_id or 0).items()}
        correct_facts(chat.tx, chat.person, chat.parts.policy, changes)
        lines = [texts("corrections.done", day=shanghai_day(chat.now).isoformat())]
        lines += [*_changes(chat, recorded, changes), texts("corrections.follow")]
        return DialogReply("\n".join(lines), None)

    def _unregistered(self, chat: Chat) -> DialogReply | None:
        return DialogReply(chat.say("profile.none"), None) if chat.person.firm_id is None else None


def question_lines(chat: Chat, fact: Fact) -> list[str]:
    """Return a fact's question and its possible answers."""
    lines = [fact.question]
    if fact.kind == "bool":
        yes, no = fact.answers
        lines.append(chat.say("question.yes_or_no", yes=yes, no=no))
    else:
        lines.append(numbered(chat, options(chat, fact)))
    if fact.kind in ("set", "items"):
        lines.append(chat.say("common.choice", number=0, label=chat.say("question.none")))
    return lines


def _numbered(chat: Chat, typed: str) -> tuple[Fact, KnownFact] | str:
    """Return the fact of this number in 我的资料, or what is said where there is none."""
    if chat.person.firm_id is None:
        return chat.say("profile.none")
    listed, number = numbered_facts(chat), int(typed)
    if not 1 <= number <= len(listed):
        return chat.parts.texts("corrections.no_number", number=number)
    return listed[number - 1]


def _choices(chat: Chat, facts: Sequence[str]) -> str:
    labels = [FactChoice(name, chat.parts.policy.facts[name].label) for name in facts]
    return chat.parts.texts("corrections.which") + "\n" + numbered(chat, labels)


def _of_roster(chat: Chat, fact: Fact) -> str:
    return chat.parts.texts.error(InputError("fact_of_roster", label=fact.label))


def _changes(chat: Chat, recorded: Mapping[str, Any], changes: Mapping[str, Any]) -> list[str]:
    texts, facts = chat.parts.texts, chat.parts.policy.facts

    def words(name: str, value: Any) -> str:
        return texts("corrections.not_known") if value is None else shown(chat, facts[name], value)

    return [
        texts("corrections.change", label=facts[name].label, was=words(name, recorded.get(name)), now=words(name, now))
        for name, now in changes.items()
    ]
