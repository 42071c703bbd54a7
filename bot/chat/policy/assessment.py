"""我能享受什么: first what the firm can use now, then one list covering most needs, then single questions."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.answers.policy_answers import FirmProfile
from bot.chat.context import Chat, DialogReply
from bot.chat.fact_input import bare, numbered, options, value_of
from bot.chat.firms.profile import profile_of
from bot.chat.policy import needs_checklist, receipts
from bot.chat.policy.published_lines import open_items, taps_of, under_overview
from bot.services.firms.assessment import leave_open
from bot.services.firms.registration import save_fact
from config.commands import TypedText
from matchmaking.eligibility.eligibility import Assessment, assess, waits_for_year
from matchmaking.eligibility.next_question import next_question
from notifications.text_splitting import MOST_TEXT_BYTES
from storage.chat import skipped_questions
from storage.chat.dialog_states import DialogState

# The list as a skippable question, beside the facts.
LIST = "list"


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
        return self._question(chat, state.data["asking"], judged)

    def handle(self, chat: Chat, state: DialogState, said: TypedText) -> DialogReply:
        """Handle an answer, report what it opened, and ask the next question."""
        answers = {said.normalised, bare(chat, said.normalised)}
        if answers & set(chat.say("question.stop_words").split()):
            return self._stop(chat)
        profile = profile_of(chat)
        if profile is None:
            return DialogReply(chat.say("assessment.unregistered"), None)
        if answers & set(chat.say("question.unsure_words").split()):
            return self._skip(chat, state, profile)
        if state.step == "list":
            return self._handle_list(chat, state, profile, said)
        asking = state.data["asking"]
        value = value_of(chat, chat.parts.policy.facts[asking], said)
        if value is None:
            return DialogReply(chat.say("question.wrong"), state, understood=False)
        return self._noted(chat, state, profile, {asking: value}, chat.say("question.noted"))

    def _stop(self, chat: Chat) -> DialogReply:
        profile = profile_of(chat)
        receipt = "" if profile is None else receipts.line(chat, _judge(chat, profile))
        return DialogReply("\n".join(part for part in (chat.say("question.stopped"), receipt) if part), None)

    def _handle_list(self, chat: Chat, state: DialogState, profile: FirmProfile, said: TypedText) -> DialogReply:
        picked = needs_checklist.read(chat.parts, state.data["offered"], profile.facts, said.normalised)
        if picked is None:
            return DialogReply(chat.say("offered.wrong"), state, understood=False)
        leave_open(chat.tx, chat.person, LIST)
        labels = "、".join(picked.labels)
        noted = chat.say("question.noted_these", labels=labels) if labels else chat.say("question.noted_none")
        return self._noted(chat, state, profile, picked.facts, noted, picked.parts)

    def _skip(self, chat: Chat, state: DialogState, profile: FirmProfile) -> DialogReply:
        skipped = list(state.data["skipped"])
        if state.step != "list":
            skipped.append(state.data["asking"])
        leave_open(chat.tx, chat.person, state.data["asking"] if state.step == "ask" else LIST)
        return self._ask(chat, profile, _judge(chat, profile), chat.say("question.skipped"), skipped)

    def _noted(
        self,
        chat: Chat,
        state: DialogState,
        before: FirmProfile,
        known: Mapping[str, Any],
        noted: str,
        parts: needs_checklist.Paths = (),
    ) -> DialogReply:
        """Save the answer, report what it opened, and continue with the parts still to be asked."""
        judged_before = _judge(chat, before)
        for fact, value in known.items():
            save_fact(chat.tx, chat.person, fact, value)
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
        noted = "\n".join([noted, *overview.year_lines(by_year), *overview.besides([*opened, *by_year], judged)])
        if parts:
            offering = self._offering(parts, state.data["skipped"])
            turn = DialogReply(f"{noted}\n\n{self.prompt(chat, offering)}", offering)
        else:
            turn = self._ask(chat, after, judged, noted, state.data["skipped"])
        # What 更多 would have returned predates this answer.
        return replace(turn, rest=turn.rest or chat.parts.overview.everything(after, judged))

    def _ask(
        self, chat: Chat, profile: FirmProfile, judged: Assessment, said: str, skipped: list[str], *, tell: bool = False
    ) -> DialogReply:
        """Reply and ask on; with `tell`, or nothing left to ask, include what the firm can receive."""
        state = self._next_step(chat, profile, judged, skipped)
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
        self, chat: Chat, profile: FirmProfile, judged: Assessment, skipped: list[str]
    ) -> DialogState | None:
        left_open = skipped_questions.questions(chat.tx, chat.person.id, chat.person.firm_id or 0)
        open_facts = {fact for verdict in judged.items.values() for fact in verdict.missing}
        if LIST not in left_open and not _comes_first(chat, open_facts - set(skipped)):
            offered = needs_checklist.worth_offering(chat.parts.policy, open_facts)
            if offered:
                return self._offering(offered, skipped)
        asking = _next(chat, profile, judged, left_open | set(skipped)) or _next(chat, profile, judged, set(skipped))
        return None if asking is None else DialogState(self.name, "ask", {"asking": asking, "skipped": skipped})

    def _offering(self, paths: needs_checklist.Paths, skipped: list[str]) -> DialogState:
        return DialogState(self.name, "list", {"offered": [list(path) for path in paths], "skipped": skipped})

    def _question(self, chat: Chat, asking: str, judged: Assessment | None) -> str:
        fact = chat.parts.policy.facts[asking]
        lines = []
        if judged is not None:
            concerned = [
                chat.parts.policy.items[code].title
                for code, verdict in judged.items.items()
                if asking in verdict.missing
            ]
            if len(concerned) == 1:
                lines.append(chat.say("question.hint", title=concerned[0]))
            else:
                lines.append(chat.say("question.hint_many", title=concerned[0], count=len(concerned)))
        lines.append(fact.question)
        if fact.kind == "bool":
            yes, no = fact.answers
            lines.append(chat.say("question.yes_or_no", yes=yes, no=no))
        else:
            lines.append(numbered(chat, options(chat, fact)))
        if fact.kind in ("set", "items"):
            lines.append(chat.say("common.choice", number=0, label=chat.say("question.none")))
        lines.append(chat.say("question.ways"))
        return "\n".join(lines)


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
