"""Audit page: who did what to what, when and from where; whether its chain is signed and when last verified.

Omits what would reveal bidders until the bids may be read, and the numbers of later acts.
"""

import asyncio
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated

from aiohttp import web
from pydantic import Field

from bot.console.actors import Actors
from bot.console.context import ConsoleRequest
from bot.web import spreadsheets
from bot.web.form_models import Day, FormModel, at_most, read_form_model, whole_number
from config.calendar import SHANGHAI, midnight
from storage.audit import audit
from storage.audit import chain as stored_chain
from storage.audit.audit import AuditQuery, AuditRow
from storage.audit.chain import Head
from storage.challenges import withheld_acts
from storage.engine.transactions import Tx
from storage.people import roles
from storage.people.roles import RoleKind

PAGE = 50
MOST_EXPORTED = 50_000
# Sources with an interface; rows with others are shown too.
SOURCES = ("wechat", "console", "cli", "system")
VERIFIED_FOR = timedelta(days=30)
HEAD = ("编号", "时间", "人员", "姓名", "做了什么", "对象", "来源", "涉及的字段")
WITHHELD = "开启后显示"
_LONGEST_WORD = 40


@dataclass(frozen=True, slots=True)
class ChainState:
    """How far the audit is proven: last signed batch, time of its last act, last verification.

    `numbered`: whether that act's number may be shown.
    """

    head: Head
    signed_to: datetime | None
    unsigned: int
    verified: AuditRow | None
    is_due: bool
    numbered: bool


@dataclass(frozen=True, slots=True)
class AuditPage:
    """One page of the audit. `names`: actors' names by act id.

    `older`: how many acts are newer than the next page, if there is one; `withheld`: number from which none is shown.
    """

    entries: list[AuditRow]
    total: int
    older: int | None
    names: dict[int, str]
    actions: list[str]
    chain: ChainState
    withheld: int | None


async def listed(visit: ConsoleRequest) -> web.StreamResponse:
    """Show one page of acts, newest first, and the chain's state."""
    listing = await visit.desk.database.read(_listing, visit)
    kinds = [kind.value for kind in RoleKind if kind != RoleKind.FIRM_MEMBER]
    return visit.page("audit.html", listing=listing, kinds=kinds, sources=SOURCES, labels=labels(visit), later=WITHHELD)


async def export(visit: ConsoleRequest) -> web.StreamResponse:
    """Export the filtered acts as a file: at most the newest 50,000."""
    rows = await visit.desk.database.read(_rows, visit)
    return await asyncio.to_thread(spreadsheets.as_file, visit.request.query.get("as", "xlsx"), "操作记录", HEAD, rows)


def labels(visit: ConsoleRequest) -> dict[str, str]:
    """Return the acts' display names; new ones are shown by their own word."""
    prefix = "audit.action."
    return {
        key.removeprefix(prefix): visit.desk.texts(f"audit.action.{key.removeprefix(prefix)}")
        for key in visit.desk.texts.every_key()
        if key.startswith(prefix)
    }


def _listing(tx: Tx, visit: ConsoleRequest) -> AuditPage:
    wanted, skip = _wanted(tx, visit), whole_number(visit.request.query.get("skip", "")[:9])
    found = audit.entries(tx, wanted, most=PAGE + 1, skip=skip)
    entries = found[:PAGE]
    older = skip + PAGE if len(found) > PAGE else None
    names, chosen = _names(tx, entries), audit.actions(tx, AuditQuery(but=wanted.but))
    first = withheld_acts.first_act(tx)
    return AuditPage(entries, audit.count(tx, wanted), older, names, chosen, chain_state(tx), first)


def chain_state(tx: Tx) -> ChainState:
    """Return how far the audit is proven now."""
    head = stored_chain.newest_head(tx)
    shown, first = AuditQuery(but=withheld_acts.acts(tx)), withheld_acts.first_act(tx)
    last = audit.newest(tx, shown, head.last)
    unsigned = audit.count_after(tx, shown, head.last)
    verified = next(iter(audit.entries(tx, AuditQuery(subject="audit", source="cli"), most=1)), None)
    is_due = verified is None or verified.action != "audit.whole" or verified.at < tx.now - VERIFIED_FOR
    return ChainState(head, last.at if last else None, unsigned, verified, is_due, first is None or head.last < first)


def _rows(tx: Tx, visit: ConsoleRequest) -> list[tuple[str, ...]]:
    entries, words = audit.entries(tx, _wanted(tx, visit), most=MOST_EXPORTED), labels(visit)
    names, first = _names(tx, entries), withheld_acts.first_act(tx)
    return [
        (
            str(entry.id) if first is None or (entry.id or 0) < first else WITHHELD,
            f"{entry.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}",
            entry.actor,
            names.get(entry.id or 0, ""),
            words.get(entry.action, entry.action),
            entry.subject,
            entry.source,
            "、".join(entry.fields),
        )
        for entry in entries
    ]


def _names(tx: Tx, entries: list[AuditRow]) -> dict[int, str]:
    persons = {entry.id or 0: whole_number(entry.actor.removeprefix("person:")) for entry in entries}
    actors = Actors(tx, {*persons.values()} - {0})
    return {entry.id or 0: actors.named(persons[entry.id or 0], entry.at, "") for entry in entries}


class AuditFilter(FormModel):
    """Which acts are listed, as the address says; `to` is the last day."""

    who: Annotated[str, at_most(_LONGEST_WORD)] = ""
    role: RoleKind | None = None
    what: Annotated[str, at_most(_LONGEST_WORD)] = ""
    subject: Annotated[str, at_most(_LONGEST_WORD)] = ""
    source: Annotated[str, at_most(_LONGEST_WORD)] = ""
    from_: Day | None = Field(None, alias="from")
    to: Day | None = None


def _wanted(tx: Tx, visit: ConsoleRequest) -> AuditQuery:
    asked = read_form_model(AuditFilter, visit.request.query)
    actors, until = None, asked.to
    if asked.role is not None:
        actors = frozenset(f"person:{person_id}" for person_id in roles.persons_with(tx, asked.role))
    return AuditQuery(
        (f"person:{asked.who}" if asked.who.isdigit() else asked.who) or None,
        actors,
        asked.what or None,
        asked.subject or None,
        asked.source or None,
        midnight(asked.from_) if asked.from_ else None,
        midnight(until + timedelta(days=1)) if until and until < date.max else None,
        withheld_acts.acts(tx),
    )
