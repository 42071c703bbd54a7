"""Outbox review: messages held by a restore or a refusal, or of unknown arrival."""

from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from aiohttp import web

from bot.console.context import HOME, ConsoleRequest, see
from bot.services.notices import outbox_review, quota_clearing
from config.limits import QuotaLimits
from notifications.quota import Gauge, gauges
from storage.backup import restore_holds
from storage.engine.transactions import Tx
from storage.notices import outbox, review_queue
from storage.notices.api_quota import SPENT
from storage.notices.review_queue import UnresolvedNotice

MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class OutboxPage:
    """The outbox in numbers, what is stuck in it, and the date of the backup whose restore holds it, if any.

    `groups`: what people can decide about, by state and reason; `state`: which rows are listed; `clears`: resets of the
    daily counts left this month.
    """

    counts: dict[str, int]
    groups: list[tuple[str, str, int]]
    listed: list[UnresolvedNotice]
    restored: datetime | None
    state: str | None
    gauges: list[Gauge]
    clears: int

    @property
    def spent(self) -> bool:
        """Tell whether some API has used up its daily quota."""
        return any(one.why == SPENT or one.used >= one.daily for one in self.gauges)


async def listed(visit: ConsoleRequest) -> web.StreamResponse:
    """Show the numbers and the stuck rows, without message text."""
    state = visit.request.query.get("state")
    shown = await visit.desk.database.read(_shown, state if state in review_queue.DECIDED else None)
    return visit.page("outbox.html", shown=shown, most=MOST_SHOWN)


async def release(visit: ConsoleRequest) -> web.StreamResponse:
    """Release what a restore held."""
    await visit.desk.database.write(outbox_review.release, visit.me.person_id)
    see(f"{HOME}/outbox")


async def send_again(visit: ConsoleRequest) -> web.StreamResponse:
    """Send one message after all."""
    await _decide(visit, again=True)


async def leave(visit: ConsoleRequest) -> web.StreamResponse:
    """Leave one message unsent for good."""
    await _decide(visit, again=False)


async def send_group_again(visit: ConsoleRequest) -> web.StreamResponse:
    """Send all messages of one state and reason after all."""
    await _decide_many(visit, again=True)


async def leave_group(visit: ConsoleRequest) -> web.StreamResponse:
    """Leave all messages of one state and reason unsent for good."""
    await _decide_many(visit, again=False)


async def clear_quotas(visit: ConsoleRequest) -> web.StreamResponse:
    """Reset the platform's daily counts, and send what waited."""
    await visit.claim()
    await visit.desk.clear_quotas(visit.me.person_id)
    see(f"{HOME}/outbox?cleared=1")


async def _decide(visit: ConsoleRequest, *, again: bool) -> NoReturn:
    if not await visit.carry_out(outbox_review.decide, again=again):
        raise web.HTTPNotFound
    see(f"{HOME}/outbox")


async def _decide_many(visit: ConsoleRequest, *, again: bool) -> NoReturn:
    group = visit.text("state"), visit.text("why")
    while await visit.desk.database.write(outbox_review.decide_many, visit.me.person_id, *group, again=again):
        pass
    see(f"{HOME}/outbox")


def _shown(tx: Tx, state: str | None) -> OutboxPage:
    found = review_queue.listed(tx, MOST_SHOWN, state)
    quotas = QuotaLimits.load()
    restored, told = restore_holds.held_since(tx), gauges(tx, quotas)
    clears = quota_clearing.left(tx, quotas)
    return OutboxPage(outbox.states(tx), review_queue.groups(tx), found, restored, state, told, clears)
