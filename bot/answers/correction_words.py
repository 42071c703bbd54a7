"""我们有高价值专利了, 算力填错了，改成没有: statements that correct what is recorded of a firm.

Pure. A message is read word by word and only as a whole: a question, a hypothesis or another firm leaves words over,
and is then no correction. The names are those of the policy's facts and their choices.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from config.commands import normalise
from config.policy.model import Policy
from config.texts import Texts
from matchmaking.text.clauses import STOPS, known_clauses

LONGEST = 60
_SAYS = ("deny", "not", "unsure", "clear", "have")
KINDS = ("question", "become", "wrong", "edit", *_SAYS, "mark", "subject", "filler")
_QUOTES = str.maketrans("", "", "“”\"'‘’《》〈〉「」()（）")
# Facts named in one message; more are a list of something else.
_MOST = 3


@dataclass(frozen=True, slots=True)
class FactCorrection:
    """One correction. `facts`: what the name may mean, in order; `value`: its new value, None for unknown again.

    `asks`: no new value was stated, so the fact is to be asked.
    """

    facts: tuple[str, ...]
    value: bool | str | None
    asks: bool = False


@dataclass(frozen=True, slots=True)
class StatedCorrections:
    """All corrections of one message. `weak`: without a word of change, so that they correct only what differs."""

    corrections: tuple[FactCorrection, ...]
    weak: bool


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    facts: tuple[str, ...] = ()
    choice: str = ""


class CorrectionWords:
    """Parses statements that correct one policy's facts."""

    def __init__(self, policy: Policy, texts: Texts) -> None:
        self._facts = policy.facts
        self._words: dict[str, _Token] = {}
        self._names: dict[str, tuple[str, ...]] = {}
        for kind in KINDS:
            for word in texts(f"corrections.{kind}_words").split():
                self._words.setdefault(word, _Token(kind))
        for fact in policy.facts.values():
            # What one choice alone is called says the fact as well: 中型. A set is asked as a whole.
            for choice in fact.choices if fact.kind == "choice" else ():
                for name in map(_plain, (choice.label, *choice.also)):
                    self._words.setdefault(name, _Token("choice", (fact.name,), choice.value))
        for fact in policy.facts.values():
            for name in dict.fromkeys(map(_plain, (fact.label, *fact.words))):
                self._names[name] = (*self._names.get(name, ()), fact.name)
        self._words |= {name: _Token("fact", facts) for name, facts in self._names.items()}
        self._longest = max(map(len, self._words))

    def named(self, words: str) -> tuple[str, ...]:
        """Return the facts that are called so, as after 修改; empty for other words."""
        return self._names.get(_plain(words), ())

    def read(self, typed: str) -> StatedCorrections | None:
        """Parse these words; None if they correct nothing, ask, or say more."""
        if len(typed) > LONGEST:
            return None
        clauses = known_clauses(_plain(typed), self._words, self._longest)
        if clauses is None:
            return None
        tokens = [token for clause in clauses for token in clause]
        kinds = {token.kind for token in tokens}
        if "question" in kinds or not kinds & {"fact", "choice"}:
            return None
        found: list[FactCorrection] = []
        for clause in _joined([clause for clause in clauses if clause]):
            one = self._corrected(clause)
            if one is None:
                return None
            found += one
        marked = bool(kinds & {"mark", "become", "wrong", "edit", "clear"}) or {"deny", "choice"} <= kinds
        # 人工智能填错了，我们不是人工智能企业: the value is stated, nothing is left to ask.
        said = {one.facts for one in found if not one.asks}
        found = [one for one in found if not (one.asks and one.facts in said)]
        asked_only = not marked and any(one.asks for one in found)
        if not found or len(found) > _MOST or asked_only or (not marked and "subject" not in kinds):
            return None
        return StatedCorrections(tuple(dict.fromkeys(found)), not marked)

    def _corrected(self, clause: Sequence[_Token]) -> list[FactCorrection] | None:
        """Return what one clause corrects; None if it is no statement."""
        kinds = [token.kind for token in clause]
        chosen = [token for token in clause if token.kind == "choice"]
        named = list(dict.fromkeys(token.facts for token in clause if token.kind == "fact"))
        # What follows 改成 is the new value; what stood before it is what was recorded.
        after = kinds[len(kinds) - kinds[::-1].index("become") :] if "become" in kinds else kinds
        edits = not {"edit", "wrong"}.isdisjoint(kinds)
        if chosen:
            return _of_choices(clause, named)
        if kinds[-1] == "not" and "become" not in kinds and not edits:
            # 我们出口了没有: a question.
            return None
        if "clear" in kinds or ("unsure" in after and (edits or "become" in kinds)):
            return [FactCorrection(facts, None) for facts in named]
        if "unsure" in kinds:
            return None
        negations = sum(kind in ("not", "deny") for kind in after)
        stated = negations or "have" in after
        if negations > 1 or ("become" in kinds and not stated):
            return None
        if not stated and (edits or not {"mark"} & set(kinds)):
            return [FactCorrection(facts, None, asks=True) for facts in named] if edits else None
        return [self._bool(facts, not negations) for facts in named]

    def _bool(self, facts: tuple[str, ...], value: bool) -> FactCorrection:
        """Return the correction of a yes or no; a fact with choices is to be asked."""
        plain = all(self._facts[name].kind == "bool" for name in facts)
        return FactCorrection(facts, value) if plain else FactCorrection(facts, None, asks=True)


