"""Trouble on the server API that a person can order: which kind, for which API or person, how often (statement 28)."""

from dataclasses import dataclass
from enum import StrEnum

STALL = 30.0
BUSY = -1
MAX_COUNT = 10_000


class FaultKind(StrEnum):
    """What goes wrong. `RESET_AFTER`, `EMPTY` and `TRUNCATED` strike after the call has had its effect.

    `REFUSED` is a code that cannot be brought about otherwise.
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
    """One ordered trouble; an empty path or openid means any."""

    kind: FaultKind
    path: str = ""
    openid: str = ""
    count: int = 1
    code: int = BUSY

    def to_json(self) -> dict[str, object]:
        """The fault as the page takes it."""
        return {**vars(self), "kind": self.kind.value}


class Faults:
    """The troubles still to come."""

    def __init__(self) -> None:
        self.ordered: list[Fault] = []

    def order(self, fault: Fault) -> None:
        """Let this go wrong; at most 10,000 times."""
        fault.count = min(max(fault.count, 1), MAX_COUNT)
        self.ordered.append(fault)

    def clear(self) -> None:
        """Let everything go well again."""
        self.ordered.clear()

    def strike(self, path: str, openid: str) -> Fault | None:
        """The trouble for this call, None for none; the first that fits is used up by one."""
        for fault in self.ordered:
            if fault.path in ("", path) and fault.openid in ("", openid):
                fault.count -= 1
                if fault.count == 0:
                    self.ordered.remove(fault)
                return fault
        return None
