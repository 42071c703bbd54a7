"""The form of a broadcast: what was typed as its content, and a content as the fields of the form."""

import asyncio
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from aiohttp import web
from multidict import MultiDictProxy

from bot.console.context import Visit
from bot.console.form_values import moment, number
from bot.services.broadcasts import broadcasts as service
from bot.services.broadcasts import name_list
from config.calendar import SHANGHAI
from config.errors import InputError
from storage.broadcasts.broadcasts import Audience, Content
from storage.people.roles import Kind, Role

KINDS = {
    "text": "文字消息",
    "article": "图文（点开看全文）",
    "template": "卡片（模板消息）",
    "mass": "微信群发（只发文字，每人每月 4 条）",
}
CONTACTS = {"recent": "这些天里来过的", "silent": "这些天里没有来过的"}
_BETWEEN_WORDS = re.compile(r"[\s、，,；;]+")
_MOST_WORDS = 10
_LONGEST_WORD = 20
_NAME = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Sent:
    """What came as files now or at an earlier attempt: the picture's name or nothing, the lines of the list."""

    picture: str
    listed: tuple[str, ...]


def sent_before(visit: Visit) -> Sent:
    """What an earlier attempt brought: the form carries it on."""
    kept = visit.text("kept")
    return Sent(kept if _NAME.fullmatch(kept) else "", tuple(name_list.lines(visit.text("listed").splitlines())))


async def uploads(visit: Visit) -> Sent:
    """The same with the files that came now. Raises InputError where one is not what it should be."""
    before = sent_before(visit)
    table, picture = await _file(visit, "table"), await _file(visit, "picture")
    listed = before.listed
    if table:
        listed = tuple(dict.fromkeys([*listed, *await visit.desk.sandbox.names(table)]))
    if visit.text("kind") != "article" or (not picture and visit.text("without") == "1"):
        return Sent("", listed)
    if not picture:
        return Sent(before.picture, listed)
    made = await visit.desk.sandbox.picture(picture, visit.desk.broadcasting.picture_side)
    return Sent(await visit.desk.database.write(service.keep_picture, visit.me.person_id, made), listed)


def read(visit: Visit, sent: Sent) -> Content:
    """What was typed, with these files. Raises InputError for what the form could not have sent."""
    kind, scope = visit.text("kind"), visit.text("scope")
    if kind not in KINDS:
        raise InputError("form_wrong")
    area, _, agency = scope.partition("|")
    if (area or None, agency) not in scopes(visit):
        raise InputError("broadcast_place")
    return Content(
        kind,  # type: ignore[arg-type]  # held above
        area or None,
        agency,
        visit.text("title"),
        visit.text("text").replace("\r\n", "\n"),
        visit.text("link"),
        _audience(visit, sent.listed),
        moment(visit, "send_at", "broadcast_time"),
        " ".join(visit.text("summary").split()) if kind == "article" else "",
        sent.picture,
    )


def scopes(visit: Visit) -> list[tuple[str | None, str]]:
    """(area, agency) for which the viewer may write: an area's official for that, the city's for all and for each."""
    mine = [role for role in visit.me.admitted if role.kind is Kind.EDITOR and role.agency]
    return list(dict.fromkeys(place for role in mine for place in _places(role, visit)))


def shown(content: Content) -> dict[str, object]:
    """The fields of the form for this content."""
    whom = content.audience
    send_at = "" if content.send_at is None else f"{content.send_at.astimezone(SHANGHAI):%Y-%m-%dT%H:%M}"
    return {
        "kind": content.kind,
        "scope": f"{content.area or ''}|{content.agency}",
        "title": content.title,
        "summary": content.summary,
        "picture": content.picture,
        "text": content.text,
        "link": content.link,
        "send_at": send_at,
        "titles": whom.titles,
        "areas": whom.areas,
        "sizes": whom.sizes,
        "words": "、".join(whom.words),
        "item": whom.item,
        "verdicts": whom.verdicts,
        "unclaimed": whom.unclaimed,
        "event": whom.event or "",
        "contact": whom.contact,
        "days": whom.days or "",
        "listed": "\n".join(whom.listed),
        "everyone": whom.everyone,
    }


def typed(visit: Visit, sent: Sent) -> dict[str, object]:
    """The fields as they were sent, to be corrected; no file need be chosen again."""
    single = ("kind", "scope", "title", "text", "link", "send_at", "words", "item", "event", "contact", "days")
    several = {name: _all(visit, name) for name in ("titles", "areas", "sizes", "verdicts")}
    fields = {name: visit.text(name) for name in (*single, "summary")}
    fields |= {"picture": sent.picture, "listed": "\n".join(sent.listed)}
    ticked = {name: visit.text(name) == "1" for name in ("unclaimed", "everyone")}
    return {**fields, **several, **ticked}


def _audience(visit: Visit, listed: tuple[str, ...]) -> Audience:
    policy, areas = visit.desk.policy, visit.desk.areas
    item, contact = visit.text("item"), visit.text("contact")
    if item and item not in policy.items:
        raise InputError("item_unknown", item=item[:12])
    if contact and contact not in CONTACTS:
        raise InputError("form_wrong").at("contact")
    words = [word for word in _BETWEEN_WORDS.split(visit.text("words")) if word]
    if len(words) > _MOST_WORDS or any(len(word) > _LONGEST_WORD for word in words):
        raise InputError("form_words_many", most=_MOST_WORDS, longest=_LONGEST_WORD).at("words")
    return Audience(
        titles=_among(visit, "titles", visit.desk.titles),
        areas=_among(visit, "areas", list(areas)),
        sizes=_among(visit, "sizes", [choice.value for choice in policy.facts["size"].choices]),
        words=tuple(dict.fromkeys(words)),
        item=item,
        verdicts=_among(visit, "verdicts", ("yes", "unknown")),
        unclaimed=visit.text("unclaimed") == "1",
        event=number(visit, "event"),
        contact=contact,
        days=min(number(visit, "days"), 3650) if contact else 0,
        listed=listed,
        everyone=visit.text("everyone") == "1",
    )


async def _file(visit: Visit, name: str) -> bytes:
    sent = visit.form.get(name)
    if not isinstance(sent, web.FileField) or not sent.filename:
        return b""
    return await asyncio.to_thread(sent.file.read)


def _places(role: Role, visit: Visit) -> list[tuple[str | None, str]]:
    agency = role.agency or ""
    return [(role.area, agency)] if role.area else [(None, agency), *((area, agency) for area in visit.desk.areas)]


def _all(visit: Visit, name: str) -> list[str]:
    sent = visit.form.getall(name, []) if isinstance(visit.form, MultiDictProxy) else []
    return [str(one) for one in sent]


def _among(visit: Visit, name: str, allowed: Iterable[str] | Mapping[str, object]) -> tuple[str, ...]:
    chosen = set(_all(visit, name))
    if not chosen.issubset(allowed):
        # Leaving it out would write to more people than were meant.
        raise InputError("form_wrong").at(name)
    return tuple(one for one in allowed if one in chosen)
