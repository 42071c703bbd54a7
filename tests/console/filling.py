"""Reads a page's forms, and fills them as a user typing anything would."""

from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser

_TYPED = ("text", "search", "tel", "email", "url", "password", "")


@dataclass
class Form:
    """A form's target, its fixed content, and the names of its text fields."""

    action: str
    fixed: dict[str, str] = field(default_factory=dict)
    typed: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)

    def filled(self, word: Callable[[str], str]) -> dict[str, str]:
        """Return every field with its value; `word` makes one for a text field's name."""
        return self.fixed | {name: word(name) for name in self.typed}


class Forms(HTMLParser):
    """A page's POST forms, each choice made and each number filled in."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._form: Form | None = None
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "form":
            self._form = Form(given.get("action", "")) if given.get("method") == "post" else None
            if self._form is not None:
                self.found.append(self._form)
        elif self._form is None:
            return
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and (value or self._select not in self._form.fixed):
            self._form.fixed.setdefault(self._select, value)
            if value and not self._form.fixed[self._select]:
                self._form.fixed[self._select] = value
        elif tag == "textarea":
            self._form.typed.append(name)
        elif tag == "input" and name and name != "csrf":
            kind = given.get("type", "")
            if kind == "file":
                self._form.files.append(name)
            elif kind in _TYPED:
                self._form.typed.append(name)
            else:
                self._form.fixed[name] = value or {"number": "3", "date": "2099-01-05"}.get(kind, "1")
        elif tag == "button" and name:
            self._form.fixed.setdefault(name, value)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
