"""Jinja2 templates with autoescape, and dates and times in Nanjing's zone."""

from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from config.calendar import SHANGHAI

TEMPLATES = Path(__file__).parents[1] / "console" / "templates"


class Pages:
    """Renders templates by name. An unfilled blank is our bug and raises."""

    def __init__(self, folder: Path = TEMPLATES) -> None:
        self._environment = _environment(folder)

    def render(self, template: str, **shown: object) -> str:
        """Render the page."""
        return self._environment.get_template(template).render(shown)


@lru_cache(maxsize=4)
def _environment(folder: Path) -> Environment:
    """Return a folder's template environment: each template is compiled once per process."""
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
    """Format date and minute in Nanjing's zone."""
    return f"{value.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def _local(value: datetime) -> str:
    """Format for a browser's datetime-local field."""
    return f"{value.astimezone(SHANGHAI):%Y-%m-%dT%H:%M}"


def _day(value: date | None) -> str:
    return "" if value is None else value.isoformat()
