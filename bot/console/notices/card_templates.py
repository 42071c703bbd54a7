"""Templates and the cards they show: current state, exact rendering, changes and trials."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from aiohttp import web
from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from bot.console.context import HOME, ConsoleRequest, see
from bot.services.notices import template_cards as template_card_service
from bot.web.form_models import FormModel, at_most
from bot.wechat.notices_api import AccountTemplate
from config.cards import Purpose, Purposes
from config.errors import InputError
from notifications import cards
from storage.notices import card_templates
from storage.notices.card_templates import USES, CardTemplate, Use
from storage.notices.platform_cache import CachedLookup

_LINE = re.compile(r"(\w{1,24})\s*+[=＝]\s*+(.*)")
_NAMED = re.compile(r"\{\{(\w+)\.DATA\}\}")
_LABELLED = re.compile(r"(.*)\{\{(\w+)\.DATA\}\}")


def _lines(text: object) -> dict[str, str]:
    found = [_LINE.fullmatch(line.strip()) for line in str(text).splitlines() if line.strip()]
    if not all(found):
        raise PydanticCustomError("card_line_wrong", "no line of a card")
    return {line[1]: line[2] for line in found if line is not None}


class CardForm(FormModel):
    """The template of a card, and what each of its fields says."""

    template_id: Annotated[str, at_most(64)] = ""
    fields_: Annotated[dict[str, str], BeforeValidator(_lines)] = Field(alias="fields")


@dataclass(frozen=True, slots=True)
class CardTemplatePage:
    """One purpose by one sending method: the template, and each card row filled with the example."""

    name: str
    purpose: Purpose
    use: Use
    card: CardTemplate | None
    rows: list[tuple[str, str]]


async def listed(visit: ConsoleRequest) -> web.StreamResponse:
    """Show every purpose with both methods."""
    entered = {(one.purpose, one.use): one for one in await visit.desk.database.read(card_templates.every)}
    shown = [
        _shown(name, purpose, use, entered.get((name, use)))
        for name, purpose in Purposes.load().by_name.items()
        for use in USES
    ]
    return visit.page("cards.html", shown=shown)


async def edit(visit: ConsoleRequest) -> web.StreamResponse:
    """Show the form, with the templates from the platform's own list."""
    name, purpose, use = _meant(visit.request.query.get("purpose", ""), visit.request.query.get("use", ""))
    entered = {(one.purpose, one.use): one for one in await visit.desk.database.read(card_templates.every)}
    told = await visit.desk.templates(use)
    offered = _offered(told)
    shown = _shown(name, purpose, use, entered.get((name, use)), _labels(offered, entered.get((name, use))))
    return visit.page("card_form.html", shown=shown, offered=offered, told=told)


async def put(visit: ConsoleRequest) -> web.StreamResponse:
    """Validate and save the input; if the platform names a template's fields, they must match."""
    name, purpose, use = _meant(visit.text("purpose"), visit.text("use"))
    given = visit.read(CardForm)
    card = CardTemplate(name, use, given.template_id, given.fields_)
    offered = _offered(await visit.desk.templates(use))
    wanted = next((_NAMED.findall(one.content) for one in offered if one.id == card.template_id), [])
    await visit.desk.database.write(template_card_service.put, card, purpose, wanted, visit.desk.texts)
    see(f"{HOME}/cards")


async def remove(visit: ConsoleRequest) -> web.StreamResponse:
    """Stop sending this purpose this way."""
    name, _, use = _meant(visit.text("purpose"), visit.text("use"))
    await visit.desk.database.write(template_card_service.remove, name, use)
    see(f"{HOME}/cards")


async def try_out(visit: ConsoleRequest) -> web.StreamResponse:
    """Send the example to the viewer as an ordinary notice."""
    name, purpose, _ = _meant(visit.text("purpose"), USES[0])
    await visit.desk.database.write(
        template_card_service.send_to_oneself, visit.me.person_id, name, purpose, visit.desk.texts
    )
    see(f"{HOME}/cards")


def _meant(name: str, use: str) -> tuple[str, Purpose, Use]:
    purpose = Purposes.load().by_name.get(name)
    if purpose is None or use not in USES:
        raise InputError("form_choose").at("purpose")
    return name, purpose, use


def _offered(told: CachedLookup) -> list[AccountTemplate]:
    return [AccountTemplate(**one) for one in told.value or ()]


def _labels(offered: Sequence[AccountTemplate], card: CardTemplate | None) -> dict[str, str]:
    """Return the platform template's labels, by field."""
    content = next((one.content for one in offered if card is not None and one.id == card.template_id), "")
    found = [_LABELLED.fullmatch(line.strip()) for line in content.splitlines()]
    return {line[2]: line[1].strip().rstrip(":：").strip() for line in found if line is not None}


def _shown(
    name: str, purpose: Purpose, use: Use, card: CardTemplate | None, labels: Mapping[str, str] | None = None
) -> CardTemplatePage:
    filled = cards.TemplateFields(card.fields).filled(cards.examples(purpose)) if card is not None else {}
    rows = [((labels or {}).get(field) or field, words) for field, words in filled.items()]
    return CardTemplatePage(name, purpose, use, card, rows)
