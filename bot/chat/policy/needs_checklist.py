"""Numbered list covering most needs in one message: formatting, and parsing of answers."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.chat.context import ChatServices
from config.commands import names_of
from config.policy.facts import Facts, Value
from config.policy.interview import InterviewChoice
from config.policy.model import Policy
from matchmaking.questions.number_picks import NONE, read_numbers, read_words

# Fewer are as quickly asked one by one.
FEWEST = 3
# A choice's index in the policy's list, and a part's index within it.
Path = Sequence[int]
Paths = Sequence[Path]


@dataclass(frozen=True, slots=True)
class Picked:
    """A parsed answer: the labels chosen, their facts, and the parts still to be asked."""

    labels: tuple[str, ...]
    facts: Mapping[str, Value]
    parts: Paths


def worth_offering(policy: Policy, open_facts: Collection[str]) -> Paths:
    """Return the whole list, for stable numbering, if enough of it could settle something; else nothing."""
    choices = policy.offers.choices
    useful = sum(not offer.about.isdisjoint(open_facts) for offer in choices)
    return [[place] for place in range(len(choices))] if useful >= FEWEST else []


def question(parts: ChatServices, paths: Paths) -> str:
    """Format the numbered list, to be answered with several numbers."""
    of_parts = any(len(path) > 1 for path in paths)
    none = parts.texts("chat.question.none") if of_parts else parts.policy.offers.none_label
    lines = [parts.texts("chat.offered.parts" if of_parts else "chat.offered.ask")]
    lines += [
        parts.texts("chat.common.choice", number=number, label=_offer(parts, path).label)
        for number, path in enumerate(paths, 1)
    ]
    return "\n".join(
        [*lines, parts.texts("chat.common.choice", number=NONE, label=none), parts.texts("chat.offered.ways")]
    )


def read(parts: ChatServices, paths: Paths, known: Facts, normalised: str) -> Picked | None:
    """Parse an answer, only what it states; None if it does not answer the list.

    0 denies every choice, unless something was stated before.
    """
    fillers = parts.texts("chat.offered.fillers").split()
    offered = [_offer(parts, path) for path in paths]
    if normalised in parts.texts("chat.offered.all_words").split():
        return _picked(list(zip(paths, offered, strict=True)))
    numbers = (
        [NONE]
        if normalised in parts.texts("chat.question.none_words").split()
        else read_numbers(normalised, len(offered), fillers)
    )
    if numbers == [NONE]:
        none = {fact: value for offer in offered for fact, value in offer.none.items() if known.get(fact) is None}
        return Picked((), none, ())
    reachable: list[tuple[Path, InterviewChoice]] = list(zip(paths, offered, strict=True))
    if numbers is not None:
        return _picked([reachable[number - 1] for number in numbers])
    reachable += [([*path, place], part) for path, offer in reachable for place, part in enumerate(offer.parts)]
    names = [names_of(offer.label, offer.words) for _, offer in reachable]
    places = read_words(normalised, names, fillers)
    return None if places is None else _picked([reachable[place] for place in places])


def _picked(chosen: Sequence[tuple[Path, InterviewChoice]]) -> Picked:
    facts: dict[str, Value] = {}
    unsaid: list[Path] = []
    for path, offer in chosen:
        # 国标 and 国际标准 together: both are true.
        facts = {**offer.facts, **facts}
        if not offer.facts:
            unsaid += [[*path, place] for place in range(len(offer.parts))]
    # A part stated in words leaves nothing to ask of its choice: 要贷款，贷款/转贷.
    said = {tuple(path[:1]) for path, offer in chosen if len(path) > 1}
    asked = [path for path in unsaid if tuple(path[:1]) not in said]
    return Picked(tuple(offer.label for _, offer in chosen), facts, tuple(asked))


def _offer(parts: ChatServices, path: Path) -> InterviewChoice:
    offer = parts.policy.offers.choices[path[0]]
    return offer.parts[path[1]] if len(path) > 1 else offer
