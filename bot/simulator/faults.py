"""Server API faults a person can order: kind, API or person, count (statement 28)."""

from dataclasses import dataclass
from enum import StrEnum

STALL = 30.0
BUSY = -1
MAX_COUNT = 10_000


class FaultKind(StrEnum):
    """Kinds of fault. `RESET_AFTER`, `EMPTY` and `TRUNCATED` occur after the call took effect.

    `REFUSED` is a code that cannot be provoked otherwise.
    """

    BUSY = "busy"
    BAD_GATEWAY = "bad_gateway"
    EMPTY = "empty"
    TRUNCATED = "truncated"
    STALL = "stall"
    RESET_BEFORE = "reset_before"
    RESET_AFTER = "reset_after"
    REFUSED = "refused"


@dataclass
class Fault:
    """One ordered fault; an empty path or openid means any."""

    kind: FaultKind
    path: str = ""
    openid: str = ""
    count: int = 1
    code: int = BUSY

    def to_json(self) -> dict[str, object]:
        """Return the fault as JSON for the page."""
        return {**vars(self), "kind": self.kind.value}


class Faults:
    """Pending faults."""

    def __init__(self) -> None:
        self.ordered: list[Fault] = []

    def order(self, fault: Fault) -> None:
        """Order this fault; at most 10,000 times."""
        fault.count = min(max(fault.count, 1), MAX_COUNT)
        self.ordered.append(fault)

    def clear(self) -> None:
        """Cancel all faults."""
        self.ordered.clear()

    def strike(self, path: str, openid: str) -> Fault | None:
        """Return the fault for this call, None for none, and use one of the first that matches."""
        for fault in self.ordered:
            if fault.path in ("", path) and fault.openid in ("", openid):
                fault.count -= 1
                if fault.count == 0:
                    self.ordered.remove(fault)
                return fault
        return None
