"""Forms that one service carries out: the service, what it is given of the form, and the page that is shown next."""

from collections.abc import Callable
from typing import Any, NoReturn, TypeVarTuple

from bot.console.context import HOME, ConsoleRequest, see
from bot.console.route import Handler
from storage.engine.transactions import Tx

Given = TypeVarTuple("Given")


def act(
    service: Callable[[Tx, int, *Given], object],
    page: str,
    given: Callable[[ConsoleRequest], tuple[*Given]] | None = None,
) -> Handler:
    """Return the handler that has the service change what the address names.

    `page` lies beneath the console's home, and may hold the address's {id}.
    """
    return _handler(service, page, given, lambda visit: (visit.number,))


def act_as_user(
    service: Callable[[Tx, int, int, *Given], object],
    page: str,
    given: Callable[[ConsoleRequest], tuple[*Given]] | None = None,
) -> Handler:
    """Return the same handler for a service that is given who acts, too, before what the address names."""
    return _handler(service, page, given, lambda visit: (visit.me.person_id, visit.number))


def _handler(
    service: Callable[..., object],
    page: str,
    given: Callable[[ConsoleRequest], tuple[Any, ...]] | None,
    subject: Callable[[ConsoleRequest], tuple[int, ...]],
) -> Handler:
    async def answer(visit: ConsoleRequest) -> NoReturn:
        values = () if given is None else given(visit)
        await visit.desk.database.write(service, *subject(visit), *values)
        see(HOME + page.format(id=visit.number))

    return answer
