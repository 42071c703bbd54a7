"""What a broadcast would do if it began now: exactly whom it reaches, by which way, and why each is in. Reads only."""

from dataclasses import dataclass

from bot.board import Board
from bot.services.broadcast_audience import Chosen, Member, choose
from bot.services.broadcast_sending import left_out
from bot.services.mass_sending import full_this_month
from config.broadcasting import Broadcasting
from config.policy.model import Policy
from config.texts import Texts
from storage import windows
from storage.broadcasts import Content
from storage.transactions import Tx

SAMPLE = 10
MOST_UNMATCHED = 50


@dataclass(frozen=True, slots=True)
class Preview:
    """Counted in people: `told` = `open` (their window is open) + `later`; not told: `unwanted`, `capped`, `monthly`.

    `unmatched`: some lines of the uploaded list that nobody fits, `unmatched_count` of them in all.
    """

    people: int
    firms: int
    open: int
    later: int
    unwanted: int
    capped: int
    monthly: int
    sample: tuple[Member, ...]
    unmatched: tuple[str, ...]
    unmatched_count: int

    @property
    def told(self) -> int:
        """How many would be told."""
        return self.open + self.later


def preview(tx: Tx, content: Content, policy: Policy, texts: Texts, rules: Broadcasting) -> Preview:
    """Look at this content's people as things stand now. `texts`: links as words, for a page."""
    found = choose(tx, content, Board(policy, texts).current(tx), texts)
    everybody = [person for person, _ in found.people]
    unwanted, capped = left_out(tx, everybody, rules)
    monthly = full_this_month(tx, everybody, rules) - unwanted - capped if content.kind == "mass" else set[int]()
    told = set(everybody) - unwanted - capped - monthly
    writable = len(windows.open_ones(tx) & told)
    return Preview(
        len(everybody),
        len({firm for _, firm in found.people if firm is not None}),
        writable,
        len(told) - writable,
        len(unwanted),
        len(capped),
        len(monthly),
        _sample(found),
        found.unmatched[:MOST_UNMATCHED],
        len(found.unmatched),
    )


def _sample(found: Chosen) -> tuple[Member, ...]:
    """Ten of them spread over the whole list, the same ones each time one looks."""
    step = max(1, len(found.members) // SAMPLE)
    return found.members[::step][:SAMPLE]