def _of_choices(clause: Sequence[_Token], named: Sequence[tuple[str, ...]]) -> list[FactCorrection] | None:
    """Return the choices stated and not denied (不是小型，是中型); the fact is asked where all are denied."""
    stated: dict[str, set[str]] = {}
    denied: set[str] = set()
    affirms, becomes = True, any(token.kind == "become" for token in clause)
    for token in clause:
        if token.kind in ("deny", "not", "have", "become"):
            affirms = token.kind in ("have", "become")
            if token.kind == "become":
                stated = {}
        elif token.kind == "choice" and affirms:
            stated.setdefault(token.facts[0], set()).add(token.choice)
        elif token.kind == "choice":
            denied.add(token.facts[0])
    about = {fact for facts in named for fact in facts}
    if about and not about & (stated.keys() | denied):
        return None
    if any(len(values) > 1 for values in stated.values()):
        return None
    if not stated:
        return [FactCorrection((fact,), None, asks=True) for fact in sorted(denied)] if not becomes else None
    return [FactCorrection((fact,), next(iter(values))) for fact, values in stated.items()]


def _joined(clauses: Sequence[Sequence[_Token]]) -> list[list[_Token]]:
    """Return the clauses, each with those that name nothing of their own: 算力填错了，改成没有."""
    joined: list[list[_Token]] = []
    before: list[_Token] = []
    for clause in clauses:
        own = [token.kind for token in clause]
        names = "fact" in own or ("choice" in own and not (joined and _waits(joined[-1], clause)))
        if names:
            joined.append([*before, *clause])
            before = []
        elif joined:
            joined[-1] += clause
        else:
            before = [*before, *clause]
    return joined


def _waits(before: Sequence[_Token], clause: Sequence[_Token]) -> bool:
    """Tell whether a clause gives the value of the fact before it: 规模填错了，是中型."""
    about = {fact for token in before for fact in token.facts}
    return any(token.kind == "choice" and token.facts[0] in about for token in clause)


def _plain(words: str) -> str:
    folded = unicodedata.normalize("NFKC", words).lower().translate(_QUOTES)
    return "".join(folded.split()).rstrip("." + STOPS) or normalise(words)


def proposals(stated: StatedCorrections, recorded: Mapping[str, object]) -> list[FactCorrection]:
    """Return the corrections that change something, each with the facts it may mean narrowed to those recorded.

    A name of several facts means the one that is recorded otherwise, where there is only one. A weak statement
    corrects only what is recorded, and otherwise.
    """
    found = []
    for one in stated.corrections:
        facts = one.facts
        if not one.asks:
            other = tuple(name for name in facts if name in recorded and recorded[name] != one.value)
            if stated.weak and not other:
                continue
            facts = other if len(other) == 1 else facts
        found.append(FactCorrection(facts, one.value, one.asks))
    return found
