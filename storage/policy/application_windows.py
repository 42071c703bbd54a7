"""A window (申报窗口) as an agency announced it: whose steps it has, what each opens and closes."""

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
class Step:
    """One step of the chain. `closes` is the first moment that is too late: 24点前 is the next day's 00:00."""

    who: Who
    what: str
    opens: datetime | None = None
    closes: datetime | None = None
    opening: Opening = ""
    closing: Closing = ""
    where: Where = ""
    place: str = ""

    def stage(self, now: datetime) -> Stage:
        """Where this step stands at a moment; unknown where it still waits for a notice."""
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
class Window:
    """When one may apply for these items. Empty `districts` or `titles`: not narrowed by them."""

    items: tuple[str, ...]
    steps: tuple[Step, ...]
    districts: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    batch: str = ""

    @property
    def own_steps(self) -> tuple[Step, ...]:
        """The steps that a firm takes itself; all of them where the chain names none."""
        return tuple(step for step in self.steps if step.who == "firm") or self.steps

    @property
    def ends(self) -> datetime | None:
        """From this moment on nothing is left to do for a firm; None while any of its steps has no last moment."""
        last = [step.closes for step in self.own_steps]
        known = [moment for moment in last if moment is not None]
        return max(known) if known and len(known) == len(last) else None

    def current(self, now: datetime) -> Step:
        """The firm's step that stands first at this moment: the first not yet over, or the last one that was."""
        left = [step for step in self.own_steps if step.stage(now) != "ended"]
        return left[0] if left else self.own_steps[-1]

    def stage(self, now: datetime) -> Stage:
        """Where the window stands for a firm."""
        stages = [step.stage(now) for step in self.own_steps]
        if all(stage == "ended" for stage in stages):
            return "ended"
        if "open" in stages:
            return "open"
        # Between two steps of its own a firm is in the window already.
        return "open" if "ended" in stages else self.current(now).stage(now)


def to_json(window: Window) -> dict[str, Any]:
    """The window as it is stored and hashed."""
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


def from_json(stored: Mapping[str, Any]) -> Window:
    """The window that was stored."""
    return Window(
        tuple(stored["items"]),
        tuple(
            Step(**{**step, "opens": _read(step["opens"]), "closes": _read(step["closes"])}) for step in stored["steps"]
        ),
        tuple(stored["districts"]),
        tuple(stored["titles"]),
        stored["batch"],
    )


def _written(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _read(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
