"""Choose the one or two things a message asks about, from all its hints."""

from collections.abc import Callable, Iterable, Sequence

from config.policy.model import Policy
from config.question_words import QuestionWords
from matchmaking.questions.hints import Askable, Hit
from matchmaking.questions.normalising import BREAK, Wording

# A name or sign this long is no accident; a shorter one needs an expressed wish, or little else in the message.
TELLING = 3
SHORT = 8


class Chooser:
    """Sorts hits: strong ones decide, titles stand for their awards, clauses and agencies are broad."""

    def __init__(self, policy: Policy, asking: QuestionWords, wording: Wording) -> None:
        self._asking = asking
        self._home = policy.home
        self._topics = {topic.key: topic for topic in policy.topics}
        titles = [name for choice in policy.facts["titles"].choices for name in (choice.label, *choice.also)]
        plain = {wording.plain(wording.simplified(title)) for title in titles}
        self._titles = dict.fromkeys(sorted(plain, key=len, reverse=True))

    def telling(self, text: str, hits: Iterable[Hit]) -> list[Hit]:
        """Return the hits that may decide: 用电 in a long story without any wish does not."""
        wish = self._asking.wishes.search(text) is not None
        content = len(self._asking.fillers.sub("", text).replace(BREAK, ""))
        return [hit for hit in hits if hit.tells >= TELLING or wish or content <= SHORT]

    def strong(self, text: str, hits: Sequence[Hit]) -> list[Hit]:
        """Return the entry with the strongest hits, and a second one found elsewhere in the message, in text order."""
        strong = _best(hits, lambda hit: not (self.is_title(hit) or self.is_broad(hit) or self._is_secondary(hit)))
        if not strong:
            # 什么时候到账 alone refers to no item.
            return [] if _best(hits, self.is_title) else _best(hits, self._is_secondary)[:1]
        first = self._own(strong)
        if first.entry.kind != "item":
            return [first]
        others = [hit for hit in (*strong, *_best(hits, self.is_title)) if self._is_second(text, first, hit)]
        return sorted((first, *others[:1]), key=lambda hit: min(hit.places))

    def titled(self, hits: Sequence[Hit]) -> list[Hit]:
        """Return the titles named, in text order: each stands for its award."""
        return sorted(_best(hits, self.is_title), key=lambda hit: min(hit.places))

    def broad(self, text: str, hits: Sequence[Hit]) -> list[Hit]:
        """Return whole clauses; else a topic across all of them, if next to nothing else is asked: 有哪些补贴."""
        clauses = _best(hits, lambda hit: hit.entry.kind == "clause")
        across = _best(hits, lambda hit: hit.entry.kind == "topic" and self.is_broad(hit) and not self._is_outside(hit))
        return clauses or [hit for hit in across if self._is_all(text, hit)]

    def agencies(self, hits: Sequence[Hit]) -> list[str]:
        """Return the agencies named."""
        return [hit.entry.key for hit in _best(hits, lambda hit: hit.entry.kind == "agency")]

    def secondary(self, hits: Sequence[Hit]) -> str | None:
        """Return what is asked in addition, of whatever is asked about: when, how, together with what."""
        return next((hit.entry.key for hit in _best(hits, self._is_secondary)), None)

    def outside(self, text: str, hits: Sequence[Hit]) -> str | None:
        """Return what this policy does not cover, unless the question names something of it with longer words."""
        inside = max((hit.tells for hit in hits if not self.is_broad(hit)), default=0)
        for hit in _best(hits, self._is_outside):
            place = self._topics[hit.entry.key].outside == "place"
            if self._is_elsewhere(text, hit) if place else hit.tells >= inside:
                return hit.entry.key
        return None

    def is_title(self, hit: Hit) -> bool:
        """Tell whether it is a title, which may be the asker's own or stand for its award."""
        return hit.entry.kind == "item" and hit.words in self._titles

    def is_broad(self, hit: Hit) -> bool:
        """Tell whether it is no single benefit."""
        topic = self._topics.get(hit.entry.key)
        return hit.entry.kind in ("clause", "agency") or (
            topic is not None and (topic.broad or topic.outside is not None)
        )

    def _is_all(self, text: str, hit: Hit) -> bool:
        """Tell whether besides the hit there are only titles and words common to all questions."""
        rest = "".join(" " if at in hit.places else char for at, char in enumerate(text))
        rest = self._asking.introduction.sub(" ", rest)
        for title in self._titles:
            rest = rest.replace(title, " ")
        rest = self._asking.general.sub(" ", self._asking.fillers.sub(" ", rest)).replace(BREAK, " ")
        return len("".join(rest.split())) <= 1

    def _own(self, strong: Sequence[Hit]) -> Hit:
        """Return the specific item (博士租房补贴 means the doctors' item, not the general topic); else the
        strongest.
        """
        first = strong[0]
        several = len(first.entry.items) > 1
        for hit in strong if first.entry.kind == "topic" else ():
            if hit.entry.key in first.entry.items and (several or hit.tells >= first.tells - 1):
                return hit
        return first

    def _is_second(self, text: str, first: Hit, hit: Hit) -> bool:
        if hit.entry.kind != "item" or hit.entry == first.entry:
            return False
        if _is_twin(first, hit):
            return True
        parts = _MessageParts(text, [joint.start() for joint in self._asking.joints.finditer(text)])
        compared = self._asking.comparing.search(text) is not None
        apart = compared or not parts.numbers(hit) & parts.numbers(first)
        title = self.is_title(hit)
        wanted = self._asking.money if title else self._asking.wishes
        asked = compared or (hit.tells >= TELLING and not title) or wanted.search(parts.sentence(hit)) is not None
        return hit.places.isdisjoint(first.places) and apart and asked

    def _is_elsewhere(self, text: str, hit: Hit) -> bool:
        """Tell whether another place is meant: 苏州奖多少 does; 从苏州引进的博士 and 苏州银行 do not."""
        start, end = min(hit.places), max(hit.places) + 1
        opens = not start or text[start - 1] == BREAK or text[:start].endswith(self._asking.located)
        return opens and not text[end:].startswith(self._asking.houses) and not any(h in text for h in self._home)

    def _is_outside(self, hit: Hit) -> bool:
        topic = self._topics.get(hit.entry.key)
        return topic is not None and topic.outside is not None

    def _is_secondary(self, hit: Hit) -> bool:
        topic = self._topics.get(hit.entry.key)
        return topic is not None and topic.beside


