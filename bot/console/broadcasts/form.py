"""Broadcast form: input to content, and content to form fields."""

import asyncio
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, cast

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from bot.console.context import ConsoleRequest
from bot.services.broadcasts import broadcasts as broadcast_service
from bot.services.broadcasts import name_list
from bot.web.form_models import (
    Checkbox,
    Choice,
    Choices,
    FormModel,
    InvalidFormError,
    Limited,
    LimitedLine,
    Moment,
    Number,
    Upload,
    read_together,
    whole,
)
from config.calendar import SHANGHAI
from config.errors import InputError
from storage.broadcasts.broadcasts import AudienceCriteria, BroadcastContent
from storage.people.roles import Role, RoleKind

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


def _keywords(sent: object) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(word for word in _BETWEEN_WORDS.split(" ".join(map(str, _listed(sent)))) if word))
    if len(found) > _MOST_WORDS or any(len(word) > _LONGEST_WORD for word in found):
        details = {"most": _MOST_WORDS, "longest": _LONGEST_WORD}
        raise PydanticCustomError("form_words_many", "too many words", details)
    return found


def _listed(sent: object) -> Iterable[object]:
    return sent if isinstance(sent, list | tuple) else [sent]


class BroadcastForm(FormModel):
    """What is written to whom, but for what comes as files."""

    kind: Choice
    scope: str = ""
    title: Limited = ""
    summary: LimitedLine = ""
    text: Limited = ""
    link: Limited = ""
    send_at: Moment | None = None
    titles: Choices = ()
    areas: Choices = ()
    sizes: Choices = ()
    words: Annotated[tuple[str, ...], BeforeValidator(_keywords)] = ()
    item: Choice = ""
    verdicts: Choices = ()
    unclaimed: Checkbox = False
    event: Number = 0
    contact: Choice = ""
    days: Annotated[int, whole(0, 3650)] = 0
    everyone: Checkbox = False

    def content(self, sent: "Sent") -> BroadcastContent:
        """Return the broadcast with these files."""
        area, _, agency = self.scope.partition("|")
        audience = AudienceCriteria(
            titles=self.titles,
            areas=self.areas,
            sizes=self.sizes,
            words=self.words,
            item=self.item,
            verdicts=self.verdicts,
            unclaimed=self.unclaimed,
            event=self.event,
            contact=self.contact,
            days=self.days if self.contact else 0,
            listed=sent.listed,
            everyone=self.everyone,
        )
        summary = self.summary if self.kind == "article" else ""
        return BroadcastContent(
            self.kind,  # type: ignore[arg-type]  # a Choice among KINDS
            area or None,
            agency,
            self.title,
            self.text,
            self.link,
            audience,
            self.send_at,
            summary,
            sent.picture,
        )


@dataclass(frozen=True, slots=True)
class Sent:
    """Files uploaded now or in an earlier attempt: the picture's name or empty, the list's lines."""

    picture: str
    listed: tuple[str, ...]

    def carried(self) -> dict[str, str]:
        """Return the fields that carry it on when the form is shown again: no file need be chosen twice."""
        return {"kept": self.picture, "listed": "\n".join(self.listed)}


def read(visit: ConsoleRequest) -> BroadcastForm:
    """Return what was typed. Raises InvalidFormError."""
    policy, rules = visit.desk.policy, visit.desk.broadcasting
    choices: dict[str, Any] = {
        "kind": KINDS,
        "titles": visit.desk.titles,
        "areas": list(visit.desk.areas),
        "sizes": [choice.value for choice in policy.facts["size"].choices],
        "item": policy.items,
        "verdicts": ("yes", "unknown"),
        "contact": CONTACTS,
        "title": range(rules.longest_title + 1),
        "summary": range(rules.longest_summary + 1),
        "text": range(rules.longest_page + 1),
        "link": range(rules.longest_link + 1),
    }
    given, _ = read_together(partial(visit.read, BroadcastForm, **choices), partial(_hold_scope, visit))
    return cast("BroadcastForm", given)


def _hold_scope(visit: ConsoleRequest) -> None:
    if visit.text("scope") not in [f"{area or ''}|{agency}" for area, agency in scopes(visit)]:
        raise InvalidFormError({"scope": InputError("broadcast_place")})


class FilesForm(FormModel):
    """What comes as files, and what came so at an earlier attempt: read first, so that nothing of it is lost."""

    kind: str = ""
    picture: Upload | None = None
    kept: str = ""
    without: Checkbox = False
    listed: str = ""
    table: Upload | None = None


def is_picture(name: str) -> bool:
    """Return whether a kept picture may have this name."""
    return _NAME.fullmatch(name) is not None


async def uploads(visit: ConsoleRequest) -> Sent:
    """Return the files that came now or before. Raises InputError where one is not what it should be."""
    given = visit.read(FilesForm)
    listed = tuple(name_list.lines(given.listed.splitlines()))
    kept = given.kept if is_picture(given.kept) else ""
    if given.table is not None:
        names = await visit.desk.sandbox.names(await asyncio.to_thread(given.table.file.read))
        listed = tuple(dict.fromkeys([*listed, *names]))
    if given.kind != "article" or (given.picture is None and given.without):
        return Sent("", listed)
    if given.picture is None:
        return Sent(kept, listed)
    content = await asyncio.to_thread(given.picture.file.read)
    made = await visit.desk.sandbox.picture(content, visit.desk.broadcasting.picture_side)
    return Sent(await visit.desk.database.write(broadcast_service.save_picture, made), listed)


def scopes(visit: ConsoleRequest) -> list[tuple[str | None, str]]:
    """Return the (area, agency) the viewer may write for: an area's official its own, the city's all and each."""
    mine = [role for role in visit.me.admitted if role.kind is RoleKind.EDITOR and role.agency]
    return list(dict.fromkeys(place for role in mine for place in _places(role, visit)))


def shown(content: BroadcastContent) -> dict[str, object]:
    """Return the form fields for this content."""
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


def _places(role: Role, visit: ConsoleRequest) -> list[tuple[str | None, str]]:
    agency = role.agency or ""
    return [(role.area, agency)] if role.area else [(None, agency), *((area, agency) for area in visit.desk.areas)]
