"""Helpers for broadcast tests: officials, firms, and the way from draft to recipients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from bot.jobs.broadcasts import BroadcastTick
from bot.jobs.mass_sends import SendsToMany
from bot.services.broadcasts import broadcasts as broadcast_service
from bot.wechat.mass_api import MassJob
from config.limits import BroadcastLimits
from config.policy.model import Policy
from config.texts import Texts
from config.workdays import Hours
from storage.broadcasts import broadcasts
from storage.broadcasts.broadcasts import Broadcast, BroadcastContent
from storage.engine.database import Database
from storage.engine.transactions import Tx
from storage.firms import firms
from storage.people import people, roles
from storage.people.roles import RoleGrant, RoleKind

if TYPE_CHECKING:
    # Takes as long to load as everything else, and child processes load this.
    from bot.chat.context import ChatServices

AGENCY = "市工信局"
RULES, HOURS = BroadcastLimits.load(), Hours.load()


def a_content(**other: Any) -> BroadcastContent:
    """Return a city-wide broadcast to everybody who represents a firm."""
    usual: dict[str, Any] = {"kind": "text", "area": None, "agency": AGENCY, "title": "算力券开始申报"}
    return BroadcastContent(**{**usual, "text": "请登录系统提交材料，有疑问在对话里问。", **other})


def official(tx: Tx, name: str, kind: RoleKind = RoleKind.EDITOR, area: str | None = None, agency: str = AGENCY) -> int:
    """Return a person of this agency with one role."""
    person_id = people.meet(tx, f"o-official-{name}").id
    if not roles.held_on(tx, person_id, date(2026, 1, 1)):
        roles.add(tx, person_id, RoleGrant(kind, name, date.min, agency=agency, area=area))
    return person_id


def a_firm(tx: Tx, name: str, facts: Mapping[str, Any] | None = None, persons: int = 1, code: str | None = None) -> int:
    """Return a registered firm with people who represent it: o-<name>-0 and so on."""
    firm_id = firms.add(tx, name=name, credit_code=code)
    firms.save_facts(tx, firm_id, facts or {}, "self")
    for number in range(persons):
        people.join_firm(tx, people.meet(tx, f"o-{name}-{number}").id, firm_id)
    return firm_id


def put_forward(tx: Tx, content: BroadcastContent, parts: ChatServices) -> Broadcast:
    """Return a broadcast composed and submitted by 甲."""
    author = official(tx, "甲")
    number = broadcast_service.compose(tx, author, content, RULES, parts.texts)
    broadcast_service.submit(tx, author, number, content.digest, RULES, parts.texts)
    found = broadcasts.get(tx, number)
    assert found is not None
    return found


def approved(tx: Tx, content: BroadcastContent, parts: ChatServices) -> Broadcast:
    """Return one submitted by 甲, approved by 乙."""
    found = put_forward(tx, content, parts)
    assert broadcast_service.approve(
        tx, official(tx, "乙", RoleKind.APPROVER), found.id, found.digest, RULES, HOURS, parts.texts
    )
    after = broadcasts.get(tx, found.id)
    assert after is not None
    return after


def until_it_starts(tx: Tx, found: Broadcast) -> timedelta:
    """Return how long until this broadcast may be sent."""
    assert found.starts is not None
    return found.starts - tx.now


class NoPlatform:
    """A platform that must not be called."""

    async def mass_send(self, openids: Sequence[str], text: str, clientmsgid: str) -> MassJob:
        raise AssertionError(clientmsgid)

    async def mass_get(self, msg_id: int) -> str:
        raise AssertionError(msg_id)


def tick_of(
    database: Database,
    parts: ChatServices,
    portion: int = RULES.portion,
    api: SendsToMany | None = None,
    mass_most: int = 0,
) -> BroadcastTick:
    """Return a node's own tick, with so many people per transaction."""
    rules = replace(RULES, portion=portion, mass_most=mass_most or RULES.mass_most)
    return BroadcastTick(database, parts.policy, parts.texts, NoPlatform() if api is None else api, rules)


def mass_tick(database: Database, policy: Policy, texts: Texts, api: SendsToMany) -> BroadcastTick:
    """Return a node's own tick with such small batches and calls that five people need three of the one, two of the
    other; nobody is at the limit.
    """
    rules = replace(RULES, portion=2, mass_most=3, per_person_a_week=99)
    return BroadcastTick(database, policy, texts, api, rules)


def foreign_broadcast(tx: Tx) -> int:
    """Insert a broadcast of another area, with the canary's name."""
    return broadcasts.add(tx, a_content(area="六合", title="金丝雀群发"), 1)
