"""Detail form: input to content, and content to form fields."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from functools import partial
from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from bot.console.context import ConsoleRequest
from bot.services.policy.published_details import (
    LONGEST_ISSUER,
    LONGEST_LINK,
    LONGEST_NUMBER,
    LONGEST_PLACE,
    LONGEST_STEP,
    LONGEST_TITLE,
    LONGEST_WORDS,
    MOST_STEPS,
)
from bot.services.policy.roster_days import day_after, first_day
from bot.services.policy.written_dates import closing, opening, written, written_last
from bot.web.form_models import (
    Choice,
    Choices,
    FormModel,
    InvalidFormError,
    Line,
    Yuan,
    at_most,
    read_form_model,
    read_together,
)
from config.errors import InputError, required
from config.policy.facts import Fact
from config.policy.model import Per, Policy, Strength
from storage.policy.application_windows import ApplicationWindow, Where, Who, WindowStep
from storage.policy.detail_content import Body, DetailContent, SourceDocument
from storage.policy.district_rules import PublishedDistrictRule, PublishedExtension, PublishedStatement

T = TypeVar("T")
# Facts not offered in a district's rule: implied by its place, or what was received.
NOT_ASKED = ("district", "in_nanjing", "already_received")
_BETWEEN = re.compile(r"[\s,，、;；]+")
_NO_CODE = re.compile(r"[^\d.]+")
_OPENING = {"now": "即日起", "notice": "另行通知"}
_CLOSING = {"full": "额满为止", "notice": "另行通知"}


def rule_facts(policy: Policy) -> list[Fact]:
    """Return the facts a district's rule may use."""
    return [fact for name, fact in policy.facts.items() if name not in NOT_ASKED]


def _issued(text: object) -> object:
    day = first_day(str(text))
    if day is None or day_after(str(text)) != day + timedelta(days=1):
        raise PydanticCustomError("detail_source", "no day")
    return day


def _known(day: Callable[[str], date | None]) -> BeforeValidator:
    def read(text: object) -> object:
        found = day(str(text))
        if found is None:
            raise PydanticCustomError("moment_wrong", "no day", {"given": str(text)[:30]})
        return found

    return BeforeValidator(read)


class DetailForm(FormModel):
    """What every detail says: for which area and items, and where it stands. `until` is the last day."""

    area: Choice = ""
    items: Annotated[str, at_most(200)] = ""
    title: Annotated[Line, at_most(LONGEST_TITLE)] = ""
    issuer: Annotated[Line, at_most(LONGEST_ISSUER)] = ""
    day: Annotated[date, BeforeValidator(_issued)] = Field("", validate_default=True)
    number: Annotated[Line, at_most(LONGEST_NUMBER)] = ""
    link: Annotated[str, at_most(LONGEST_LINK)] = ""
    since: Annotated[date | None, _known(first_day)] = None
    until: Annotated[date | None, _known(day_after)] = None
    words: Annotated[Line, at_most(LONGEST_WORDS)] = ""

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the items' codes."""
        plain = unicodedata.normalize("NFKC", self.items)
        return tuple(dict.fromkeys(code for code in _NO_CODE.split(plain) if code.strip(".")))


class WindowForm(DetailForm):
    """An application window, beside its steps."""

    districts: Annotated[str, at_most(80)] = ""
    titles: Choices = ()
    batch: Annotated[Line, at_most(LONGEST_ISSUER)] = ""


class WindowStepForm(FormModel):
    """One step of a window; the times are words that dates are read from."""

    who: Who = "firm"
    what: Annotated[Line, at_most(LONGEST_STEP)] = ""
    opens: Annotated[str, at_most(40)] = ""
    closes: Annotated[str, at_most(40)] = ""
    where: Where = ""
    place: Annotated[Line, at_most(LONGEST_PLACE)] = ""


class RuleForm(DetailForm):
    """A district's rule, beside its conditions."""

    strength: Strength = Field("", validate_default=True)
    amount: Yuan | None = None
    per: Per | None = None


_FORMS: Mapping[str, type[DetailForm]] = {"window": WindowForm, "rule": RuleForm}


