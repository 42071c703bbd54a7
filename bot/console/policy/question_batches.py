"""Batch removal of question groups that nobody can answer."""

import asyncio
from functools import partial

from aiohttp import web

from bot.console import batch_actions
from bot.console.access import whole_city
from bot.console.batch_actions import BatchAction, BatchLine
from bot.console.context import ConsoleRequest
from bot.console.policy.unanswered_questions import LIST, everything, grouped
from bot.services.policy import unanswered_questions as unanswered_question_service
from storage.engine.transactions import Tx


async def act(visit: ConsoleRequest) -> web.StreamResponse:
    """Show which groups would be removed; once confirmed, remove them."""
    numbers = batch_actions.chosen(visit)
    questions, known, _ = await visit.desk.database.read(everything)
    found = {group.first: group for group in await asyncio.to_thread(grouped, questions, known)}
    lines = [
        BatchLine(first, f"{found[first].sample}（{found[first].count} 次）") for first in numbers if first in found
    ]
    batch = BatchAction(f"{LIST}/batch", LIST, "无意义，删去", "组提问")
    if not batch_actions.is_sure(visit):
        return batch_actions.confirm_page(visit, batch, lines, len(numbers))
    members = {first: found[first].ids for first in numbers if first in found}
    return await batch_actions.carry_out(visit, batch, lines, whole_city, partial(_drop, visit.me.person_id, members))


def _drop(me: int, members: dict[int, list[int]], tx: Tx, first: int) -> None:
    unanswered_question_service.drop(tx, members[first])
