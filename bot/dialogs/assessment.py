"""我能享受什么: first what this firm can use now, then one question after another for what is still open."""

from bot.dialogs.beside import under_overview
from bot.dialogs.chat import Chat, Turn
from bot.dialogs.fact_answers import numbered, options, value_of
from bot.dialogs.policy_talk import Profile
from bot.dialogs.profile import profile_of
from bot.services.registration import learn
from config.words import normalise
from matchmaking.eligibility import Assessment, assess
from matchmaking.nextfact import next_question
from storage.dialogs import State


class Assessing:
    """The journey of the open questions."""

    name = "assessment"

    def start(self, chat: Chat) -> Turn:
        """Judge the firm on what is known, say it, and ask the first open question."""
        profile = profile_of(chat)
        if profile is None:
            return Turn(chat.say("assessment.unregistered"), None)
        judged = self._judge(chat, profile)
        overview = chat.parts.talk.overview(profile, judged, chat.now) + under_overview(chat, profile, judged)
        return self._ask(chat, judged, overview, [])

    def prompt(self, chat: Chat, state: State) -> str:
        """The open question."""
        return self._question(chat, state.data["asking"], None)

    def hear(self, chat: Chat, state: State, typed: str) -> Turn:
        """Take an answer, say what it has opened, and ask the next question."""
        answer = normalise(typed)
        skipped = list(state.data["skipped"])
        asking = state.data["asking"]
        if answer in chat.say("question.stop_words").split():
            return Turn(chat.say("question.stopped"), None)
        before = profile_of(chat)
        if before is None:
            return Turn(chat.say("assessment.unregistered"), None)
        if answer in chat.say("question.unsure_words").split():
            skipped.append(asking)
            return self._ask(chat, self._judge(chat, before), chat.say("question.skipped"), skipped)
        value = value_of(chat, chat.parts.policy.facts[asking], typed)
        if value is None:
            return Turn(chat.say("question.wrong"), state, understood=False)
        judged_before = self._judge(chat, before)
        learn(chat.tx, chat.person, asking, value)
        after = profile_of(chat)
        judged = self._judge(chat, after or before)
        opened = [
            chat.parts.policy.items[code].title
            for code, verdict in judged.items.items()
            if verdict.verdict == "yes" and judged_before.items[code].verdict != "yes"
        ]
        noted = chat.say("question.noted")
        if opened:
            noted += chat.say("question.newly", titles="、".join(opened))
        return self._ask(chat, judged, noted, skipped)

    def _judge(self, chat: Chat, profile: Profile) -> Assessment:
        return assess(chat.parts.policy, profile.facts, chat.now, chat.published.rules(chat.now))

    def _ask(self, chat: Chat, judged: Assessment, said: str, skipped: list[str]) -> Turn:
        # What was skipped stays unknown, so its items cannot be settled: their other facts are not worth a question.
        missing = {
            code: verdict.missing for code, verdict in judged.items.items() if not set(verdict.missing) & set(skipped)
        }
        asking = next_question(chat.parts.policy, missing)
        if asking is None:
            refused = sum(verdict.verdict == "no" for verdict in judged.items.values())
            return Turn(said + "\n\n" + chat.say("assessment.all_known", refused=refused), None)
        state = State(self.name, "ask", {"asking": asking, "skipped": skipped})
        return Turn(said + "\n\n" + self._question(chat, asking, judged), state)

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
        lines.append(numbered(chat, options(chat, fact)))
        if fact.kind in ("set", "items"):
            lines.append(chat.say("common.choice", number=0, label=chat.say("question.none")))
        lines.append(chat.say("question.ways"))
        return "\n".join(lines)
