"""我能享受什么: first what the firm can use now, then one list covering most needs, then single questions.

What was stated a year ago is confirmed first. 上一步 goes back to the question before, whose answer can be replaced.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.answers.firm_profile import contradictions
from bot.answers.policy_answers import FirmProfile
from bot.chat.context import Chat, DialogReply
from bot.chat.fact_input import bare, shown, value_of
from bot.chat.firms.corrections import question_lines
from bot.chat.firms.profile import profile_of
from bot.chat.policy import needs_checklist, receipts
from bot.chat.policy.published_lines import open_items, taps_of, under_overview
from bot.services.firms.assessment import leave_open
from bot.services.firms.registration import save_fact
from config.commands import TypedText
from config.policy.facts import Facts
from matchmaking.eligibility.eligibility import Assessment, assess, waits_for_year
from matchmaking.eligibility.next_question import next_question
from notifications.text_splitting import MOST_TEXT_BYTES
from storage.chat import skipped_questions
from storage.chat.dialog_states import DialogState
from storage.firms import firms

# The list as a skippable question, beside the facts.
LIST = "list"
# Answered questions that 上一步 can return to.
MOST_PAST = 20


Past = Sequence[Mapping[str, Any]]


class AssessmentDialog:
    """Dialog of the open questions."""

    name = "assessment"
    waits = True

    def start(self, chat: Chat) -> DialogReply:
        """Assess the firm on what is known, report it, and ask the first open question."""
        profile = profile_of(chat)
        if profile is None:
            return DialogReply(chat.say("assessment.unregistered"), None)
        judged = _judge(chat, profile)
        return self._ask(chat, profile, judged, "", [], tell=True)

    def prompt(self, chat: Chat, state: DialogState, judged: Assessment | None = None) -> str:
        """Return the open question; with its benefit, if the verdicts are given."""
        if state.step == "list":
            return needs_checklist.question(chat.parts, state.data["offered"])
        return self._question(chat, state, judged)

    def handle(self, chat: Chat, state: DialogState, said: TypedText) -> DialogReply:
        """Handle an answer, report what it opened, and ask the next question."""
        answers = {said.normalised, bare(chat, said.normalised)}
        if answers & set(chat.say("question.stop_words").split()):
            return self._stop(chat)
        profile = profile_of(chat)
        if profile is None:
            return DialogReply(chat.say("assessment.unregistered"), None)
        if said.normalised in chat.say("registration.back_words").split():
            return self._back(chat, state)
        if answers & _keep_words(chat, state):
            return self._keep(chat, state, profile)
        if answers & set(chat.say("question.unsure_words").split()):
            return self._skip(chat, state, profile)
        if state.step == "list":
            return self._handle_list(chat, state, profile, said)
        asking = state.data["asking"]
        value = value_of(chat, chat.parts.policy.facts[asking], said)
        if value is None:
            return DialogReply(chat.say("question.wrong"), state, understood=False)
        said_back = shown(chat, chat.parts.policy.facts[asking], value)
        return self._noted(chat, state, profile, {asking: value}, chat.say("question.noted"), said_back)

    def _back(self, chat: Chat, state: DialogState) -> DialogReply:
        """Ask the question before again, with the answer given to it."""
        past = list(state.data.get("past", ()))
        if not past:
            return DialogReply(chat.say("question.first_question") + "\n" + self.prompt(chat, state), state)
        entry = past.pop()
        skipped = [fact for fact in state.data["skipped"] if fact != entry.get("asking")]
        # The parts of a choice belong to the list's answer; any later answer stands for itself.
        of_parts = any(len(path) > 1 for path in state.data.get("offered", ()))
        undo = {**(state.data.get("undo", {}) if of_parts else {}), **entry["undo"]}
        before = DialogState(self.name, entry["step"], {**entry, "undo": undo, "skipped": skipped, "past": past})
        answer = entry["said"] or chat.say("question.none_given")
        return DialogReply(chat.say("question.back", answer=answer) + "\n" + self.prompt(chat, before), before)

    def _keep(self, chat: Chat, state: DialogState, profile: FirmProfile) -> DialogReply:
        """Leave the answer as it stands: one given a year ago is stated anew."""
        if "aged" not in state.data:
            passed = [*state.data["past"], _entry(state, state.data["undo"], state.data["said"])]
            return self._ask(
                chat, profile, _judge(chat, profile), chat.say("question.unchanged"), state.data["skipped"], passed
            )
        fact = state.data["asking"]
        value = firms.own_word(chat.tx, chat.person.firm_id or 0)[fact].value
        return self._noted(chat, state, profile, {fact: value}, chat.say("question.unchanged"), state.data["said"])

    def _stop(self, chat: Chat) -> DialogReply:
        profile = profile_of(chat)
        receipt = "" if profile is None else receipts.line(chat, _judge(chat, profile))
        return DialogReply("\n".join(part for part in (chat.say("question.stopped"), receipt) if part), None)

    def _handle_list(self, chat: Chat, state: DialogState, profile: FirmProfile, said: TypedText) -> DialogReply:
        undo = state.data.get("undo", {})
        known = Facts({fact: value for fact, value in profile.facts.values.items() if fact not in undo})
        picked = needs_checklist.read(chat.parts, state.data["offered"], known, said.normalised)
        if picked is None:
            return DialogReply(chat.say("offered.wrong"), state, understood=False)
        leave_open(chat.tx, chat.person, LIST)
        labels = "、".join(picked.labels)
        noted = chat.say("question.noted_these", labels=labels) if labels else chat.say("question.noted_none")
        return self._noted(chat, state, profile, picked.facts, noted, labels, picked.parts)

    def _skip(self, chat: Chat, state: DialogState, profile: FirmProfile) -> DialogReply:
        """Leave the question open; an answer that was returned to is taken back."""
        skipped = list(state.data["skipped"])
        if state.step != "list":
            skipped.append(state.data["asking"])
        if "aged" not in state.data:
            leave_open(chat.tx, chat.person, state.data["asking"] if state.step == "ask" else LIST)
        undo = state.data.get("undo", {})
        for fact in undo:
            save_fact(chat.tx, chat.person, fact, None)
        after = (profile_of(chat) or profile) if undo else profile
        past = _passed(state, undo, "")
        return self._ask(chat, after, _judge(chat, after), chat.say("question.skipped"), skipped, past)

    def _noted(
        self,
        chat: Chat,
        state: DialogState,
        before: FirmProfile,
        known: Mapping[str, Any],
        noted: str,
        answer: str,
        parts: needs_checklist.Paths = (),
    ) -> DialogReply:
        """Save the answer, report what it opened, and continue with the parts still to be asked.

        The facts of an answer that it replaces are as they were before that.
        """
        judged_before = _judge(chat, before)
        own = firms.own_word(chat.tx, chat.person.firm_id or 0)
        undo = dict(state.data.get("undo", {}))
        for fact, value in {**undo, **known}.items():
            save_fact(chat.tx, chat.person, fact, value)
        undo |= {fact: own[fact].value if fact in own else None for fact in known if fact not in undo}
        past = _passed(state, undo, answer)
        after = profile_of(chat) or before
        judged = _judge(chat, after)
        opened = [
            chat.parts.policy.items[code]
            for code, verdict in judged.items.items()
            if verdict.verdict == "yes" and judged_before.items[code].verdict != "yes"
        ]
        overview = chat.parts.overview
        by_year = [
            item for item in overview.waiting_for_year(judged) if not waits_for_year(judged_before.items[item.code])
        ]
        if opened:
            noted = "\n".join([noted, chat.say("question.newly"), *map(overview.line, opened)])
        noted = "\n".join([noted, *overview.year_lines(by_year), *overview.besides(opened, judged)])
        if parts:
            offering = self._offering(parts, state.data["skipped"], past)
            turn = DialogReply(f"{noted}\n\n{self.prompt(chat, offering)}", offering)
        else:
            turn = self._ask(chat, after, judged, noted, state.data["skipped"], past)
        # What 更多 would have returned predates this answer.
        return replace(turn, rest=turn.rest or chat.parts.overview.everything(after, judged))

    def _ask(
        self,
        chat: Chat,
        profile: FirmProfile,
        judged: Assessment,
        said: str,
        skipped: list[str],
        past: Past = (),
        *,
        tell: bool = False,
    ) -> DialogReply:
        """Reply and ask on; with `tell`, or nothing left to ask, include what the firm can receive."""
        state = self._next_step(chat, profile, judged, skipped, past)
        asked = "" if state is None else self.prompt(chat, state, judged)
        if not (tell or state is None):
            return DialogReply(f"{said}\n\n{asked}", state)
        before = said if tell else f"{said}\n\n" + chat.say("assessment.all_known")
        receipt = "" if chat.parts.policy.expired(chat.now) else receipts.line(chat, judged)
        published = under_overview(chat, profile, judged) + taps_of(chat)
        room = MOST_TEXT_BYTES - len(f"{before}\n\n{published}\n{receipt}\n\n{asked}".encode())
        now_open = open_items(chat, profile.facts)
        told = chat.parts.overview.of(profile, judged, chat.now, room=room, open_items=now_open)
        result = "\n".join(part for part in (told.text + published, receipt) if part)
        return DialogReply("\n\n".join(part for part in (before, result, asked) if part), state, rest=told.rest)

    def _next_step(
        self, chat: Chat, profile: FirmProfile, judged: Assessment, skipped: list[str], past: Past
    ) -> DialogState | None:
        going = {"skipped": skipped, "past": list(past)}
        aged = next(((fact, day) for fact, day in profile.aged.items() if fact not in skipped), None)
        if aged is not None:
            fact, day = aged
            value = firms.own_word(chat.tx, chat.person.firm_id or 0)[fact].value
            answer = shown(chat, chat.parts.policy.facts[fact], value)
            return DialogState(self.name, "ask", {"asking": fact, "aged": day.isoformat(), "said": answer, **going})
        left_open = skipped_questions.questions(chat.tx, chat.person.id, chat.person.firm_id or 0)
        open_facts = {fact for verdict in judged.items.values() for fact in verdict.missing}
        if LIST not in left_open and not _comes_first(chat, open_facts - set(skipped)):
            offered = needs_checklist.worth_offering(chat.parts.policy, open_facts)
            if offered:
                return self._offering(offered, skipped, past)
        asking = _next(chat, profile, judged, left_open | set(skipped)) or _next(chat, profile, judged, set(skipped))
        return None if asking is None else DialogState(self.name, "ask", {"asking": asking, **going})

    def _offering(self, paths: needs_checklist.Paths, skipped: list[str], past: Past) -> DialogState:
        offered = [list(path) for path in paths]
        return DialogState(self.name, "list", {"offered": offered, "skipped": skipped, "past": list(past)})

    def _question(self, chat: Chat, state: DialogState, judged: Assessment | None) -> str:
        asking = state.data["asking"]
        fact = chat.parts.policy.facts[asking]
        lines = []
        if "aged" in state.data:
            day, answer = state.data["aged"], state.data["said"]
            lines.append(chat.say("question.aged", label=fact.label, day=day, value=answer))
        elif judged is not None and (opposed := contradictions(judged, asking)):
            lines.append(chat.say("question.contradicts", what="；".join(opposed)))
        elif judged is not None:
            concerned = [
                chat.parts.policy.items[code].title
                for code, verdict in judged.items.items()
                if asking in verdict.missing
            ]
            if len(concerned) == 1:
                lines.append(chat.say("question.hint", title=concerned[0]))
            else:
                lines.append(chat.say("question.hint_many", title=concerned[0], count=len(concerned)))
        lines += question_lines(chat, fact)
        lines.append(chat.say("question.ways"))
        return "\n".join(lines)


def _keep_words(chat: Chat, state: DialogState) -> set[str]:
    """Return the words that leave the answer shown above the question as it stands; none without one."""
    if "said" not in state.data:
        return set()
    words = set(chat.say("question.keep_words").split())
    return words | set(chat.say("question.still_words").split()) if "aged" in state.data else words


def _entry(state: DialogState, undo: Mapping[str, Any], said: str) -> dict[str, Any]:
    """Return an answered question as 上一步 comes back to it. `undo`: its facts as they were before."""
    asked = {key: state.data[key] for key in ("asking", "offered") if key in state.data}
    return {"step": state.step, **asked, "undo": dict(undo), "said": said}


def _passed(state: DialogState, undo: Mapping[str, Any], said: str) -> list[dict[str, Any]]:
    return [*state.data.get("past", ()), _entry(state, undo, said)][-MOST_PAST:]


def _judge(chat: Chat, profile: FirmProfile) -> Assessment:
    return assess(chat.parts.policy, profile.facts, chat.now, chat.published.rules(chat.now))


def _comes_first(chat: Chat, open_facts: set[str]) -> bool:
    """Tell whether a fact is open without which the list would be pointless: title, place, size."""
    return not open_facts.isdisjoint(chat.parts.policy.ask_first)


def _next(chat: Chat, profile: FirmProfile, judged: Assessment, left_open: set[str] | frozenset[str]) -> str | None:
    """Return the best of these questions. Skipped facts stay unknown, so their items cannot be settled: their other
    facts are not worth asking.
    """
    missing = {code: verdict.missing for code, verdict in judged.items.items() if left_open.isdisjoint(verdict.missing)}
    size = profile.facts.get("size")
    likely = chat.parts.policy.likely.for_firm(size if isinstance(size, str) else None, profile.name)
    now_open = open_items(chat, profile.facts)
    return next_question(chat.parts.policy, missing, open_items=now_open, likely=likely)
