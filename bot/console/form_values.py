"""Values of a form's fields: what is no number, day or time, or is too long, is refused and named, never put right."""

from datetime import date, datetime

from bot.console.context import Visit
from config.calendar import SHANGHAI
from config.errors import InputError

_LONGEST_GIVEN = 20


def text(visit: Visit, name: str, most: int) -> str:
    """Return a text of at most so many letters. Raises InputError with the count where it has more."""
    value = visit.text(name).replace("\r\n", "\n")
    if len(value) > most:
        raise InputError("form_text_long", length=len(value), most=most).at(name)
    return value


def number(visit: Visit, name: str, empty: int = 0) -> int:
    """Return a whole number; `empty` where the field is. Raises InputError where it is none."""
    value = visit.text(name)
    if not value:
        return empty
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise InputError("form_number_wrong", given=value[:_LONGEST_GIVEN]).at(name)
    return int(value)


def day(visit: Visit, name: str) -> date | None:
    """Return a day; None where the field is empty. Raises InputError where it is none."""
    value = visit.text(name)
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise InputError("form_wrong").at(name) from None


def moment(visit: Visit, name: str, error: str = "form_wrong") -> datetime | None:
    """Return a day and time: Nanjing's, unless it names an offset itself, which then counts.

    None where the field is empty; raises InputError with this code where it is none.
    """
    value = visit.text(name)
    try:
        given = datetime.fromisoformat(value) if value else None
    except ValueError:
        raise InputError(error).at(name) from None
    return given if given is None or given.tzinfo else given.replace(tzinfo=SHANGHAI)
