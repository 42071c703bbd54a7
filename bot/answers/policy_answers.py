"""Answers about the policy: an item, a clause, the contents, free text.

Pure: only the policy's own words and the reviewed texts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.answers.award_words import AwardStatement, AwardWords
from bot.answers.correction_words import CorrectionWords
from bot.answers.firm_profile import FirmProfile as FirmProfile
from bot.answers.firm_profile import asks_receipt, titles_of_item
from bot.answers.overview import Overview
from bot.answers.short_answers import ShortAnswers
from bot.answers.what_if import WhatIf
from config.calendar import shanghai_day
from config.commands import TypedText
from config.policy.model import Clause, Item, Policy, Topic
from config.texts import Texts
from matchmaking.eligibility.eligibility import (
    NONE_ENTERED,
    DistrictRules,
    Verdict,
    conditions_for,
    judge,
    waits_for_year,
)
from matchmaking.questions.intents import Intent, questions_of

# Contact lines for these, looked up by callers with a database.
Contacts = Callable[[Sequence[Item | Clause | str]], list[str]]


@dataclass(frozen=True, slots=True)
class PublishedLines:
    """Publications beside the policy: lines about an item (full or short), and district rules."""

    lines: Callable[[Item, bool], list[str]]
    rules: Callable[[], DistrictRules]


NOTHING_BESIDE = PublishedLines(lambda _item, _full: [], lambda: NONE_ENTERED)


def no_contacts(_subjects: Sequence[Item | Clause | str]) -> list[str]:
    """No-op without a database: no contacts."""
    return []


@dataclass(frozen=True, slots=True)
class PolicyAnswer:
    """A reply to free text: its items, whether it is sure, and what its numbers offer.

    `more`: what 更多 returns, the full version of a short answer.
    """

    text: str
    items: tuple[str, ...]
    sure: bool
    offered: tuple[str, ...] = ()
    more: str = ""


class PolicyTalk:
    """Answers about one policy in one interface's texts."""

    def __init__(self, policy: Policy, texts: Texts) -> None:
        self._policy = policy
        self._texts = texts
        self._questions = questions_of(policy)
        self._short = ShortAnswers(policy, texts)
        self._awards = AwardWords(policy, texts)
        self.corrections = CorrectionWords(policy, texts)
        self._what_if = WhatIf(policy, texts, Overview(policy, texts))

    def read(self, typed: str) -> None:
        """Analyse this text ahead of `answer`, as it may take a millisecond."""
        self._questions.find(typed)

    def claimed(self, typed: str) -> AwardStatement | None:
        """Return what this text states of awards and first awards; None if nothing."""
        return self._awards.read(typed)

    def silence(self, typed: str) -> str | None:
        """Return the subject of a question the policy leaves open, "" if not understood.

        None keeps it off the list of unanswered questions: it is answered, or not about this policy.
        """
        found = self._questions.find(typed)
        topic = self._topic(found)
        if topic is not None:
            return " ".join((topic.key, *found.items)) if topic.leaves_open else None
        return None if found.sure else ""

    def is_sure(self, said: TypedText) -> bool:
        """Whether `answer` is sure of these words, whoever asks; what was read before is not read again."""
        if self._what_if.recognise(said.normalised) is not None:
            return True
        found = self._questions.find(said.raw)
        topic = self._topic(found)
        if found.agency is not None or found.clauses or topic is None:
            return found.sure or found.agency is not None or bool(found.clauses)
        return topic.outside is None and (found.sure or not (topic.beside and found.items))

    def _topic(self, found: Intent) -> Topic | None:
        return next((topic for topic in self._policy.topics if topic.key == found.topic), None)

    def last_day(self) -> str:
        """Return the policy's last day, as 2028年12月31日."""
        return _last_day(self._policy.expires)

    def answer(
        self,
        said: TypedText,
        now: datetime,
        profile: FirmProfile | None = None,
        contacts: Contacts = no_contacts,
        beside: PublishedLines = NOTHING_BESIDE,
    ) -> PolicyAnswer:
        """Answer text that is no command, as surely as possible. Items, clauses and agencies end with their contact."""
        supposed = self._what_if.recognise(said.normalised)
        if supposed is not None:
            would = self._what_if.answer(supposed, now, profile, beside.rules())
            return PolicyAnswer(would.text, would.items, sure=True, more=would.more)
        claim = self._awards.read(said.raw) if profile is None else None
        if claim is not None:
            told, codes = self._awards.answer(claim)
            return PolicyAnswer(told, codes, sure=True)
        found = self._questions.find(said.raw)
        topic = self._topic(found)
        items = [self._policy.items[code] for code in found.items]
        clauses = [self._policy.clause(number) for number in found.clauses]
        if found.agency is not None:
            clauses = [clause for clause in self._policy.clauses if found.agency in clause.agencies]
            told = self._short.agency(found.agency, clauses, contacts([found.agency]))
            return PolicyAnswer(told, _codes(clauses), sure=True)
        if clauses:
            whole = found.by_number and len(clauses) == 1
            lines = contacts(clauses)
            if whole:
                return PolicyAnswer(self.clause(clauses[0], lines), _codes(clauses), sure=True)
            more = "\n\n".join(self.clause(clause) for clause in clauses)
            return PolicyAnswer(self._short.clauses(clauses, topic, lines), _codes(clauses), sure=True, more=more)
        if topic is not None and topic.outside is not None:
            return PolicyAnswer(self._short.outside(topic), (), sure=False)
        if topic is not None and not (topic.beside and items):
            lines = contacts([self._policy.clause(topic.clause)]) if topic.clause is not None else []
            return PolicyAnswer(self._short.topic(topic, found.premise, lines), found.items, sure=True)
        if found.sure and items:
            in_full = found.by_number and len(items) == 1
            whole_items = [] if in_full else [self.item(item, now, profile, contacts, beside) for item in items]
            told = self._told(items, found, topic, now, profile, contacts, beside)
            return PolicyAnswer(told, found.items, sure=True, more="\n\n".join(whole_items))
        if found.sure:
            return PolicyAnswer(self._short.no_such_figure(), (), sure=True)
        if items:
            return PolicyAnswer(self._short.nearest(items), found.items, sure=False, offered=found.items)
        return PolicyAnswer(self._short.nothing(), (), sure=False)

    def _told(
        self,
        items: list[Item],
        found: Intent,
        topic: Topic | None,
        now: datetime,
        profile: FirmProfile | None,
        contacts: Contacts,
        beside: PublishedLines,
    ) -> str:
        if found.by_number and len(items) == 1:
            return self.item(items[0], now, profile, contacts, beside)
        own = [beside.lines(item, False) for item in items]
        if profile is not None:
            judged = [judge(self._policy, item, profile.facts, now, beside.rules()) for item in items]
            own = [
                [self._verdict(verdict), *self._of_titles(item, profile), *self._asked(item, verdict), *told]
                for item, verdict, told in zip(items, judged, own, strict=True)
            ]
        verdicts = ["\n".join(lines) for lines in own]
        which_more = found.which_more
        return self._short.items(items, found.premise, topic, verdicts, contacts(items), which_more=which_more)

    def item(
        self,
        item: Item,
        now: datetime,
        profile: FirmProfile | None = None,
        contacts: Contacts = no_contacts,
        beside: PublishedLines = NOTHING_BESIDE,
    ) -> str:
        """Return one item: quote, figure, for whom, verdict, publications, agencies, cautions."""
        clause = self._policy.clause(item.clause)
        lines = [self._say("item.head", title=item.title, code=item.code, label=clause.label, mark=clause.mark)]
        strength = self._policy.strengths[item.strength]
        lines.append(self._say("item.figure", figure=item.figure, strength=strength) if item.figure else strength)
        lines.append(self._say("item.quote", quote=item.quote))
        lines.append(self._say("item.for_whom", whom=item.for_whom))
        if profile is not None:
            lines += self._stands(item, profile, now, beside.rules())
        lines += beside.lines(item, True)
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
        return "\n".join([*lines, *contacts([item])])

    def clause(self, clause: Clause, contacts: Sequence[str] = ()) -> str:
        """Return one clause verbatim, with its items and codes, and contacts."""
        lines = [self._say("clause.head", label=clause.label, title=clause.title)]
        lines.append(self._say("clause.text", text=clause.text))
        lines += [self._say("clause.no_money")] if clause.service_only else []
        lines.append(self._say("clause.items"))
        lines += [
            self._say("clause.item", code=item.code, title=item.title, figure=self._figure(item))
            for item in clause.items
        ]
        return "\n".join([*lines, *contacts])

    def contents(self) -> str:
        """Return the list of clauses."""
        lines = [self._say("clause.list_head", title=self._policy.title, count=len(self._policy.clauses))]
        lines += [self._say("clause.list_line", label=c.label, title=c.title) for c in self._policy.clauses]
        return "\n".join(lines)

    def _stands(self, item: Item, profile: FirmProfile, now: datetime, rules: DistrictRules) -> list[str]:
        """Return this firm's verdict with reasons, then which conditions hold or are open."""
        verdict = judge(self._policy, item, profile.facts, now, rules)
        lines = [self._verdict(verdict), *self._of_titles(item, profile), *self._asked(item, verdict)]
        if self._policy.expired(now) or verdict.verdict == "yes" or waits_for_year(verdict):
            return lines
        holding, unknown = conditions_for(item, profile.facts)
        if holding:
            lines.append(self._say("item.holding", phrases="；".join(condition.phrase for condition in holding)))
        if unknown and verdict.verdict == "no":
            lines.append(self._say("item.open", phrases="；".join(condition.phrase for condition in unknown)))
        return lines

    def _asked(self, item: Item, verdict: Verdict) -> list[str]:
        """Ask whether an award was received, if that is all the firm can still say of it."""
        return [self._texts("awards.ask", code=item.code)] if asks_receipt(verdict) else []

    def _of_titles(self, item: Item, profile: FirmProfile) -> list[str]:
        return titles_of_item(self._texts, self._policy.facts["titles"], item, profile)

    def _verdict(self, verdict: Verdict) -> str:
        reasons = [reason.text for reason in verdict.reasons]
        return self._say(f"item.verdict_{verdict.verdict}", reasons="；".join(reasons))

    def _figure(self, item: Item) -> str:
        return self._say("item.figure_after", figure=item.figure) if item.figure else ""

    def dated(self, text: str, now: datetime) -> str:
        """Return the text as sent: after the policy's expiry everything says so first.

        If the policy was extended, any text with the original last day names the extending document.
        """
        extension = self._policy.extension
        if extension is not None and _last_day(extension.was) in text:
            text += "\n" + self._say(
                "policy.extended",
                until=self.last_day(),
                title=extension.title,
                issuer=extension.issuer,
                day=extension.day,
            )
        if not self._policy.expired(now):
            return text
        return self._say("policy.expired", until=self.last_day()) + "\n" + text

    def _say(self, key: str, **blanks: object) -> str:
        return self._texts(f"chat.{key}", **blanks)


def _last_day(ends: datetime) -> str:
    day = shanghai_day(ends - timedelta(microseconds=1))
    return f"{day.year}年{day.month}月{day.day}日"


def _codes(clauses: list[Clause]) -> tuple[str, ...]:
    return tuple(item.code for clause in clauses for item in clause.items)
