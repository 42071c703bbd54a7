"""Record in the audit who opened or took away what: exports, files, and pages that show a person's words."""

from aiohttp import web

from bot.console.context import Visit
from bot.console.route import Handler
from storage.audit import audit
from storage.engine.transactions import Tx


def recorded(handler: Handler, action: str) -> Handler:
    """Return the handler; what it answers leaves only after the act is in the audit.

    The subject is what the address names: "ticket:12" for /tickets/12, "roster" for /roster/export.
    """

    async def answer(visit: Visit) -> web.StreamResponse:
        response = await handler(visit)
        if response.status == 200:
            number = visit.number
            noun = action.partition(".")[0]
            subject = f"{noun}:{number}" if number else noun
            await visit.desk.database.write(_record, visit.me.person_id, action, subject)
        return response

    return answer


def _record(tx: Tx, person_id: int, action: str, subject: str) -> None:
    audit.record(tx, actor=f"person:{person_id}", action=action, subject=subject, source="console")
