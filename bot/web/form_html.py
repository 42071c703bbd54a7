"""Parse our rendered page's forms: each field with its offset, so that it can be edited."""

from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

_VOID_FIELDS = ("input", "button")


@dataclass(slots=True)
class Option:
    """An option of a select: its offset, attributes and value."""

    start: int
    end: int
    attributes: dict[str, str | None]
    words: str = ""

    @property
    def value(self) -> str:
        """Return the value sent if this is chosen."""
        value = self.attributes.get("value")
        return " ".join(self.words.split()) if value is None else value


@dataclass(slots=True)
class HtmlControl:
    """One field: its tag from `start` to `end`; `close` is the start of its end tag, if it has one."""

    tag: str
    start: int
    end: int
    attributes: dict[str, str | None]
    details: tuple[int, ...]
    close: int = 0
    after: int = 0
    options: list[Option] = field(default_factory=list)

    def get(self, name: str) -> str:
        """Return this attribute, "" if absent."""
        return self.attributes.get(name) or ""

    @property
    def name(self) -> str:
        """Return the name it is sent under."""
        return self.get("name")

    @property
    def type(self) -> str:
        """Return the field type: "textarea", "select", "button" or an input's type."""
        return self.get("type") or "text" if self.tag == "input" else self.tag


@dataclass(slots=True)
class HtmlForm:
    """One form: its target, and its fields in order."""

    attributes: dict[str, str | None]
    controls: list[HtmlControl] = field(default_factory=list)

    def sends_to(self, path: str) -> bool:
        """Return whether it, or one of its buttons, submits to this address."""
        targets = [self.attributes.get("action") or "", *(one.get("formaction") for one in self.controls)]
        method = (self.attributes.get("method") or "").lower()
        return method == "post" and path in (target.partition("?")[0] for target in targets)


def tag_of(tag: str, attributes: dict[str, str | None]) -> str:
    """Return the start tag with these attributes."""
    written = (f" {name}" if value is None else f' {name}="{escape(value)}"' for name, value in attributes.items())
    return f"<{tag}{''.join(written)}>"


class FormReader(HTMLParser):
    """Finds a page's forms; `details` by their tags' offsets, `main`: offset after the main tag."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[HtmlForm] = []
        self.main = 0
        self.details: dict[int, str] = {}
        self._page = page
        self._lines = [0]
        # Only these end a line for the parser's positions; users' text may contain others.
        for line in page.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)
        self._form: HtmlForm | None = None
        self._open: HtmlControl | None = None
        self._inside: list[int] = []
        self._loose: list[HtmlControl] = []
        self.feed(page)
        self.close()
        self._join()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Handle a start tag."""
        held = dict(attrs)
        start = self._offset()
        end = start + len(self.get_starttag_text() or "")
        if tag == "main":
            self.main = end
        elif tag == "details":
            self.details[start] = self.get_starttag_text() or ""
            self._inside.append(start)
        elif tag == "form":
            self._form = HtmlForm(held)
            self.forms.append(self._form)
        elif tag == "option" and self._open is not None:
            self._open.options.append(Option(start, end, held))
        elif tag in ("input", "button", "select", "textarea"):
            self._control(tag, start, end, held)

    def handle_endtag(self, tag: str) -> None:
        """Handle an end tag."""
        if tag == "details" and self._inside:
            self._inside.pop()
        elif tag == "form":
            self._form = None
        elif tag in ("select", "textarea") and self._open is not None:
            self._open.close = self._offset()
            self._open.after = self._open.close + len(f"</{tag}>")
            self._open = None

    def handle_data(self, data: str) -> None:
        """Take in words: an option's."""
        if self._open is not None and self._open.options:
            self._open.options[-1].words += data

    def _control(self, tag: str, start: int, end: int, held: dict[str, str | None]) -> None:
        control = HtmlControl(tag, start, end, held, tuple(self._inside), after=end)
        if tag not in _VOID_FIELDS:
            self._open = control
        if held.get("form"):
            self._loose.append(control)
        elif self._form is not None:
            self._form.controls.append(control)

    def _join(self) -> None:
        """Give fields that stand elsewhere to the form that they name."""
        by_id = {form.attributes.get("id"): form for form in self.forms}
        for control in self._loose:
            if control.get("form") in by_id:
                by_id[control.get("form")].controls.append(control)

    def _offset(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column
