"""Hints in a question: names and signs that point to an item, clause, topic or agency."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from config.policy.model import Policy
from matchmaking.questions.normalising import BREAK, WordFinder, Wording

Kind = Literal["item", "clause", "topic", "agency"]
# Words further apart than this do not belong together.
FURTHEST = 45


@dataclass(frozen=True, slots=True)
class Askable:
    """Something that can be asked about. `items`: the codes it stands for."""

    kind: Kind
    key: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """Words pointing to an entry: how strongly, and where they are."""

    entry: Askable
    tells: float
    places: frozenset[int]
    words: str


@dataclass(frozen=True, slots=True)
class Signal:
    """Words meaningful together: one of each group, in any order."""

    groups: tuple[tuple[str, ...], ...]

    @classmethod
    def read(cls, written: str, wording: Wording) -> "Signal":
        """Parse a sign as written in the policy's data: 屋顶/房顶 发电."""
        choices = [{wording.plain(word) for word in group.split("/")} for group in written.split()]
        return cls(tuple(tuple(sorted(words, key=lambda word: (-len(word), word))) for words in choices))

    def begins(self) -> frozenset[str]:
        """Return the first characters of its first group's words."""
        return frozenset(word[0] for word in self.groups[0])

    def places(self, text: str) -> frozenset[int] | None:
        """Return where its words are in the text, none overlapping; None if one is missing."""
        taken: set[int] = set()
        for group in self.groups:
            for word in group:
                start = _nearest(text, word, taken)
                if start is not None:
                    taken.update(range(start, start + len(word)))
                    break
            else:
                return None
        return frozenset(taken) if max(taken) - min(taken) <= FURTHEST else None


class Hints:
    """The policy's names and signs, indexed for search."""

    def __init__(self, policy: Policy, wording: Wording) -> None:
        self._wording = wording
        self.entries: dict[str, Askable] = {}
        self._names: dict[str, list[Askable]] = defaultdict(list)
        self._signs: list[tuple[Signal, Askable]] = []
        for topic in policy.topics:
            self._enter(Askable("topic", topic.key, topic.items), (topic.title, *topic.asks), topic.signs)
        for item in policy.items.values():
            self._enter(Askable("item", item.code, (item.code,)), (item.title, *item.asks), item.signs)
        for clause in policy.clauses:
            codes = tuple(item.code for item in clause.items)
            self._enter(Askable("clause", str(clause.number), codes), (clause.title, *clause.asks), ())
        for agency, names in policy.agency_names.items():
            codes = tuple(item.code for item in policy.items.values() if agency in item.agencies)
            self._enter(Askable("agency", agency, codes), (agency, *names), ())
        self._finder = WordFinder(self._names)
        self._by_letter: dict[str, list[int]] = defaultdict(list)
        for number, (sign, _) in enumerate(self._signs):
            for letter in sign.begins():
                self._by_letter[letter].append(number)

    def terms(self) -> Iterable[str]:
        """Return every name, as searched for."""
        return self._names

    def exact(self, text: str) -> Askable | None:
        """Return what exactly this text is a name of."""
        named = self._names.get(text)
        return named[0] if named else None

    def find(self, text: str) -> list[Hit]:
        """Return every hint in the text; of one entry's signs only the strongest."""
        found = [
            Hit(entry, float(len(name)), frozenset(range(start, start + len(name))), name)
            for start, name in self._finder.find(text)
            for entry in self._names[name]
        ]
        best: dict[Askable, Hit] = {}
        likely = sorted({number for letter in set(text) for number in self._by_letter.get(letter, ())})
        for sign, entry in (self._signs[number] for number in likely):
            places = sign.places(text)
            if places is not None and (entry not in best or len(places) > best[entry].tells):
                best[entry] = Hit(entry, float(len(places)), places, "")
        return found + list(best.values())

    def _enter(self, entry: Askable, names: Iterable[str], signs: Iterable[str]) -> None:
        self.entries[f"{entry.kind} {entry.key}"] = entry
        simplified = self._wording.simplified
        for name in dict.fromkeys(self._wording.plain(simplified(name)).replace(BREAK, "") for name in names):
            self._names[name].append(entry)
        self._signs += [(Signal.read(simplified(sign), self._wording), entry) for sign in signs]


def _nearest(text: str, word: str, taken: set[int]) -> int | None:
    """Return the word's free occurrence nearest to what is taken."""
    best: tuple[int, int] | None = None
    start = text.find(word)
    while start >= 0:
        if taken.isdisjoint(range(start, start + len(word))):
            away = min((abs(start - at) for at in taken), default=0)
            if best is None or away < best[0]:
                best = (away, start)
        start = text.find(word, start + 1)
    return None if best is None else best[1]
