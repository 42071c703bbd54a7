"""Outbox review: messages held by a restore or a refusal, or of unknown arrival."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import NoReturn

from aiohttp import web

from bot.console.context import HOME, ConsoleRequest, see
from bot.services.notices import outbox_review
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
    await visit.desk.database.write(outbox_review.release)
    see(f"{HOME}/outbox")


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
    while await visit.desk.database.write(outbox_review.decide_many, *group, again=again):
        pass
    see(f"{HOME}/outbox")


# One message is sent after all, or left unsent for good; or all of one state and reason are.
send_again, leave = partial(_decide, again=True), partial(_decide, again=False)
send_group_again, leave_group = partial(_decide_many, again=True), partial(_decide_many, again=False)


def _shown(tx: Tx, state: str | None) -> OutboxPage:
    found = review_queue.listed(tx, MOST_SHOWN, state)
    quotas = QuotaLimits.load()
    restored, told = restore_holds.held_since(tx), gauges(tx, quotas)
    clears = outbox_review.clears_left(tx, quotas)
    return OutboxPage(outbox.states(tx), review_queue.groups(tx), found, restored, state, told, clears)
