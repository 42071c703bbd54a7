"""Which fact is best asked next: the one whose answer settles most of what is still open."""

from collections.abc import Mapping

from config.policy.model import Item, Policy


def next_question(policy: Policy, missing: Mapping[str, tuple[str, ...]]) -> str | None:
    """The fact to ask next, given the facts that each item still misses; None where no fact of the firm is open.

    First the facts that the policy itself puts first (titles, place, size), then those behind a fixed sum or a
    ceiling in yuan (quotas and percentages are no money of the firm), then whatever most open items wait for.
    """
    waiting: dict[str, list[Item]] = {}
    for code, facts in missing.items():
        for fact in facts:
            waiting.setdefault(fact, []).append(policy.items[code])
    if not waiting:
        return None
    order = {fact: place for place, fact in enumerate(policy.facts)}
    first = {fact: place for place, fact in enumerate(policy.ask_first)}

    def urgency(fact: str) -> tuple[int, int, int, int]:
        items = waiting[fact]
        return first.get(fact, len(first)), min(_weight(item) for item in items), -len(items), order[fact]

    return min(waiting, key=urgency)


def _weight(item: Item) -> int:
    if item.strength == "fixed":
        return 0
    return 1 if item.strength == "ceiling" and item.amount is not None else 2
