"""One's own data, as text and as a file."""

import json
from datetime import datetime
from typing import Any

from aiohttp import web

from bot.h5.context import PhoneRequest
from bot.services.people import data_export
from config.calendar import SHANGHAI
from config.policy.facts import Fact

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
