"""The account's templates, of template messages and of 订阅通知 (protocol §2.4, §2.5)."""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.simulator.bubbles import Row
from bot.simulator.calls import Answer, ApiError, Call
from bot.simulator.lines import PAGES
from bot.simulator.media import Endpoint

Use = Literal["template", "notice"]

MOST_ID = 64
_INDUSTRY_CUT = 20
_DROPPED = ("first", "remark")
_EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u200d]")
# A moment or a day, and a range of two joined by ~.
_DAY = r"(?:\d{4}年\d{1,2}月\d{1,2}日|\d{4}-\d{1,2}-\d{1,2})"
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2})?"
_TIME = rf"(?:{_DAY} ?)?{_CLOCK}"
_DATE = rf"{_DAY}(?: ?{_CLOCK})?"
_HAN = r"[㐀-䶿一-鿿]"
_NAME_OF_KIND = re.compile(r"([a-z_]+?)\d*")

# short_thing's limit is undocumented: assumed equal to thing's.
_PATTERNS = {
    "thing": r".{1,20}",
    "short_thing": r".{1,20}",
    "number": r"(?=.{1,32}$)[+-]?\d+(?:\.\d+)?",
    "letter": r"[A-Za-z]{1,32}",
    "symbol": r"[^\w\s]{1,5}",
    "character_string": r"[\x20-\x7e]{1,32}",
    "time": rf"{_TIME}(?: ?~ ?{_TIME})?",
    "date": rf"{_DATE}(?: ?~ ?{_DATE})?",
    "amount": r"[^\w\s]?\d{1,10}(?:\.\d+)?元?",
    "phone_number": r"[\d+\-*#() ]{1,17}",
    "car_number": r".{1,8}",
    "name": r"[A-Za-z .·'\-]{1,20}|[^\d\n]{1,10}",
    "phrase": rf"{_HAN}{{1,5}}",
}
_FITS: Mapping[str, Callable[[str], object]] = {
    kind: re.compile(pattern).fullmatch for kind, pattern in _PATTERNS.items()
}
CHOSEN = ("const", "enum")


def kind_of(field: str) -> str:
    """Return the kind of a field such as thing1; the whole name if it has no known kind."""
    found = _NAME_OF_KIND.fullmatch(field)
    return found[1] if found else field


def fits(field: str, value: str, choices: tuple[str, ...] = ()) -> bool:
    """Tell whether this field may hold this value; const and enum take one of the choices. No kind allows a
    line break.
    """
    kind = kind_of(field)
    if kind in CHOSEN:
        return value in choices
    return kind in _FITS and _FITS[kind](value) is not None


@dataclass(frozen=True)
class Template:
    """One template: `rows` are label and field; `choices`: values of const and enum fields.

    An `industry` template (before May 2023) drops, truncates and repairs what another would refuse. `refuses`: the code
    with which the platform blocks its use: 43116 for an abused one, 40249 for marketing.
    """

    id: str
    use: Use
    title: str
    rows: tuple[tuple[str, str], ...]
    industry: bool = False
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    refuses: int = 0

    def filled(self, data: Any) -> tuple[Row, ...]:
        """Return the rows with values; raises ApiError 47003 naming the field, or 47001 for malformed data."""
        if not isinstance(data, dict):
            raise ApiError(47001)
        values = {name: _value(data.get(name)) for _, name in self.rows}
        if self.industry:
            shown = ((label, values[name]) for label, name in self.rows if name not in _DROPPED)
            return tuple(Row(label, _mended(value)) for label, value in shown)
        for name, value in values.items():
            if not value:
                raise ApiError(47003, f"argument invalid! data.{name}.value is empty")
            if not fits(name, value, self.choices.get(name, ())):
                raise ApiError(47003, f"argument invalid! data.{name}.value invalid")
        return tuple(Row(label, values[name]) for label, name in self.rows)

    def content(self) -> str:
        """Return the template as the console shows it."""
        return "\n".join(
            f"{label}：{{{{{name}.DATA}}}}" if label else f"{{{{{name}.DATA}}}}" for label, name in self.rows
        )


class Templates:
    """All templates of the account, by id."""

    def __init__(self, known: Iterable[Template]) -> None:
        self._known = {template.id: template for template in known}

    def add(self, template: Template) -> None:
        """Add a template, or replace an existing one."""
        self._known[template.id] = template

    def get(self, template_id: object, use: Use) -> Template:
        """Return the template; raises ApiError 40037 if unknown, or its blocking code."""
        found = self._known.get(str(template_id or ""))
        if len(str(template_id or "")) > MOST_ID:
            raise ApiError(40036)
        if found is None or found.use != use:
            raise ApiError(40037)
        if found.refuses:
            raise ApiError(found.refuses)
        return found

    def of(self, use: Use) -> list[Template]:
        """Return the templates for one use."""
        return [template for template in self._known.values() if template.use == use]

    def endpoints(self) -> dict[str, Endpoint]:
        """Return the addresses that list them."""
        return {
            "/cgi-bin/template/get_all_private_template": Endpoint("GET", self._listed),
            "/wxaapi/newtmpl/gettemplate": Endpoint("GET", self._notices),
        }

    def _listed(self, _call: Call) -> Answer:
        listed = [
            {
                "template_id": template.id,
                "title": template.title,
                "primary_industry": "",
                "deputy_industry": "",
                "content": template.content(),
                "example": "",
            }
            for template in self.of("template")
        ]
        return {"template_list": listed}

    def _notices(self, _call: Call) -> Answer:
        listed = [
            {"priTmplId": template.id, "title": template.title, "content": template.content(), "example": "", "type": 2}
            for template in self.of("notice")
        ]
        return {"errcode": 0, "errmsg": "ok", "data": listed}


def load_templates() -> list[Template]:
    """Return the demo account's initial templates."""
    with (PAGES / "templates.toml").open("rb") as file:
        tables = tomllib.load(file)["template"]
    return [
        Template(one["id"], one["use"], one["title"], tuple(map(tuple, one["rows"])), one.get("industry", False))
        for one in tables
    ]


def _value(given: Any) -> str:
    value = given.get("value") if isinstance(given, dict) else None
    return "" if value is None else str(value)


def _mended(value: str) -> str:
    return " ".join(_EMOJI.sub("", value).split())[:_INDUSTRY_CUT]
