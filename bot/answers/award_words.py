"""5.2领过了, 我们不是首次获评小巨人: statements about awards received, and titles first awarded.

Pure. A message is read word by word and only as a whole: a question, a hypothesis or another firm leaves words over,
and is then no statement.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from config.policy.model import Item, Policy
from config.texts import Texts
from matchmaking.text.clauses import known_clauses
from matchmaking.text.money_and_dates import sums

LONGEST = 60
FIRST = "first_award"
KINDS = (
    "got",
    "do",
    "done",
    "gain",
    "award",
    "not",
    "first",
    "again",
    "deny",
    "wrong",
    "question",
    "subject",
    "is",
    "filler",
    "number",
    "sum",
)
_QUOTES = str.maketrans("", "", "“”\"'‘’《》〈〉「」")


@dataclass(frozen=True, slots=True)
class AwardStatement:
    """A statement: `received` of these items, `first` of these titles; None: not stated. Empty: unspecified which.

    `by_sum`: the items are those of a sum named, so that it may mean only one of them.
    """

    received: bool | None
    codes: tuple[str, ...]
    first: bool | None
    titles: tuple[str, ...]
    by_sum: bool = False


@dataclass(frozen=True, slots=True)
class _Word:
    kind: str
    codes: frozenset[str] = frozenset()
    titles: frozenset[str] = frozenset()


class AwardWords:
    """Parses statements about one policy's one-time awards."""

    def __init__(self, policy: Policy, texts: Texts) -> None:
        self._policy = policy
        self._texts = texts
        self._words: dict[str, _Word] = {}
        for kind in KINDS:
            for word in texts(f"awards.{kind}_words").split():
                self._words.setdefault(word, _Word(kind))
        # An item's code means the award; its name may mean the title.
        self._words |= {item.code: _Word("award", frozenset({item.code})) for item in one_time(policy)}
        for name, item in _names(policy):
            before = self._words.get(name, _Word("name"))
            self._words[name] = _Word("name", before.codes | {item.code}, before.titles)
        for name, title in _titles(policy):
            before = self._words.get(name, _Word("name"))
            self._words[name] = _Word("name", before.codes | awards_of(policy, title), before.titles | {title})
        self._longest = max(map(len, self._words))
        self._order = tuple(policy.items)

    def read(self, typed: str) -> AwardStatement | None:
        """Parse these words; None if they state nothing of the kind, ask, or say more."""
        if len(typed) > LONGEST:
            return None
        text = "".join(unicodedata.normalize("NFKC", typed).lower().translate(_QUOTES).split()).rstrip(".")
        clauses = known_clauses(text, self._words, self._longest)
        if clauses is None or any(word.kind == "question" for clause in clauses for word in clause):
            return None
        said: dict[str, set[bool]] = {"received": set(), "first": set()}
        named: dict[str, list[_Word]] = {"received": [], "first": []}
        everywhere = [word for clause in clauses for word in clause if word.codes or word.titles]
        affirmed = not {"is", "deny", "wrong"}.isdisjoint(word.kind for clause in clauses for word in clause)
        for clause in clauses:
            told = _statement([word.kind for word in clause], affirmed=affirmed)
            if told is None:
                return None
            kind, values = told
            said[kind] |= values
            named[kind] += [word for word in clause if values and word in everywhere]
        received, first = (next(iter(values), None) for values in said.values())
        if (received is None and first is None) or any(len(values) > 1 for values in said.values()):
            return None
        codes = {code for word in named["received"] or everywhere for code in word.codes}
        titles = {title for word in named["first"] or everywhere for title in word.titles}
        if everywhere and ((received is not None and not codes) or (first is not None and not titles)):
            # It names something that such a statement cannot be about.
            return None
        by_sum = received is not None and not codes
        if by_sum:
            paid = {found.low for found in sums(typed)}
            codes = {item.code for item in one_time(self._policy) if item.amount in paid}
            if paid and not codes:
                # A sum equal to none of the awards: another award.
                return None
        in_order = tuple(code for code in self._order if code in codes and received is not None)
        firsts = () if first is None else tuple(sorted(titles))
        return AwardStatement(received, in_order, first, firsts, by_sum and bool(in_order))

    def answer(self, claim: AwardStatement) -> tuple[str, tuple[str, ...]]:
        """Return the meaning for an unregistered person, and the items concerned; nothing is saved."""
        lines, codes = [], []
        if claim.received is not None:
            codes = list(claim.codes) or [item.code for item in one_time(self._policy)]
            key = "awards.says_received" if claim.received else "awards.says_not_received"
            lines += [self._line(key, code) for code in codes]
        if claim.first is not None:
            titles = claim.titles or tuple(choice.value for choice in self._policy.facts["titles"].choices)
            about = [code for title in titles for code in sorted(awards_of(self._policy, title))]
            codes += about
            key = "awards.says_first" if claim.first else "awards.says_not_first"
            lines += [self._line(key, code) for code in about]
        return "\n".join([*lines, self._texts("awards.unregistered")]), tuple(dict.fromkeys(codes))

    def _line(self, key: str, code: str) -> str:
        item = self._policy.items[code]
        label = self._policy.clause(item.clause).label
        said = self._texts(key, code=code, title=item.title, label=label, whom=item.for_whom)
        return said + self._texts("awards.quote", quote=item.core)


