"""An application window (申报窗口) as announced by an agency: steps with owner, opening and closing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

Who = Literal["firm", "district", "city"]
# 即日起 and 另行通知 open, 额满为止 and 另行通知 close without a date: they wait for a person, not for a clock.
Opening = Literal["", "now", "notice"]
Closing = Literal["", "full", "notice"]
Where = Literal["", "online", "paper", "sealed"]
Stage = Literal["coming", "open", "ended", "unknown"]


@dataclass(frozen=True, slots=True)
class WindowStep:
    """One step. `closes` is the first moment too late: 24点前 is the next day's 00:00."""

    who: Who
    what: str
    opens: datetime | None = None
    closes: datetime | None = None
    opening: Opening = ""
    closing: Closing = ""
    where: Where = ""
    place: str = ""

    def stage(self, now: datetime) -> Stage:
        """Return this step's stage at a moment; unknown while it waits for a notice."""
        if self.closes is not None and now >= self.closes:
            return "ended"
        if self.opens is not None:
            return "open" if now >= self.opens else "coming"
        if self.opening == "notice":
            return "unknown"
        if self.opening == "now" or self.closes is not None or self.closing == "full":
            return "open"
        return "unknown"


@dataclass(frozen=True, slots=True)
class ApplicationWindow:
    """When to apply for these items. Empty `districts` or `titles`: not restricted by them."""

    items: tuple[str, ...]
    steps: tuple[WindowStep, ...]
    districts: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    batch: str = ""

    @property
    def own_steps(self) -> tuple[WindowStep, ...]:
        """Return the firm's own steps; all steps if none is."""
        return tuple(step for step in self.steps if step.who == "firm") or self.steps

    @property
    def ends(self) -> datetime | None:
        """Return the moment after which a firm can do nothing; None while any of its steps is open-ended."""
        last = [step.closes for step in self.own_steps]
        known = [moment for moment in last if moment is not None]
        return max(known) if known and len(known) == len(last) else None

    def current(self, now: datetime) -> WindowStep:
        """Return the firm's current step: the first not over, else the last one."""
        left = [step for step in self.own_steps if step.stage(now) != "ended"]
        return left[0] if left else self.own_steps[-1]

    def stage(self, now: datetime) -> Stage:
        """Return the window's stage for a firm."""
        stages = [step.stage(now) for step in self.own_steps]
        if all(stage == "ended" for stage in stages):
            return "ended"
        if "open" in stages:
            return "open"
        # Between two of its own steps a firm is already in the window.
        return "open" if "ended" in stages else self.current(now).stage(now)


def to_json(window: ApplicationWindow) -> dict[str, Any]:
    """Return the window as stored and hashed."""
    return {
        "items": list(window.items),
        "districts": list(window.districts),
        "titles": list(window.titles),
        "batch": window.batch,
        "steps": [
            {
                "who": step.who,
                "what": step.what,
                "opens": _written(step.opens),
                "closes": _written(step.closes),
                "opening": step.opening,
                "closing": step.closing,
                "where": step.where,
                "place": step.place,
            }
            for step in window.steps
        ],
    }


def from_json(stored: Mapping[str, Any]) -> ApplicationWindow:
    """Parse a stored window."""
    return ApplicationWindow(
        tuple(stored["items"]),
        tuple(
            WindowStep(**{**step, "opens": _read(step["opens"]), "closes": _read(step["closes"])})
            for step in stored["steps"]
        ),
        tuple(stored["districts"]),
        tuple(stored["titles"]),
        stored["batch"],
    )


def _written(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _read(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
