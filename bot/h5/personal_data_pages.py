"""One's own data, as text and as a file; and one's own dates as a file for a phone's calendar."""

import json
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from bot.h5.context import PhoneRequest
from bot.h5.notice_options import allowing_on
from bot.services.people import data_export
from bot.services.policy.published_for_firm import PublishedDetailsCache, PublishedForFirm
from bot.services.policy.written_dates import written_last
from bot.web.forms_and_headers import POLICY
from config.calendar import SHANGHAI
from config.markup import flatten
from config.policy.facts import Fact
from config.texts import Texts
from notifications.calendar_file import CalendarEntry, calendar
from notifications.plans import Rules
from storage.engine.transactions import Tx

Row = tuple[str, str, str]


async def show(visit: PhoneRequest) -> web.StreamResponse:
    """Show one's own data, each fact with source and date."""
    told = await visit.ground.database.read(data_export.everything, visit.person_id)
    return visit.page("mine.html", done=visit.request.query.get("done") == "1", sections=_sections(visit, told))


async def export(visit: PhoneRequest) -> web.StreamResponse:
    """Return all of it as a JSON file."""
    told = await visit.ground.database.write(data_export.take_along, visit.person_id)
    body = json.dumps(told, ensure_ascii=False, indent=2)
    headers = {"Content-Disposition": 'attachment; filename="my-data.json"'}
    return web.Response(text=body, content_type="application/json", headers=headers)


def _sections(visit: PhoneRequest, told: dict[str, Any]) -> list[tuple[str, list[Row]]]:
    texts = visit.ground.texts
    person, firm = told["person"], told["firm"]
    contact = person["contact"]
    rows: list[Row] = [
        (texts("pages.met"), _day(person["met"]), ""),
        (
            texts("pages.contact"),
            f"{contact['name']} {contact['phone']}" if contact else texts("chat.registration.no_contact"),
            texts("pages.agreed", version=person["privacy_version"], day=_day(person["privacy_agreed"]))
            if contact
            else "",
        ),
    ]
    sections = [(texts("pages.person"), rows)]
    if firm is not None:
        facts = visit.ground.parts.policy.facts
        told_facts = [
            (facts[entry["fact"]].label, _shown(visit, facts[entry["fact"]], entry["value"]), _source(visit, entry))
            for entry in firm["facts"]
            if entry["fact"] in facts
        ]
        code = firm["credit_code"] or texts("chat.registration.code_later")
        code = texts("chat.registration.code_to_check", code=code) if firm["code_doubtful"] else code
        own: list[Row] = [
            (texts("pages.firm_name"), firm["name"], _day(firm["registered"])),
            (texts("pages.code"), code, ""),
        ]
        if firm["zone"] is not None:
            zone, source = firm["zone"]["zone"] or texts("chat.zone.outside"), firm["zone"]["source"]
            told_facts.append((texts("pages.zone"), zone, texts(f"chat.zone.source_{source}")))
        sections.append((texts("pages.firm"), own + told_facts))
    if told["roles"]:
        held = [
            (texts(f"chat.role.{role['kind']}"), role["agency"] or role["name"] or "", role["area"] or "")
            for role in told["roles"]
        ]
        sections.append((texts("pages.roles"), held))
    if told["notices"]:
        notices = [(_day(notice["planned"]), notice["text"], "") for notice in told["notices"]]
        sections.append((texts("pages.notices"), notices))
    return sections


def _shown(visit: PhoneRequest, fact: Fact, value: Any) -> str:
    texts = visit.ground.texts
    if isinstance(value, bool):
        return fact.answers[0 if value else 1]
    if isinstance(value, str):
        return fact.label_of(value)
    known = "、".join(choice.label for choice in fact.choices if choice.value in value) or texts("chat.question.none")
    left_open = fact.left_open(value)
    return texts("chat.question.left_open", known=known, open=left_open) if left_open else known


def _source(visit: PhoneRequest, entry: dict[str, Any]) -> str:
    source = visit.ground.texts(f"chat.profile.source_{entry['source']}")
    return f"{source} {_day(entry['learned'])}"


def _day(moment: str | None) -> str:
    return "" if moment is None else f"{datetime.fromisoformat(moment).astimezone(SHANGHAI):%Y-%m-%d}"


AHEAD = timedelta(days=400)


async def show_dates(visit: PhoneRequest) -> web.StreamResponse:
    """Show what the file would contain."""
    found = await visit.ground.database.read(_dates, visit)
    rows = [(written_last(entry.due), entry.title) for entry in found]
    allowing = await allowing_on(visit)
    page = visit.page("calendar.html", rows=rows, allowing=allowing)
    if allowing is not None:
        page.headers[POLICY] = allowing.policy
    return page


async def take_dates(visit: PhoneRequest) -> web.StreamResponse:
    """Return the file."""
    found = await visit.ground.database.write(_taken, visit)
    headers = {"Content-Disposition": 'attachment; filename="dates.ics"'}
    return web.Response(text=found, content_type="text/calendar", charset="utf-8", headers=headers)


def _dates(tx: Tx, visit: PhoneRequest) -> list[CalendarEntry]:
    return data_export.dates(tx, visit.person_id, *_rules(tx, visit))


def _taken(tx: Tx, visit: PhoneRequest) -> str:
    return calendar(data_export.take_dates(tx, visit.person_id, *_rules(tx, visit)), tx.now)


def _rules(tx: Tx, visit: PhoneRequest) -> tuple[PublishedForFirm, Rules, datetime]:
    # Nothing can be tapped here: links are flattened to text.
    texts = Texts.load(markup=flatten)
    return PublishedDetailsCache(visit.ground.parts.policy, texts).current(tx), Rules.load(texts), tx.now + AHEAD
