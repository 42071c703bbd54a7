"""Which words ask about which item, clause or topic of the policy.

Names and everyday words (`asks` in the policy's data) decide where they stand in the question; what is left over only
points to the nearest. Sure or not sure is said, never guessed.
"""

import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from config.policy.model import Policy

CHOICES = 3
AT_ONCE = 2
# A name this long is no accident; a shorter one must make up half of what was asked.
TELLING = 4
HALF = 0.5
# A question is over by then; what a longer text says beyond is not worth the time.
LONGEST = 300
# Shares of a question's weight found in one entry: fitted by hand on the question table in tests/policy.
WORTH_OFFERING = 0.34

_CODE = re.compile(r"(?<![\d.])(\d{1,2})[.．](\d)(?![\d.%])")
_CLAUSE = re.compile(r"第([一二三四五六七八九十]{1,3}|\d{1,2})条")
_BARE_CLAUSE = re.compile(r"[（(]?([一二三四五六七八九十]{1,3}|\d{1,2})[)）]?条?")
_NOISE = re.compile(r"[^\w+]+|_")
_FILLERS = re.compile(
    "请问|你好|您好|想问一下|问一下|想了解一下|想了解|了解一下|咨询一下|咨询|我们公司|我公司|我们企业|我们厂|我们|贵司|本公司|一下|这个|那个"
    "|有没有|有什么|是什么|是多少|多少钱|怎么样|怎么办|怎么弄|怎么|如何|能不能|可不可以|可以|能拿|能领|给多少|政策|的话|吗|呢|呀|啊|吧|么|的|了"
)
_DIGITS = {numeral: number for number, numeral in enumerate("一二三四五六七八九十", 1)}


@dataclass(frozen=True, slots=True)
class Found:
    """What a question is about. Sure: `topic`, `clause`, or at most two `items`; not sure: the nearest `items`.

    A `topic` with `items` that are not its own is asked of these items.
    """

    items: tuple[str, ...] = ()
    clause: int | None = None
    topic: str | None = None
    sure: bool = False


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: str
    key: str
    items: tuple[str, ...]


class QuestionIndex:
    """The policy's names and everyday words, ready to be found in a question."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._names: dict[str, list[_Entry]] = defaultdict(list)
        self._having: dict[str, list[_Entry]] = defaultdict(list)
        for topic in policy.topics:
            self._enter(_Entry("topic", topic.key, topic.items), topic.asks, (topic.title, *topic.asks))
        for item in policy.items.values():
            named = (item.title, *item.asks)
            self._enter(_Entry("item", item.code, (item.code,)), named, (*named, item.quote, item.for_whom))
        for clause in policy.clauses:
            codes = tuple(item.code for item in clause.items)
            named = (clause.title, *clause.asks)
            self._enter(_Entry("clause", str(clause.number), codes), named, named)
        self._lengths = sorted({len(name) for name in self._names if len(name) > 1}, reverse=True)
        entries = len(policy.topics) + len(policy.items) + len(policy.clauses)
        self._weight = {pair: math.log(1 + entries / len(having)) for pair, having in self._having.items()}
        self._unseen = math.log(1 + entries)

    def find(self, typed: str) -> Found:
        """What these words ask about."""
        text = unicodedata.normalize("NFKC", typed[:LONGEST]).lower()
        numbered = self._numbered(text)
        if numbered is not None:
            return numbered
        plain = _plain(text)
        if not plain:
            return Found()
        exact = self._names.get(plain) or self._names.get(_FILLERS.sub("", plain))
        if exact:
            return _sure(exact[:1])
        named = self._named(plain)
        telling = min(TELLING, HALF * len(_FILLERS.sub("", plain)))
        if named and len(named[0][0]) >= telling:
            return _sure([entry for name, entry in named if len(name) >= telling])
        return self._nearest(plain, [entry for _, entry in named])

    def _numbered(self, text: str) -> Found | None:
        """A clause or item called by its number."""
        codes = [f"{int(a)}.{b}" for a, b in _CODE.findall(text)]
        known = tuple(dict.fromkeys(code for code in codes if code in self._policy.items))
        if known:
            return Found(items=known[:AT_ONCE], sure=True)
        clause = _CLAUSE.search(text) or _BARE_CLAUSE.fullmatch("".join(text.split()))
        if clause is None:
            return None
        number = _number(clause[1])
        if 1 <= number <= len(self._policy.clauses):
            return Found(clause=number, sure=True)
        return Found(topic="size_of_document", sure=True)

    def _named(self, plain: str) -> list[tuple[str, _Entry]]:
        """Names that stand in the question, longest first; a name inside a longer one found is not counted again."""
        found: list[tuple[str, _Entry]] = []
        taken = [False] * len(plain)
        for length in self._lengths:
            for start in range(len(plain) - length + 1):
                name = plain[start : start + length]
                if name in self._names and not any(taken[start : start + length]):
                    taken[start : start + length] = [True] * length
                    found += [(name, entry) for entry in self._names[name]]
        return found

    def _nearest(self, plain: str, named: Iterable[_Entry]) -> Found:
        """The items whose words share most with the question; those named in passing come first."""
        asked = _pairs(_FILLERS.sub("", plain))
        whole = sum(self._weight.get(pair, self._unseen) for pair in asked)
        shared: dict[_Entry, float] = defaultdict(float)
        for pair in sorted(asked):
            for entry in self._having.get(pair, ()):
                shared[entry] += self._weight[pair] / whole
        best = sorted(shared.items(), key=lambda pair: (-round(pair[1], 9), pair[0].kind, pair[0].key))
        close = [entry for entry, share in best if share >= WORTH_OFFERING]
        items = dict.fromkeys(code for entry in (*named, *close) for code in entry.items)
        return Found(items=tuple(items)[:CHOICES])

    def _enter(self, entry: _Entry, names: Iterable[str], words: Iterable[str]) -> None:
        for name in dict.fromkeys(_plain(unicodedata.normalize("NFKC", name).lower()) for name in names):
            self._names[name].append(entry)
        for pair in sorted({pair for word in words for pair in _pairs(_plain(word.lower()))}):
            self._having[pair].append(entry)


def _sure(entries: list[_Entry]) -> Found:
    first = entries[0]
    items = tuple(dict.fromkeys(entry.key for entry in entries if entry.kind == "item"))[:AT_ONCE]
    if first.kind == "topic":
        # "AEO怎么申请" asks about AEO, and besides how to apply.
        return Found(items=first.items or items, topic=first.key, sure=True)
    if first.kind == "clause":
        return Found(clause=int(first.key), sure=True)
    return Found(items=items, sure=True)


def _plain(text: str) -> str:
    return _NOISE.sub("", text)


def _pairs(text: str) -> frozenset[str]:
    return frozenset(a + b for a, b in pairwise(text))


def _number(written: str) -> int:
    if written.isdigit():
        return int(written)
    tens, _, ones = written.rpartition("十")
    if "十" not in written:
        return _DIGITS[written] if len(written) == 1 else 0
    return (_DIGITS.get(tens, 1) if len(tens) < 2 else 9) * 10 + _DIGITS.get(ones, 0)
