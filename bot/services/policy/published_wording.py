"""Wording of details published by departments and districts: with source and date, ended ones as ended."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.services.policy.written_dates import written, written_last
from config.calendar import midnight, shanghai_day
from config.markup import harmless
from config.policy.loader import conditions
from config.policy.model import Policy
from config.texts import Texts
from storage.policy.application_windows import ApplicationWindow, WindowStep
from storage.policy.detail_content import DetailContent
from storage.policy.district_rules import PublishedDistrictRule, PublishedExtension


class PublishedTalk:
    """Renders one detail at a time. Every figure comes from its content, or is a count of days to its date."""

    def __init__(self, policy: Policy, texts: Texts) -> None:
        self._policy = policy
        self._texts = texts

    def cited(self, content: DetailContent, now: datetime) -> str:
        """Return the detail as one line shown beside the clause, source first."""
        source = content.source
        by = source.issuer
        if source.number:
            by = self._texts("details.by_number", number=source.number, issuer=source.issuer)
        said = self.detail_text(content, now)
        title = source.title.strip("《》〈〉")
        return self._texts(
            "details.cite", title=harmless(title), by=harmless(by), day=source.day.isoformat(), said=said
        )

    def more(self, code: str, count: int) -> str:
        """Return how many more were published on this item, and how to read them."""
        return self._texts("details.more", count=count, code=code)

    def elsewhere(self, areas: Sequence[str]) -> str:
        """Return which districts have a rule, for a firm whose district is unknown."""
        return self._texts("details.elsewhere", areas="、".join(areas))

    def detail_text(self, content: DetailContent, now: datetime) -> str:
        """Return the detail's text without its source."""
        body = content.body
        if isinstance(body, ApplicationWindow):
            said = self._concerned(body) + self._window(body, now)
            if body.stage(now) == "ended":
                return said
        elif isinstance(body, PublishedDistrictRule):
            said = self._rule(content.area, body)
        elif isinstance(body, PublishedExtension):
            return self._texts("details.extension", title=self._policy.title, until=_last_day(content))
        else:
            said = harmless(body.words).rstrip("。")
        return f"{self._dated(content, said, now)}。"

    def timed(self, step: WindowStep, now: datetime) -> str:
        """Return one of the firm's own steps, dates first."""
        name = self._step(step)
        stage = step.stage(now)
        if stage == "ended" and step.closes is not None:
            return name + self._texts("details.window.over", closes=written_last(step.closes))
        if stage == "unknown":
            return self._texts("details.window.later", step=name)
        if stage == "coming" and step.opens is not None:
            if step.closes is None and not step.closing:
                return self._texts("details.window.not_before", step=name, opens=written(step.opens))
            return self._texts("details.window.from", step=name, opens=written(step.opens), rest=self._last(step))
        if step.closes is not None and not step.closing:
            return self._texts("details.window.until", step=name, closes=written_last(step.closes))
        return self._texts("details.window.open", step=name, rest=self._last(step))

    def when(self, step: WindowStep, now: datetime) -> str:
        """Return a step's relevant date for a list: its end if open, else its start."""
        stage = step.stage(now)
        if stage == "coming" and step.opens is not None:
            return self._texts("details.when.from", opens=written(step.opens))
        if stage == "unknown":
            return self._texts("details.when.later")
        return self._last(step)

    def left(self, step: WindowStep, now: datetime) -> str:
        """Return how long a step is still open, in days, the last day as today."""
        if step.closes is None or step.stage(now) != "open":
            return ""
        last = shanghai_day(step.closes - timedelta(microseconds=1))
        days = (last - shanghai_day(now)).days
        return self._texts("details.window.days", count=days) if days else self._texts("details.window.today")

    def others(self, window: ApplicationWindow, step: WindowStep, now: datetime) -> str:
        """Return the window's other steps that are not over, in brackets."""
        others = [self._other(one, now) for one in window.steps if one is not step and one.stage(now) != "ended"]
        return self._texts("details.window.others", others="；".join(others)) if others else ""

    def _window(self, window: ApplicationWindow, now: datetime) -> str:
        step = window.current(now)
        if window.stage(now) == "ended" and window.ends is not None:
            return (
                self._step(window.own_steps[-1])
                + self._texts("details.window.over", closes=written_last(window.ends))
                + "。"
            )
        return self.timed(step, now) + self.others(window, step, now) + self.left(step, now)

    def _other(self, step: WindowStep, now: datetime) -> str:
        if step.who == "firm":
            return self.timed(step, now)
        name = self._step(step)
        if step.closes is not None:
            return self._texts("details.window.other", step=name, closes=written_last(step.closes))
        return self._texts("details.window.later", step=name) if step.closing == "notice" else name

    def _step(self, step: WindowStep) -> str:
        what = harmless(step.what)
        where = self._texts(f"details.where.{step.where}") if step.where else ""
        if where in what:
            where = ""
        return self._texts("details.window.step", who=self._texts(f"details.who.{step.who}"), what=where + what)

    def _last(self, step: WindowStep) -> str:
        if step.closes is not None:
            closes = written_last(step.closes)
            if step.closing == "full":
                return self._texts("details.window.last_or_full", closes=closes)
            return self._texts("details.window.last", closes=closes)
        if step.closing == "full":
            return self._texts("details.window.full")
        if step.closing == "notice":
            return self._texts("details.window.end_later")
        return self._texts("details.window.end_unknown")

    def _concerned(self, window: ApplicationWindow) -> str:
        titles = [choice.label for choice in self._policy.facts["titles"].choices if choice.value in window.titles]
        whom = "、".join([*titles, *window.districts])
        limited = self._texts("details.window.concerned", whom=whom) if whom else ""
        head = harmless(window.batch) + limited
        return f"{head}：" if head else ""

    def _rule(self, area: str | None, rule: PublishedDistrictRule) -> str:
        what = self._texts("details.rule.no_amount")
        if rule.amount is not None:
            amount = amount_in_words(rule.amount)
            what = self._texts(f"details.rule.{'month' if rule.per == 'month' else 'once'}", amount=amount)
        said = self._texts("details.rule.said", area=area, what=what, strength=self._policy.strengths[rule.strength])
        phrases = [line.phrase for line in conditions(rule_table(rule), self._policy.facts, self._policy.reasons)]
        said += (
            self._texts("details.rule.when", phrases="；".join(phrases))
            if phrases
            else self._texts("details.rule.no_when")
        )
        return said + (self._texts("details.rule.words", words=harmless(rule.words).rstrip("。")) if rule.words else "")

    def _dated(self, content: DetailContent, said: str, now: datetime) -> str:
        last = None if content.until is None else content.until - timedelta(days=1)
        if content.until is not None and last is not None and now >= midnight(content.until):
            return self._texts("details.valid.over", said=said, day=last.isoformat())
        if content.begins is not None and now < content.begins:
            said += self._texts("details.valid.since", day=str(content.since))
        return said + (self._texts("details.valid.until", day=last.isoformat()) if last is not None else "")


def _last_day(content: DetailContent) -> str:
    return "" if content.until is None else str(content.until - timedelta(days=1))


def rule_table(rule: PublishedDistrictRule) -> dict[str, list[bool | str]]:
    """Return a rule's conditions in the form of an item's `when`."""
    return {fact: list(values) for fact, values in rule.when.items()}


def amount_in_words(yuan: int) -> str:
    """Format a sum as documents do: 20万元, 2400元, 1.5亿元."""
    for size, sign in ((100_000_000, "亿"), (10_000, "万")):
        if yuan >= size and yuan * 100 % size == 0:
            return f"{yuan / size:.2f}".rstrip("0").rstrip(".") + f"{sign}元"
    return f"{yuan}元"