def read(visit: ConsoleRequest, kind: str, today: date) -> DetailContent:
    """Return the content that the form holds. Raises InputError for what cannot be read, or an area out of reach."""
    choices: dict[str, Any] = {"area": visit.desk.areas, "titles": visit.desk.titles}
    readers: list[Callable[[], Any]] = [lambda: visit.read(_FORMS.get(kind, DetailForm), **choices)]
    if kind == "window":
        readers += [partial(_step, visit, f"step-{number}-", today) for number in range(1, MOST_STEPS + 1)]
    given, *steps = read_together(*readers)
    area, reach = given.area or None, visit.me.areas()
    if reach is not None and area not in reach:
        raise InputError("detail_area")
    source = SourceDocument(given.title, given.issuer, given.day, given.number, given.link)
    body: Body
    if isinstance(given, WindowForm):
        return DetailContent(area, source, _window(visit, given, steps))
    if isinstance(given, RuleForm):
        body = _rule(visit, given)
    else:
        body = PublishedExtension() if kind == "extension" else PublishedStatement(given.codes, given.words)
    return DetailContent(area, source, body, given.since, given.until)


def shown(content: DetailContent) -> dict[str, Any]:
    """Return the form fields that give this content."""
    source, body = content.source, content.body
    until = None if content.until is None else content.until - timedelta(days=1)
    fields: dict[str, Any] = {
        "area": content.area or "",
        "items": "、".join(body.items),
        "title": source.title,
        "issuer": source.issuer,
        "day": source.day.isoformat(),
        "number": source.number,
        "link": source.link,
        "since": "" if content.since is None else content.since.isoformat(),
        "until": "" if until is None else until.isoformat(),
        "titles": [],
        "when": [],
    }
    if isinstance(body, ApplicationWindow):
        return {**fields, **_window_fields(body)}
    if isinstance(body, PublishedDistrictRule):
        ticked = [f"when-{fact}-{_value_name(value)}" for fact, values in body.when.items() for value in values]
        amount = "" if body.amount is None else f"{body.amount}元"
        rest = {"strength": body.strength, "amount": amount, "per": body.per or "", "words": body.words}
        return {**fields, "when": ticked, **rest}
    if isinstance(body, PublishedExtension):
        return fields
    return {**fields, "words": body.words}


def _window_fields(window: ApplicationWindow) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "districts": "、".join(window.districts),
        "titles": list(window.titles),
        "batch": window.batch,
    }
    for number, step in enumerate(window.steps, 1):
        opens = [_OPENING[step.opening]] if step.opening else []
        opens += [written(step.opens)] if step.opens else []
        closes = [written_last(step.closes)] if step.closes else []
        closes += [_CLOSING[step.closing]] if step.closing else []
        fields |= {
            f"step-{number}-who": step.who,
            f"step-{number}-what": step.what,
            f"step-{number}-opens": "，".join(opens),
            f"step-{number}-closes": "，".join(closes),
            f"step-{number}-where": step.where,
            f"step-{number}-place": step.place,
        }
    return fields


def _window(visit: ConsoleRequest, given: WindowForm, steps: Iterable[WindowStep | None]) -> ApplicationWindow:
    districts = []
    for name in _BETWEEN.split(given.districts):
        if name:
            found = required(visit.desk.areas.find(name), InputError("area_unknown", given=name[:20]).at("districts"))
            districts.append(found)
    planned = tuple(step for step in steps if step is not None)
    return ApplicationWindow(given.codes, planned, tuple(dict.fromkeys(districts)), given.titles, given.batch)


def _step(visit: ConsoleRequest, prefix: str, today: date) -> WindowStep | None:
    given = read_form_model(WindowStepForm, visit.form, prefix)
    if not (given.what or given.opens or given.closes):
        return None
    first, opening_word = _at(f"{prefix}opens", opening, given.opens, today)
    last, closing_word = _at(f"{prefix}closes", closing, given.closes, today)
    return WindowStep(given.who, given.what, first, last, opening_word, closing_word, given.where, given.place)


def _at(name: str, read_time: Callable[[str, date], T], text: str, today: date) -> T:
    try:
        return read_time(text, today)
    except InputError as error:
        raise InvalidFormError({name: error}) from None


def _rule(visit: ConsoleRequest, given: RuleForm) -> PublishedDistrictRule:
    when: dict[str, tuple[bool | str, ...]] = {}
    for fact in rule_facts(visit.desk.policy):
        values = [True, False] if fact.kind == "bool" else [choice.value for choice in fact.choices]
        ticked = tuple(value for value in values if f"when-{fact.name}-{_value_name(value)}" in visit.form)
        if ticked and not (fact.kind == "bool" and len(ticked) == len(values)):
            when[fact.name] = ticked
    if len(given.codes) != 1:
        raise InputError("detail_rule_place").at("items")
    return PublishedDistrictRule(given.codes[0], when, given.strength, given.amount, given.per, given.words)


def _value_name(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def codes_of(policy: Policy, items: Iterable[str]) -> Mapping[str, str]:
    """Return these items' codes with titles."""
    return {code: policy.items[code].title for code in items}