class _MessageParts:
    """A message split at breaks and conjunctions."""

    def __init__(self, text: str, joints: Sequence[int]) -> None:
        self._text = text
        starts = sorted({0, *joints, *(at for at, char in enumerate(text) if char == BREAK)})
        self._spans = list(zip(starts, [*starts[1:], len(text)], strict=True))

    def numbers(self, hit: Hit) -> set[int]:
        """Return the parts containing the hit."""
        return {n for n, (start, end) in enumerate(self._spans) if any(start <= at < end for at in hit.places)}

    def sentence(self, hit: Hit) -> str:
        """Return the whole sentence, or sentences, containing the hit."""
        start = self._text.rfind(BREAK, 0, min(hit.places)) + 1
        end = self._text.find(BREAK, max(hit.places))
        return self._text[start : end if end >= 0 else len(self._text)]


def _best(hits: Iterable[Hit], wanted: Callable[[Hit], bool]) -> list[Hit]:
    """Return the hits of this sort, strongest first, each entry once."""
    first: dict[Askable, Hit] = {}
    for hit in sorted(filter(wanted, hits), key=lambda hit: (-hit.tells, hit.entry.kind != "item", min(hit.places))):
        first.setdefault(hit.entry, hit)
    return list(first.values())


def _is_twin(first: Hit, hit: Hit) -> bool:
    """Tell whether two hits of one clause share a word, 博士和硕士租房, each with one of its own."""
    same_clause = first.entry.key.split(".")[0] == hit.entry.key.split(".")[0]
    own = min(len(first.places - hit.places), len(hit.places - first.places))
    return same_clause and bool(first.places & hit.places) and own > 1 and abs(first.tells - hit.tells) <= TELLING
