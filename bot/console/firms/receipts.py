"""Look up a receipt by code, with what has changed since."""

from typing import Any

from aiohttp import web

from bot.console.context import ConsoleRequest
from bot.services.firms import receipts
from bot.services.firms.receipts import ChangesSinceReceipt
from bot.services.policy.published_for_firm import PublishedDetailsCache
from config.policy.facts import Fact
from storage.chat.receipts import Receipt
from storage.engine.transactions import Tx


async def form(visit: ConsoleRequest) -> web.StreamResponse:
    """Show the empty form."""
    return visit.page(
        "receipt.html", receipt=None, since=None, wrong=False, typed="", policy=visit.desk.policy, value=_value
    )


async def find_receipt(visit: ConsoleRequest) -> web.StreamResponse:
    """Show the receipt with this code; the same page for an unknown code and one of another area."""
    typed = visit.text("code", 20)
    database, me = visit.desk.database, visit.me
    receipt = await database.write(receipts.open_at_desk, me.person_id, me.admitted, typed)
    since = None if receipt is None else await database.read(_since, visit, receipt)
    return visit.page(
        "receipt.html",
        422 if receipt is None else 200,
        receipt=receipt,
        since=since,
        wrong=receipt is None,
        typed=typed,
        policy=visit.desk.policy,
        value=_value,
    )


def _since(tx: Tx, visit: ConsoleRequest, receipt: Receipt) -> ChangesSinceReceipt:
    published = PublishedDetailsCache(visit.desk.policy, visit.desk.texts).current(tx)
    return receipts.since(tx, published.policy, receipt, published.rules(tx.now))


def _value(fact: Fact, value: Any) -> str:
    """Format a fact's value."""
    if value is None:
        return "不清楚"
    if isinstance(value, bool):
        return fact.answers[0 if value else 1]
    if isinstance(value, str):
        return fact.label_of(value)
    known = "、".join(choice.label for choice in fact.choices if choice.value in value) or "都没有"
    left_open = fact.left_open(value)
    return f"{known}（{left_open}不清楚）" if left_open else known
