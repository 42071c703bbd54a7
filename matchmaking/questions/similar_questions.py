"""Group questions asking the same: by the sounds of their content words; equal figures, equal subjects.

Groups do not depend on input order, and each question is in exactly one.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from rapidfuzz.distance import Indel

from config.question_words import QuestionWords
from matchmaking.questions.normalising import BREAK, Wording
from matchmaking.text.spelling import NameSplitter, speller

# Shared syllable pairs; the second also requires agreement in letter order, as it answers without human review.
GROUPED = 0.55
SAFE = 0.8
SAFE_ORDER = 0.7
# If less than this is left without function words, those count too.
SHORTEST_CORE = 4
REMEMBERED = 8192
_DIGITS = re.compile(r"\d+")

Grams = frozenset[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question as asked. `about`: its subjects in the policy, "" for none."""

    id: int
    text: str
    about: str


@dataclass(frozen=True, slots=True)
class Group:
    """Questions asking the same, oldest first; `sample`: the most common wording."""

    sample: str
    about: str
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PublishedAnswer:
    """A publishable answer, and every wording it was asked in."""

    id: int
    about: str
    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Heard:
    """A normalised question."""

    plain: str
    core: str
    grams: Grams
    digits: tuple[str, ...]


@lru_cache(maxsize=1)
def listener() -> "Listener":
    """Return the shared reader for similarity; immutable, and slow to create."""
    return Listener(QuestionWords.load(), speller())


class Listener:
    """Normalises questions for comparison."""

    def __init__(self, asking: QuestionWords, speller: NameSplitter) -> None:
        self._asking = asking
        self._speller = speller
        self._wording = Wording(asking, speller)
        # The list is reprocessed for each of its pages.
        self.hear = lru_cache(maxsize=REMEMBERED)(self._normalised)

    def _normalised(self, typed: str) -> Heard:
        """Normalise: one script, no function words, sums in figures, syllables for characters."""
        plain = self._wording.plain(self._wording.simplified(typed)).replace(BREAK, "")
        core = self._asking.fillers.sub("", plain) or plain
        sounds = self._speller.syllables(core)
        grams: Grams = frozenset(pairwise(sounds)) if len(sounds) > 1 else frozenset([sounds])
        return Heard(plain, core, grams, tuple(sorted(_DIGITS.findall(core))))


def groups(asked: Iterable[AskedQuestion], hear: Listener | None = None) -> list[Group]:
    """Group the questions by what they ask, most asked first."""
    reader = hear or listener()
    heard: dict[str, Heard] = {}
    nodes: defaultdict[tuple[str, tuple[str, ...]], defaultdict[str, list[AskedQuestion]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for question in asked:
        if question.text not in heard:
            heard[question.text] = reader.hear(question.text)
        said = heard[question.text]
        nodes[question.about, said.digits][said.core].append(question)
    found = []
    for (about, _), cores in nodes.items():
        grams = {core: heard[members[0].text].grams for core, members in cores.items()}
        for leader, followers in _led(cores, grams).items():
            members = [question for core in (leader, *followers) for question in cores[core]]
            found.append(Group(_commonest(cores[leader]), about, tuple(sorted(question.id for question in members))))
    return sorted(found, key=lambda group: (-len(group.ids), group.sample, group.about, group.ids))


def _led(cores: dict[str, list[AskedQuestion]], grams: dict[str, Grams]) -> dict[str, list[str]]:
    """Assign each wording to the most asked similar one, or make it a leader: no chain drifts from its head."""
    led: dict[str, list[str]] = {}
    holding: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for core in sorted(cores, key=lambda core: (-len(cores[core]), core)):
        shared = Counter(leader for gram in grams[core] for leader in holding[gram])
        likeness = {leader: 2 * count / (len(grams[core]) + len(grams[leader])) for leader, count in shared.items()}
        best = min(likeness, key=lambda leader: (-likeness[leader], leader), default=None)
        if best is not None and likeness[best] >= GROUPED:
            led[best].append(core)
            continue
        led[core] = []
        for gram in grams[core]:
            holding[gram].append(core)
    return led


def _commonest(members: Sequence[AskedQuestion]) -> str:
    counted = Counter(question.text for question in members)
    return min(counted, key=lambda text: (-counted[text], text))


class SimilarQuestions:
    """Published answers by the questions they answer."""

    def __init__(self, published: Iterable[PublishedAnswer], hear: Listener | None = None) -> None:
        self._reader = hear
        self._known: defaultdict[tuple[str, tuple[str, ...]], list[tuple[Heard, int]]] = defaultdict(list)
        for answer in published:
            for phrase in answer.phrases:
                heard = self._read(phrase)
                self._known[answer.about, heard.digits].append((heard, answer.id))

    def find(self, typed: str, about: str) -> int | None:
        """Return the answer to exactly this question; None if unsure. Of equals the newest."""
        if not self._known:
            return None
        asked = self._read(typed)
        best: tuple[float, int] | None = None
        for heard, answer_id in self._known.get((about, asked.digits), ()):
            likeness = 2 * len(asked.grams & heard.grams) / (len(asked.grams) + len(heard.grams))
            if len(asked.core) < SHORTEST_CORE and asked.plain != heard.plain:
                continue
            if likeness < SAFE or Indel.normalized_similarity(asked.core, heard.core) < SAFE_ORDER:
                continue
            best = max(best or (0.0, 0), (likeness, answer_id))
        return None if best is None else best[1]

    def _read(self, text: str) -> Heard:
        return (self._reader or listener()).hear(text)
