"""Batch issue of verification codes to roster firms."""

import secrets

from aiohttp import web

from bot.console import batch_actions
from bot.console.access import entry_place
from bot.console.batch_actions import BatchAction, BatchLine
from bot.console.context import HOME, ConsoleRequest
from bot.services.firms import verification
from bot.services.people import login
from storage.engine.transactions import Tx
from storage.roster import roster


async def act(visit: ConsoleRequest) -> web.StreamResponse:
    """Show which firms would get a code; once confirmed, create each and show it once."""
    numbers = batch_actions.chosen(visit)
    visit.choice("do", ("code",))
    lines, days = await visit.desk.database.read(_lines, visit, numbers), visit.desk.proving.code_days
    after = f"每个码 {days} 天内有效，只能用一次。离开这一页就不再显示：请打印或抄下，当面或用可靠方式交给企业。"
    batch = BatchAction(f"{HOME}/roster/batch", f"{HOME}/roster", "各生成一个核验码", "家", {"do": "code"}, after)
    if not batch_actions.is_sure(visit):
        return batch_actions.confirm_page(visit, batch, lines, len(numbers))
    codes = {line.number: login.code_of(secrets.randbits(40)) for line in lines}

    def give(tx: Tx, entry_id: int) -> str:
        code = codes[entry_id]
        verification.issue_code(tx, code, days, roster_id=entry_id)
        return f"核验 {code[:4]}-{code[4:]}"

    return await batch_actions.carry_out(visit, batch, lines, entry_place, give)


def _lines(tx: Tx, visit: ConsoleRequest, numbers: list[int]) -> list[BatchLine]:
    reached = batch_actions.reached(tx, visit.me.admitted, entry_place, numbers)
    return [BatchLine(number, roster.get(tx, number).name) for number in reached]
