"""Batch actions on a list: chosen by checkbox, confirmed, then done one by one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from aiohttp import web

from bot.console.access import Locator
from bot.console.context import ConsoleRequest
from bot.web.form_models import whole_number
from config.errors import AppError, ConflictError, InputError
from storage.engine.transactions import Tx
from storage.people.roles import Role

MOST = 200


@dataclass(frozen=True, slots=True)
class BatchLine:
    """A chosen row as displayed; `picture`: address of what must be viewed before deciding."""

    number: int
    words: str
    picture: str = ""


@dataclass(frozen=True, slots=True)
class BatchAction:
    """The action on the chosen rows: `what` in words, `kept` the fields carried by the confirmation form.

    `after`: what to do with each result on the last page, if any.
    """

    where: str
    back: str
    what: str
    unit: str
    kept: Mapping[str, str] = field(default_factory=dict)
    after: str = ""


@dataclass(frozen=True, slots=True)
class BatchResult:
    """Result for one row; `fault` empty: done, `said`: further output."""

    line: BatchLine
    fault: str = ""
    said: str = ""


def chosen(visit: ConsoleRequest) -> list[int]:
    """Return the checked row numbers, each once. Raises InputError for none or too many."""
    found = list(dict.fromkeys(whole_number(str(one)) for one in visit.form.getall("id", [])))
    if not found or len(found) > MOST:
        raise InputError("batch_empty", most=MOST)
    return found


def is_sure(visit: ConsoleRequest) -> bool:
    """Tell whether the confirmation was given."""
    return visit.ticked("sure")


def reached(tx: Tx, admitted: Sequence[Role], of: Locator, numbers: Sequence[int]) -> list[int]:
    """Return which of the chosen exist and are covered by the viewer's roles."""
    return [number for number in numbers if _covers(tx, admitted, of, number)]


def confirm_page(
    visit: ConsoleRequest, batch: BatchAction, lines: Sequence[BatchLine], chosen_count: int
) -> web.Response:
    """Show the confirmation page: what would be done to which rows."""
    return visit.page("batch.html", batch=batch, lines=lines, missing=chosen_count - len(lines))


async def carry_out(
    visit: ConsoleRequest,
    batch: BatchAction,
    lines: Sequence[BatchLine],
    of: Locator,
    act: Callable[[Tx, int], str | None],
) -> web.Response:
    """Do it to each in its own transaction: a failure leaves the others done."""
    results = []
    for line in lines:
        try:
            said = await visit.desk.database.write(_one, visit.me.admitted, of, line.number, act)
        except AppError as error:
            results.append(BatchResult(line, visit.desk.texts.error(error)))
        else:
            results.append(BatchResult(line, said=said or ""))
    return visit.page("batch_done.html", batch=batch, results=results)


def _one(
    tx: Tx, admitted: Sequence[Role], of: Locator, number: int, act: Callable[[Tx, int], str | None]
) -> str | None:
    # Check again: it may have left the viewer's area since.
    if not _covers(tx, admitted, of, number):
        raise ConflictError("batch_gone")
    return act(tx, number)


def _covers(tx: Tx, admitted: Sequence[Role], of: Locator, number: int) -> bool:
    place = of(tx, {"id": str(number)})
    return place is not None and any(role.covers(place) for role in admitted)
