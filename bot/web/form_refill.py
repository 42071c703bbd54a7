"""Refill a refused form: the input stays, errors are shown beside it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

from aiohttp import web

from bot.web.form_html import FormReader, HtmlControl, HtmlForm, tag_of
from bot.web.form_models import faults_of
from config.errors import AppError, ConflictError
from config.texts import Texts

# Never shown again or kept: our token, and what only its owner may know.
SECRET = frozenset({"csrf", "passphrase", "again", "share"})
_CHOICES = ("checkbox", "radio")
_NOT_FILLED = ("button", "submit", "password", "file", "image", "reset")


@dataclass(frozen=True, slots=True)
class TypedForm:
    """Input of a form sent to `path`: texts by name in order, and whether files came with it."""

    path: str
    fields: tuple[tuple[str, str], ...]
    files: bool = False

    @classmethod
    def of(cls, path: str, form: Mapping[str, Any]) -> "TypedForm":
        """Return the input without secrets."""
        shown = [(name, value) for name, value in form.items() if name not in SECRET]
        files = any(isinstance(value, web.FileField) and value.filename for _, value in shown)
        return cls(path, tuple((name, value) for name, value in shown if isinstance(value, str)), files)

    def by_name(self) -> dict[str, list[str]]:
        """Return the values under each name."""
        found = defaultdict(list)
        for name, value in self.fields:
            found[name].append(value.replace("\r\n", "\n"))
        return dict(found)


@dataclass(frozen=True, slots=True)
class FormMessage:
    """What is said about a form: a sentence above the page and, by name, what is wrong with its fields.

    `above` is HTML of ours that stands over the page too; `style` the class of sentences about what is wrong.
    `anew`: the form is about what stands there by now, no longer about what was seen as it was filled in.
    """

    sentence: str
    style: str
    wrong: Mapping[str, str] = field(default_factory=dict)
    above: str = ""
    anew: bool = False

    @classmethod
    def of(cls, error: AppError, texts: Texts, style: str) -> "FormMessage":
        """Return the message for this error."""
        wrong = {name: texts.error(fault) for name, fault in faults_of(error).items()}
        return cls(texts.error(error), style, wrong, anew=isinstance(error, ConflictError))


def refill(page: str, typed: TypedForm, said: FormMessage, texts: Texts) -> str | None:
    """Return the page with its form for `typed.path` filled in again; None where it has no such form."""
    reader = FormReader(page)
    values = typed.by_name()
    fitting = [form for form in reader.forms if form.sends_to(typed.path)]
    if not fitting:
        return None
    form = max(fitting, key=lambda one: _fit(one, values))
    edits = _Edits(page)
    wrong = dict(said.wrong)
    taken: dict[str, int] = defaultdict(int)
    for number, control in enumerate(form.controls):
        if not (control.type == "hidden" and said.anew):
            _fill(edits, control, values, taken)
        if control.type == "file" and typed.files:
            edits.beside(control, texts("forms.file_again"), "form-text", f"again-{number}")
        elif control.name in wrong and control.type not in ("hidden", "button"):
            edits.beside(control, wrong.pop(control.name), said.style, f"wrong-{number}")
    for start in {start for control in form.controls for start in control.details}:
        tag = reader.details[start]
        edits.put(start, start + len(tag), tag if " open" in tag else tag[:-1] + " open>")
    # What is wrong with a field that the page does not show is said above it, too.
    above = dict.fromkeys(text for text in (said.sentence, *wrong.values()) if text)
    sentence = f'<p class="{said.style}" role="alert">{escape(" ".join(above))}</p>' if above else ""
    edits.put(reader.main, reader.main, f"\n{sentence}{said.above}")
    return edits.done()


class _Edits:
    """Edits to a text by offset."""

    def __init__(self, page: str) -> None:
        self._page = page
        self._tags: dict[int, HtmlControl] = {}
        self._found: list[tuple[int, int, str]] = []

    def put(self, start: int, end: int, text: str) -> None:
        """Replace the text from `start` to `end`."""
        self._found.append((start, end, text))

    def tag(self, control: HtmlControl) -> None:
        """Rewrite the field's tag, once, with its final attributes."""
        self._tags[control.start] = control

    def beside(self, control: HtmlControl, sentence: str, style: str, name: str) -> None:
        """Insert a sentence after the field, and reference it from the field."""
        if style != "form-text":
            control.attributes["aria-invalid"] = "true"
        control.attributes["aria-describedby"] = name
        self.tag(control)
        self.put(
            control.after, control.after, f'<span class="{style} form-wrong" id="{name}">{escape(sentence)}</span>'
        )

    def done(self) -> str:
        """Return the edited text."""
        tags = [(one.start, one.end, tag_of(one.tag, one.attributes)) for one in self._tags.values()]
        parts, last = [], 0
        for start, end, text in sorted(tags + self._found, key=lambda edit: edit[:2]):
            parts += [self._page[last:start], text]
            last = end
        return "".join((*parts, self._page[last:]))


def _fit(form: HtmlForm, values: Mapping[str, list[str]]) -> int:
    """Return how well the input fits this form: a page may have one per list line."""
    found = 0
    for one in form.controls:
        if one.name in SECRET or not one.name:
            continue
        if one.type in ("hidden", "button", "submit"):
            same = one.get("value") in values.get(one.name, [])
            found += 3 if same else 0 if one.type != "hidden" else -3
        else:
            found += 1 if one.name in values else 0
    return found


def _fill(edits: _Edits, control: HtmlControl, values: Mapping[str, list[str]], taken: dict[str, int]) -> None:
    name, kind = control.name, control.type
    if not name or name in SECRET or kind in _NOT_FILLED:
        return
    sent = values.get(name, [])
    if kind in _CHOICES:
        on = (control.attributes.get("value") or "on") in sent
        control.attributes.pop("checked", None)
        control.attributes |= {"checked": None} if on else {}
        edits.tag(control)
    elif kind == "select":
        for option in control.options:
            option.attributes.pop("selected", None)
            option.attributes |= {"selected": None} if option.value in sent else {}
            edits.put(option.start, option.end, tag_of("option", option.attributes))
    elif taken[name] < len(sent):
        value = sent[taken[name]]
        taken[name] += 1
        if kind == "textarea":
            # Browsers drop the first line break after the tag.
            edits.put(control.end, control.close, "\n" + escape(value))
        else:
            control.attributes["value"] = value
            edits.tag(control)
