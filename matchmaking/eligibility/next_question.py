"""Choice of the next fact to ask: the one that settles most of what is open, and helps soonest."""

from collections.abc import Collection, Mapping
from types import MappingProxyType

from config.policy.interview import USUAL
from config.policy.model import Item, Policy

AS_LIKELY_AS_ANY: Mapping[str, int] = MappingProxyType({})


def next_question(
    policy: Policy,
    missing: Mapping[str, tuple[str, ...]],
    *,
    open_items: Collection[str] = frozenset(),
    likely: Mapping[str, int] = AS_LIKELY_AS_ANY,
) -> str | None:
    """Return the fact to ask next, given the facts each item still misses; None if no fact is open.

    First the facts the policy puts first (titles, place, size), then those of items open for application now
    (`open_items`), then what such a firm most likely affirms (`likely`), then those behind a fixed sum or a ceiling in
    yuan (quotas and percentages are no money of the firm), then those most open items wait for.
    """
    waiting: dict[str, list[Item]] = {}
    for code, facts in missing.items():
        for fact in facts:
            waiting.setdefault(fact, []).append(policy.items[code])
    if not waiting:
        return None
    order = {fact: place for place, fact in enumerate(policy.facts)}
    first = {fact: place for place, fact in enumerate(policy.ask_first)}

    def urgency(fact: str) -> tuple[int, bool, int, int, int, int]:
        items = waiting[fact]
        return (
            first.get(fact, len(first)),
            not any(item.code in open_items for item in items),
            -likely.get(fact, USUAL),
            min(weight(item) for item in items),
            -len(items),
            order[fact],
        )

    return min(waiting, key=urgency)


def weight(item: Item) -> int:
    """Return 0 for a fixed sum, 1 for a ceiling in yuan, 2 for money without a figure, 3 for what is no such sum."""
    if item.strength == "ceiling":
        return 1 if item.amount is not None else 3
    return {"fixed": 0, "by_rule": 2}.get(item.strength, 3)
