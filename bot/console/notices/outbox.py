"""What waits for a person's decision before it is told: held by a restore or a refusal, or of unknown arrival."""

from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from bot.console.context import HOME, Visit, see
from bot.services.notices import outbox_review, quota_clearing
from config.quotas import Quotas
from notifications.quota import Gauge, gauges
from storage.backup import restore_holds
from storage.engine.transactions import Tx
from storage.notices import outbox, review_queue
from storage.notices.api_quota import SPENT
from storage.notices.review_queue import Stuck

MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Shown:
    """The outbox in numbers, what is stuck in it, and the backup (its day) whose restore holds it, if any.

    `groups`: what people can decide about, by state and reason; `state`: which of the rows are listed; `clears`: how
    often this month the day's counts may still be started anew.
    """

    counts: dict[str, int]
    groups: list[tuple[str, str, int]]
    listed: list[Stuck]
    restored: datetime | None
    state: str | None
    gauges: list[Gauge]
    clears: int

    @property
    def spent(self) -> bool:
        """Whether some API has used up its day."""
        return any(one.why == SPENT or one.used >= one.daily for one in self.gauges)


async def listed(visit: Visit) -> web.StreamResponse:
    """The numbers and the stuck rows; nobody's words."""
    state = visit.request.query.get("state")
    shown = await visit.desk.database.read(_shown, state if state in review_queue.DECIDED else None)
    return visit.page("outbox.html", shown=shown, most=MOST_SHOWN)


async def release(visit: Visit) -> web.StreamResponse:
    """What a restore held is told from now on."""
    await visit.desk.database.write(outbox_review.release, visit.me.person_id)
    see(f"{HOME}/outbox")


async def decide(visit: Visit) -> web.StreamResponse:
    """One row: told again, or never."""
    again = _again(visit)
    if not await visit.carry_out(outbox_review.decide, again=again):
        raise web.HTTPNotFound
    see(f"{HOME}/outbox")


async def decide_many(visit: Visit) -> web.StreamResponse:
    """All rows of one state and reason: told again, or never."""
    again, group = _again(visit), (visit.text("state"), visit.text("why"))
    while await visit.desk.database.write(outbox_review.decide_many, visit.me.person_id, *group, again=again):
        pass
    see(f"{HOME}/outbox")


async def clear_quotas(visit: Visit) -> web.StreamResponse:
    """The platform starts the day's counts anew, and what waited goes out."""
    await visit.claim()
    await visit.desk.clear_quotas(visit.me.person_id)
    see(f"{HOME}/outbox?cleared=1")


def _again(visit: Visit) -> bool:
    return visit.choice("what", ("again", "leave")) == "again"


def _shown(tx: Tx, state: str | None) -> Shown:
    found = review_queue.listed(tx, MOST_SHOWN, state)
    quotas = Quotas.load()
    restored, told = restore_holds.held_since(tx), gauges(tx, quotas)
    clears = quota_clearing.left(tx, quotas)
    return Shown(outbox.states(tx), review_queue.groups(tx), found, restored, state, told, clears)