def awards_of(policy: Policy, title: str) -> frozenset[str]:
    """Return the one-time items that require this title's first award."""
    return frozenset(
        item.code
        for item in policy.items.values()
        if item.one_time and any(one.fact == FIRST and title in one.wanted for one in item.when)
    )


def one_time(policy: Policy) -> list[Item]:
    """Return the items not available to a firm that has received them."""
    return [item for item in policy.items.values() if item.one_time]


def _statement(kinds: Sequence[str], *, affirmed: bool) -> tuple[str, frozenset[bool]] | None:
    """Return what one clause states, of payment or first award, yes or no; None if unclear.

    `affirmed`: the message contains an affirmation or denial.
    """
    got = [place for place, kind in enumerate(kinds) if kind in ("got", "gain", "do")]
    negations = [place for place, kind in enumerate(kinds) if kind == "not"]
    if got:
        stated = {kinds[place] for place in got}
        if stated == {"gain"} and not {"award", "sum"} & set(kinds):
            return None
        if "deny" in kinds or "wrong" in kinds or (stated == {"do"} and not {"done", "not"} & set(kinds)):
            return None
        if any(place > got[0] for place in negations):
            # 领过没有: a question.
            return None
        return "received", frozenset({not negations})
    if negations:
        return None
    words = [kind for kind in kinds if kind in ("first", "again", "deny", "wrong")]
    if not affirmed and not ("again" in words and "subject" in kinds):
        # A heading such as 首次获评小巨人奖励 is a question about it.
        return ("first", frozenset()) if not words else None
    values = set()
    for place, kind in enumerate(words):
        if kind in ("first", "again"):
            denied = words[place - 1 : place] == ["deny"] or words[place + 1 : place + 2] == ["wrong"]
            values.add((kind == "first") is not denied)
    if len(values) > 1 or (not values and "deny" in words):
        return None
    return "first", frozenset(values)


def _names(policy: Policy) -> list[tuple[str, Item]]:
    """Return (name, item) of one-time items: their names found in their own quote."""
    return [(name, item) for item in one_time(policy) for name in map(_plain, item.asks) if name in _plain(item.quote)]


def _titles(policy: Policy) -> list[tuple[str, str]]:
    return [
        (_plain(name), choice.value)
        for choice in policy.facts["titles"].choices
        for name in (choice.label, *choice.also)
    ]


def _plain(name: str) -> str:
    return name.lower().translate(_QUOTES)
