"""Templates: Jinja2 with everything escaped, times and days as Nanjing reads them."""

from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from config.calendar import SHANGHAI

TEMPLATES = Path(__file__).parents[1] / "console" / "templates"


class Pages:
    """Renders templates by name. A blank that was not filled is a mistake of ours and raises."""

    def __init__(self, folder: Path = TEMPLATES) -> None:
        self._environment = _environment(folder)

    def render(self, template: str, **shown: object) -> str:
        """The finished page."""
        return self._environment.get_template(template).render(shown)


@lru_cache(maxsize=4)
def _environment(folder: Path) -> Environment:
    """The templates of a folder: each is compiled once a process."""
    made = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"moment": moment, "day": _day, "local": _local}
    return made


def moment(value: datetime) -> str:
    """The day and minute as Nanjing reads it."""
    return f"{value.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def _local(value: datetime) -> str:
    """As a browser's field for day and time takes it."""
    return f"{value.astimezone(SHANGHAI):%Y-%m-%dT%H:%M}"


def _day(value: date | None) -> str:
    return "" if value is None else value.isoformat()
