"""What is said of the policy: an item, a clause, the contents, a firm's overview, an answer to free words.

Pure: the policy's own words and the reviewed texts, nothing else.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from config.calendar import shanghai_day
from config.policy.facts import Facts
from config.policy.model import Clause, Item, Policy, Topic
from config.texts import Texts
from matchmaking.eligibility import Assessment, Verdict, assess
from matchmaking.questions import Found, QuestionIndex


@dataclass(frozen=True, slots=True)
class Profile:
    """A registered firm as the judgement needs it, and where its titles come from (`roster`, `self`)."""

    name: str
    facts: Facts
    titles_source: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply to free words: the items it speaks of, whether it is sure, and what its numbers offer."""

    text: str
    items: tuple[str, ...]
    sure: bool
    offered: tuple[str, ...] = ()


class PolicyTalk:
    """Speaks about one policy in one face's texts."""

    def __init__(self, policy: Policy, texts: Texts) -> None:
        self._policy = policy
        self._texts = texts
        self._questions = QuestionIndex(policy)

    def last_day(self) -> str:
        """The last day on which the policy holds, as 2028年12月31日."""
        day = shanghai_day(self._policy.expires - timedelta(microseconds=1))
        return f"{day.year}年{day.month}月{day.day}日"

    def answer(self, typed: str, now: datetime, profile: Profile | None = None) -> Answer:
        """Answer words that are no command, as surely as they allow."""
        found = self._questions.find(typed)
        if found.topic is not None:
            topic = next(topic for topic in self._policy.topics if topic.key == found.topic)
            asked_of = [self.item(self._policy.items[code], now, profile) for code in found.items if not topic.items]
            return Answer("\n\n".join((*asked_of, self._topic(topic))), found.items, sure=True)
        if found.clause is not None:
            clause = self._policy.clause(found.clause)
            return Answer(self.clause(clause), tuple(item.code for item in clause.items), sure=True)
        if found.sure:
            items = [self._policy.items[code] for code in found.items]
            text = "\n\n".join(self.item(item, now, profile) for item in items)
            return Answer(text, found.items, sure=True)
        if found.items:
            return self._nearest(found)
        return Answer(self._say("unclear.no_match"), (), sure=False)

    def item(self, item: Item, now: datetime, profile: Profile | None = None) -> str:
        """One item: quote, figure, for whom, this firm's verdict where there is a firm, agencies, cautions."""
        clause = self._policy.clause(item.clause)
        lines = [self._say("item.head", title=item.title, code=item.code, label=clause.label, mark=clause.mark)]
        strength = self._policy.strengths[item.strength]
        lines.append(self._say("item.figure", figure=item.figure, strength=strength) if item.figure else strength)
        lines.append(self._say("item.quote", quote=item.quote))
        lines.append(self._say("item.for_whom", whom=item.for_whom))
        if profile is not None:
            lines.append(self._verdict(assess(self._policy, profile.facts, now).items[item.code]))
        lines.append(
            self._say(
                "item.agencies",
                agencies="、".join(item.agencies),
                carried_out_by="、".join(self._policy.carried_out_by),
            )
        )
        lines += [self._say("item.caution", text="".join(item.cautions))] if item.cautions else []
        if profile is None:
            lines.append(self._say("item.not_registered"))
        return "\n".join(lines)

    def clause(self, clause: Clause) -> str:
        """One clause in its own words, with its items and their codes."""
        lines = [self._say("clause.head", label=clause.label, title=clause.title)]
        lines.append(self._say("clause.text", text=clause.text))
        lines += [self._say("clause.no_money")] if clause.service_only else []
        lines.append(self._say("clause.items"))
        lines += [
            self._say("clause.item", code=item.code, title=item.title, figure=self._figure(item))
            for item in clause.items
        ]
        return "\n".join(lines)

    def contents(self) -> str:
        """The list of the clauses."""
        lines = [self._say("clause.list_head", title=self._policy.title, count=len(self._policy.clauses))]
        lines += [self._say("clause.list_line", label=c.label, title=c.title) for c in self._policy.clauses]
        return "\n".join(lines)

    def overview(self, profile: Profile, judged: Assessment, now: datetime) -> str:
        """What this firm can use now, honest first where no fixed award is met; never a sum."""
        items = self._policy.items
        met = [items[code] for code, verdict in judged.items.items() if verdict.verdict == "yes"]
        fixed = [item for item in met if item.strength == "fixed"]
        others = [item for item in met if item.strength != "fixed"]
        lines = [self._say("assessment.head", firm=profile.name, titles=self._titles(profile))]
        if not self._policy.expired(now):
            lines.append(self._say("assessment.fixed" if fixed else "assessment.no_fixed"))
            lines += [self._line(item) for item in fixed]
            lines += self._besides(fixed, judged)
            lines.append(self._say("assessment.now" if others else "assessment.now_none"))
            lines += [self._line(item) for item in others]
        count = {kind: sum(v.verdict == kind for v in judged.items.values()) for kind in ("unknown", "no")}
        lines.append(self._say("assessment.open", count=count["unknown"], refused=count["no"]))
        return "\n".join(lines)

    def _nearest(self, found: Found) -> Answer:
        lines = [self._say("unclear.nearest")]
        for number, code in enumerate(found.items, 1):
            item = self._policy.items[code]
            clause = self._policy.clause(item.clause)
            lines.append(self._say("unclear.near", number=number, title=item.title, label=clause.label))
        lines.append(self._say("unclear.near_end"))
        return Answer("\n".join(lines), found.items, sure=False, offered=found.items)

    def _besides(self, fixed: list[Item], judged: Assessment) -> list[str]:
        """What must be said beside a fixed award: what was assumed, and what the text leaves open about it."""
        codes = {item.code for item in fixed}
        assumed = [r.text for item in fixed for r in judged.items[item.code].reasons if r.kind == "assumed"]
        left_open = [topic.answer for topic in self._policy.topics if codes & set(topic.items) and not topic.quote]
        return [self._say("item.caution", text=text) for text in dict.fromkeys((*assumed, *left_open))]

    def _verdict(self, verdict: Verdict) -> str:
        reasons = [reason.text for reason in verdict.reasons]
        return self._say(f"item.verdict_{verdict.verdict}", reasons="；".join(reasons))

    def _line(self, item: Item) -> str:
        label = self._policy.clause(item.clause).label
        agencies = (
            item.agencies[0] if len(item.agencies) == 1 else self._say("assessment.agencies", first=item.agencies[0])
        )
        return self._say(
            "assessment.line", code=item.code, title=item.title, figure=self._figure(item), label=label, agency=agencies
        )

    def _figure(self, item: Item) -> str:
        return self._say("assessment.figure", figure=item.figure) if item.figure else ""

    def _titles(self, profile: Profile) -> str:
        held = profile.facts.get("titles")
        if not isinstance(held, frozenset):
            return self._say("assessment.titles_unknown")
        labels = [choice.label for choice in self._policy.facts["titles"].choices if choice.value in held]
        source = "roster" if profile.titles_source == "roster" else "own"
        return self._say(f"assessment.titles_{source}", titles="、".join(labels) or self._say("assessment.no_titles"))

    def _topic(self, topic: Topic) -> str:
        lines = [self._say("topic.head", title=topic.title), topic.answer]
        if topic.quote is not None:
            label = self._policy.clause(topic.clause).label if topic.clause else self._say("topic.closing")
            lines.append(self._say("topic.quote", quote=topic.quote, label=label))
        elif topic.clause is not None:
            lines.append(self._say("topic.see", label=self._policy.clause(topic.clause).label))
        return "\n".join(lines)

    def dated(self, text: str, now: datetime) -> str:
        """The text as it is sent: from the day the policy has expired, everything says so first."""
        if not self._policy.expired(now):
            return text
        return self._say("policy.expired", until=self.last_day()) + "\n" + text

    def _say(self, key: str, **blanks: object) -> str:
        return self._texts(f"chat.{key}", **blanks)
