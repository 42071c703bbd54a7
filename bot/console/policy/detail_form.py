"""The form of a detail: what was typed becomes its content, and a content becomes what the form shows."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, get_args

from bot.console.context import Visit
from bot.services.policy.published_details import MOST_STEPS
from bot.services.policy.roster_days import day_after, first_day
from bot.services.policy.written_dates import closing, opening, written, written_last
from config.errors import InputError
from config.policy.facts import Fact
from config.policy.model import Per, Policy, Strength
from matchmaking.text.money_and_dates import sums
from storage.policy.application_windows import Step, Where, Who, Window
from storage.policy.detail_content import Body, Content, Source
from storage.policy.district_rules import DistrictRule, Extension, Statement

KINDS = ("window", "rule", "statement", "extension")
# Facts that a district's rule may name: not what the rule's own place says already, nor what was received.
NOT_ASKED = ("district", "in_nanjing", "already_received")
_BETWEEN = re.compile(r"[\s,，、;；]+")
_NO_CODE = re.compile(r"[^\d.]+")
_OPENING = {"now": "即日起", "notice": "另行通知"}
_CLOSING = {"full": "额满为止", "notice": "另行通知"}


def rule_facts(policy: Policy) -> list[Fact]:
    """The facts that a district's rule may ask for."""
    return [fact for name, fact in policy.facts.items() if name not in NOT_ASKED]


def read(visit: Visit, kind: str, today: date) -> Content:
    """The content that the form holds. Raises InputError for what cannot be read, or an area out of one's reach."""
    area = visit.text("area") or None
    reach = visit.me.areas()
    if kind not in KINDS or (area is not None and area not in visit.desk.areas):
        raise InputError("form_wrong")
    if reach is not None and area not in reach:
        raise InputError("detail_area")
    body: Body
    if kind == "window":
        body = _window(visit, today)
    elif kind == "rule":
        body = _rule(visit)
    elif kind == "extension":
        body = Extension()
    else:
        body = Statement(_codes(visit.text("items")), _line(visit.text("words")))
    issued = _one_day(visit.text("day"))
    source = Source(
        _line(visit.text("title")),
        _line(visit.text("issuer")),
        issued,
        _line(visit.text("number")),
        visit.text("link"),
    )
    if kind == "window":
        return Content(area, source, body)
    return Content(area, source, body, _since(visit.text("since")), _until(visit.text("until")))


def typed(visit: Visit) -> dict[str, Any]:
    """What a form held, to be shown again beside the sentence that says what is wrong."""
    fields = {name: visit.text(name) for name in visit.form}
    return {**fields, "titles": several(visit, "titles"), "when": [n for n in visit.form if n.startswith("when-")]}


def several(visit: Visit, name: str) -> list[str]:
    """Every value ticked under one name."""
    found = visit.form.getall(name, []) if hasattr(visit.form, "getall") else []
    return [value for value in found if isinstance(value, str)]


def shown(content: Content) -> dict[str, Any]:
    """The fields of the form that would give this content again."""
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
    if isinstance(body, Window):
        return {**fields, **_window_fields(body)}
    if isinstance(body, DistrictRule):
        ticked = [f"when-{fact}-{_value_name(value)}" for fact, values in body.when.items() for value in values]
        amount = "" if body.amount is None else f"{body.amount}元"
        rest = {"strength": body.strength, "amount": amount, "per": body.per or "", "words": body.words}
        return {**fields, "when": ticked, **rest}
    if isinstance(body, Extension):
        return fields
    return {**fields, "words": body.words}


def _window_fields(window: Window) -> dict[str, Any]:
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


def _window(visit: Visit, today: date) -> Window:
    districts = []
    for name in _BETWEEN.split(visit.text("districts")):
        if name:
            found = visit.desk.areas.find(name)
            if found is None:
                raise InputError("area_unknown", given=name[:20])
            districts.append(found)
    titles = [value for value in several(visit, "titles") if value in visit.desk.titles]
    steps = [step for number in range(1, MOST_STEPS + 1) if (step := _step(visit, f"step-{number}", today))]
    return Window(
        _codes(visit.text("items")),
        tuple(steps),
        tuple(dict.fromkeys(districts)),
        tuple(titles),
        _line(visit.text("batch")),
    )


def _step(visit: Visit, name: str, today: date) -> Step | None:
    what, opens, closes = (visit.text(f"{name}-{part}") for part in ("what", "opens", "closes"))
    if not (what or opens or closes):
        return None
    who, where = visit.text(f"{name}-who"), visit.text(f"{name}-where")
    if who not in get_args(Who) or where not in get_args(Where):
        raise InputError("form_wrong")
    first, opening_word = opening(opens, today)
    last, closing_word = closing(closes, today)
    place = visit.text(f"{name}-place")
    return Step(who, _line(what), first, last, opening_word, closing_word, where, _line(place))  # type: ignore[arg-type]  # held above


def _rule(visit: Visit) -> DistrictRule:
    items = _codes(visit.text("items"))
    when: dict[str, tuple[bool | str, ...]] = {}
    for fact in rule_facts(visit.desk.policy):
        values = [True, False] if fact.kind == "bool" else [choice.value for choice in fact.choices]
        ticked = tuple(value for value in values if f"when-{fact.name}-{_value_name(value)}" in visit.form)
        if ticked and not (fact.kind == "bool" and len(ticked) == len(values)):
            when[fact.name] = ticked
    strength, per = visit.text("strength"), visit.text("per")
    if strength not in get_args(Strength) or (per and per not in get_args(Per)) or len(items) != 1:
        raise InputError("form_wrong" if len(items) == 1 else "detail_rule_place")
    return DistrictRule(
        items[0], when, strength, _amount(visit.text("amount")), per or None, _line(visit.text("words"))
    )


def _amount(text: str) -> int | None:
    if not text:
        return None
    found = sums(text)
    if len(found) != 1 or found[0].low != found[0].high or found[0].text != text.strip():
        raise InputError("detail_amount", given=text[:20])
    return found[0].low


def _value_name(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _codes(text: str) -> tuple[str, ...]:
    plain = unicodedata.normalize("NFKC", text)
    return tuple(dict.fromkeys(code for code in _NO_CODE.split(plain) if code.strip(".")))


def _line(text: str) -> str:
    """One line without control characters: it is said inside a sentence."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _one_day(text: str) -> date:
    day = first_day(text)
    if day is None or day_after(text) != day + timedelta(days=1):
        raise InputError("detail_source")
    return day


def _since(text: str) -> date | None:
    return _given(text, first_day(text))


def _until(text: str) -> date | None:
    return _given(text, day_after(text))


def _given(text: str, day: date | None) -> date | None:
    if text and day is None:
        raise InputError("moment_wrong", given=text[:30])
    return day


def codes_of(policy: Policy, items: Iterable[str]) -> Mapping[str, str]:
    """These items' codes with their titles."""
    return {code: policy.items[code].title for code in items}
