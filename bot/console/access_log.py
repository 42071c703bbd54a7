"""Audit who opened or exported what: exports, files, and pages showing a person's text."""

from aiohttp import web

from bot.console.context import ConsoleRequest
from bot.console.route import Handler
from storage.audit.audit import record


def recorded(handler: Handler, action: str) -> Handler:
    """Wrap the handler: its response is sent only after the act is audited.

    The subject comes from the address: "ticket:12" for /tickets/12, "roster" for /roster/export.
    """

    async def answer(visit: ConsoleRequest) -> web.StreamResponse:
        response = await handler(visit)
        if response.status == 200:
            number = visit.number
            noun = action.partition(".")[0]
            subject = f"{noun}:{number}" if number else noun
            await visit.desk.database.write(record, action, subject)
        return response

    return answer
