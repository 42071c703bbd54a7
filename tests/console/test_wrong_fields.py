"""Whatever is wrong in whatever field: said beside it in Chinese, the rest stays, and nothing is written."""

import logging
import re
from html import unescape

import pytest

from bot.web.form_html import FormReader, HtmlControl, HtmlForm
from storage.audit import audit
from storage.audit.audit import AuditQuery
from storage.engine.transactions import Tx
from tests.bids.stage import a_bidder
from tests.console.forms import SECRET, Found, forms_on
from tests.console.stage import DeskStage, Page
from tests.console.test_malformed_forms import failures
from tests.console.test_refused_forms import every_form

LONGEST = 20_001
# A box that is not ticked is right; a bid's declarations are judged together.
_NOT_JUDGED = ("hidden", "button", "submit", "file", "checkbox", "password")
# Any line may be a firm's name.
FREE = {("/console/broadcasts", "listed"), ("/console/broadcasts/{id}", "listed")}
# Which button is pressed, where a form has several and the field belongs to one.
BUTTONS = {
    **{("/console/tickets/batch", name): "move" for name in ("place", "days", "why")},
    ("/console/tickets/batch", "canned"): "close",
    ("/console/proofs/batch", "reason"): "refuse",
}


# What is left open so that the field is judged: a size that is said needs no figures, a zone names its district.
OTHERS = {
    **{("/h5/register", name): {"size": ""} for name in ("trade", "staff", "revenue", "assets")},
    ("/h5/register", "district"): {"zone": ""},
}


def wrong_value(control: HtmlControl) -> str | None:
    """Something that this field cannot hold; None where there is nothing of the kind."""
    if not control.name or control.name in SECRET or control.type in _NOT_JUDGED:
        return None
    if control.type in ("date", "datetime-local"):
        return "后天"
    if control.type == "number" or control.get("inputmode") == "numeric":
        return "三"
    if control.type in ("select", "radio"):
        return "没有这一项"
    return f"<b>{control.name}</b>" + "长" * LONGEST


def refilled(page: Page, path: str, name: str) -> tuple[HtmlForm, HtmlControl] | None:
    """The form of this page that says that this field is wrong."""
    for form in FormReader(page.text).forms:
        for control in form.controls:
            if form.sends_to(path) and control.name == name and control.get("aria-invalid") == "true":
                return form, control
    return None


def sentence_of(page: Page, control: HtmlControl) -> str:
    """What stands beside the field."""
    found = re.search(rf'id="{control.get("aria-describedby")}"[^>]*>([^<]*)<', page.text)
    return unescape(found[1]) if found else ""


def kept(page: Page, form: HtmlForm, sent: dict[str, str], but: str) -> list[str]:
    """The texts that were sent and stand no more in their fields."""
    lost = []
    for control in form.controls:
        text = sent.get(control.name, "")
        if control.name != but and control.name not in SECRET and control.type in ("text", "textarea", "tel", "number"):
            shown = control.get("value") if control.tag == "input" else unescape(page.text[control.end : control.close])
            lost += [] if shown.strip() == text.strip() else [control.name]
    return lost


def acts_since(tx: Tx, before: int) -> list[str]:
    """What was written down since there were so many acts, but that pages were looked at."""
    new = audit.count(tx, AuditQuery()) - before
    return [one.action for one in audit.entries(tx, AuditQuery(), most=new) if not one.action.endswith(".read")]


async def fields_of(desk: DeskStage) -> list[Found]:
    """Every form with a field, on desk and phone pages."""
    found = list((await every_form(desk)).values())
    phone, _, _ = await a_bidder(desk, "一家揭榜企业")
    running = next(one.page for one in found if one.page.endswith("/review")).split("/")[3]
    for page in ("/h5/register", f"/h5/board/{running}", f"/h5/board/{running}/bid"):
        found += [one async for one in forms_on(phone, page) if one.texts()]
    return found


async def test_what_is_wrong_in_a_field_is_said_beside_it_and_the_rest_stays(
    desk: DeskStage, caplog: pytest.LogCaptureFixture
) -> None:
    forms, tried = await fields_of(desk), 0
    wrong: list[tuple[object, ...]] = []
    with caplog.at_level(logging.WARNING):
        for one in forms:
            sent = one.right()
            for control in one.form.controls:
                value = wrong_value(control)
                if value is None or (one.route, control.name) in FREE:
                    continue
                tried += 1
                before = await desk.database.read(audit.count, AuditQuery())
                if "do" in sent:
                    button = "send" if one.route == "/h5/register" else sent["do"]
                    sent["do"] = BUTTONS.get((one.route, control.name), button)
                await one.browser.get(one.page)
                others = OTHERS.get((one.route, control.name), {})
                page = await one.browser.post(one.path, **{**sent, **others, control.name: value})
                there = refilled(page, one.path, control.name)
                if page.status != 422 or there is None:
                    wrong.append((one.route, control.name, page.status, "not beside"))
                    continue
                said, lost = sentence_of(page, there[1]), kept(page, there[0], sent, control.name)
                written = await desk.database.read(acts_since, before)
                if not re.search("[\u4e00-\u9fff]", said) or lost or written or "<b>" + control.name in page.text:
                    wrong.append((one.route, control.name, said, lost, written))
    assert wrong == [], "\n".join(map(str, wrong))
    assert tried > 100
    assert failures(caplog) == []
