"""Every console form, found on its own page over a database with something of each kind."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from html import unescape

from bot.console.routes import ROUTES
from bot.web.form_html import FormReader, HtmlForm
from storage.people.roles import OF_A_FIRM, RoleGrant, RoleKind
from tests.console.stage import Browser, DeskStage, Page
from tests.console.test_stored_words import sow

# Never shown again.
SECRET = ("csrf", "passphrase", "again", "share")


_FITTING = {
    "number": "3",
    "date": "2099-01-05",
    "datetime-local": "2099-01-05T09:30",
    "phone": "025-12345678",
    "checkbox": "on",
    "file": "",
}


@dataclass(frozen=True)
class Found:
    """A form on a page, and who may send it."""

    browser: Browser
    page: str
    path: str
    form: HtmlForm

    @property
    def route(self) -> str:
        """The address that it sends to, with {id} for its number."""
        return re.sub(r"/\d+", "/{id}", self.path)

    def typed(self) -> dict[str, str]:
        """Return too long a text for each text field, each distinct; hidden fields as they are."""
        sent = {}
        for control in self.form.controls:
            if control.name in SECRET or control.type in ("button", "submit", "file", "checkbox", "radio"):
                continue
            if control.type == "hidden":
                sent[control.name] = control.get("value")
            elif control.type == "select":
                sent[control.name] = next((one.value for one in control.options if one.value), "")
            else:
                sent[control.name] = f"写给{control.name}的<b>“话”&amp;" + "长" * (
                    int(control.get("data-most") or 0) + 1
                )
        return sent

    def right(self) -> dict[str, str]:
        """Return valid input for each field, as sent by the form's first button."""
        sent: dict[str, str] = {}
        for control in self.form.controls:
            if control.type in ("file", "select", "button"):
                value = next((one.value for one in control.options if one.value), control.get("value"))
            else:
                value = control.get("value") or _FITTING.get(control.name) or _FITTING.get(control.type, "写好的话")
            if control.name and control.name != "csrf":
                sent.setdefault(control.name, value)
        return sent

    def texts(self) -> list[str]:
        """Return the names of the text fields."""
        return [
            one.name
            for one in self.form.controls
            if one.name not in SECRET
            and one.type not in ("button", "submit", "file", "checkbox", "radio", "hidden", "select", "password")
        ]


async def everybody(desk: DeskStage) -> tuple[list[Browser], dict[str, int]]:
    """Return people who together may open every page, and one id of each kind."""
    things = await desk.database.write(sow, lambda label: f"{label}甲乙")
    officials = [
        RoleGrant(kind, "某人", date.min, None, None, "市工信局", None) for kind in RoleKind if kind not in OF_A_FIRM
    ]
    return [await desk.inside(await desk.person("o-all", *officials))], {
        locator.__name__: number for locator, number in things.items()
    }


async def forms_on(browser: Browser, page: str) -> AsyncIterator[Found]:
    """Yield each submitting form on this page."""
    shown = await browser.get(page)
    if shown.status != 200 or "html" not in shown.headers.get("Content-Type", ""):
        return
    for form in FormReader(shown.text).forms:
        path = form.attributes.get("action") or ""
        if (form.attributes.get("method") or "") == "post" and path != "/console/leave":
            yield Found(browser, page, path, form)


def pages(things: dict[str, int]) -> list[str]:
    """Return every GET address, with an existing id."""
    found = []
    for route in ROUTES:
        if route.method == "GET" and not route.policy.anybody:
            number = things.get(route.policy.of.__name__) if route.policy.of is not None else None
            if "{" not in route.path:
                found.append("/console" + route.path)
            elif number is not None:
                found.append("/console" + route.path.replace("{id}", str(number)))
    found += [f"/console/details/new?kind={kind}" for kind in ("window", "rule", "extension", "statement")]
    return [*found, "/console/cards/edit?purpose=reminder&use=notice"]


def says(page: Page, words: str) -> bool:
    """Tell whether this text is on the page exactly as typed."""
    return words in unescape(page.text)
