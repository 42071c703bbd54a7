"""Reminders for officials: what is planned when, what needs a person, what was missed, the planner."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from bot.console.context import HOME, ConsoleRequest, see
from bot.services.policy.published_for_firm import PublishedDetailsCache
from bot.services.reminders import reminders as reminder_service
from bot.services.reminders.deadlines import Deadlines
from config.calendar import shanghai_day
from config.markup import flatten
from config.texts import Texts
from notifications.plans import Deadline, Rules, moments
from storage.challenges import withheld_acts
from storage.engine.transactions import Tx
from storage.policy.application_windows import WindowStep
from storage.policy.published_details import Detail
from storage.reminders import dismissals, planner_state, reminders

AHEAD = timedelta(days=60)
MOST = 100


@dataclass(frozen=True, slots=True)
class ComingReminder:
    """A deadline with its next reminder, and how many were reminded and dismissed it.

    `told` is None if it would reveal bidders: those who bid are no longer reminded.
    """

    deadline: Deadline
    next: datetime | None
    told: int | None
    ended: dict[str, int]


@dataclass(frozen=True, slots=True)
class RemindersPage:
    """The page. `unknown_years`: years without entered workdays that reminders reach."""

    state: planner_state.PlannerState | None
    coming: list[ComingReminder]
    waiting: list[tuple[Detail, WindowStep]]
    missed: list[tuple[str, datetime, datetime, int | None]]
    unknown_years: list[int]


async def listed(visit: ConsoleRequest) -> web.StreamResponse:
    """Show what is planned for the next two months, and what needs a person."""
    return visit.page("reminders.html", shown=await visit.desk.database.read(_shown, visit), most=MOST)


async def resume(visit: ConsoleRequest) -> web.StreamResponse:
    """Resume the planner after the clock was checked."""
    await visit.desk.database.write(reminder_service.resume)
    see(f"{HOME}/reminders")


def _shown(tx: Tx, visit: ConsoleRequest) -> RemindersPage:
    # Nothing can be tapped here: links are flattened to text.
    texts = Texts.load(markup=flatten)
    rules = Rules.load(texts)
    standing = Deadlines(tx, PublishedDetailsCache(visit.desk.policy, texts).current(tx), rules)
    due = sorted((one for one in standing.lasting() if tx.now < one.due), key=lambda one: one.due)
    near = [one for one in due if one.due <= tx.now + AHEAD][:MOST]
    chains = {one.chain for one in near}
    told, ended = reminders.notified_counts(tx, chains), dismissals.counts(tx, chains)
    shut = {f"bid:{challenge_id}" for challenge_id in withheld_acts.challenges_withheld(tx)}
    coming = [
        ComingReminder(
            one,
            next((moment.moment for moment in moments(one, rules) if moment.moment > tx.now), None),
            None if one.chain in shut else told.get(one.chain, 0),
            {} if one.chain in shut else ended.get(one.chain, {}),
        )
        for one in near
    ]
    workdays = rules.hours.workdays
    days = {shanghai_day(tx.now), *(shanghai_day(one.due) for one in due)}
    years = sorted({day.year for day in days if not workdays.knows(day)})
    waiting = standing.waiting_for_people(tx.now)[:MOST]
    late = reminders.missed(tx, MOST)
    missed = [(chain, due, moment, None if chain in shut else count) for chain, due, moment, count in late]
    return RemindersPage(planner_state.state(tx), coming, waiting, missed, years)
