"""A firm's result in one message: what it can use now, and what lacks one fact; the rest on request.

Pure: only the policy's own words and the reviewed texts. Figures stand beside their items and are never added.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.answers.firm_profile import FirmProfile, asks_receipt, lapsed_lines, titles_line
from config.policy.interview import USUAL
from config.policy.model import Item, Policy
from config.texts import Texts
from matchmaking.eligibility.eligibility import NOBODY_CAN_SAY, Assessment, Verdict, waits_for_year
from matchmaking.eligibility.next_question import weight

# How many met items, and items one fact decides, to list at once: the most that fit.
LENGTHS = (
    (9, 3),
    (9, 2),
    (9, 1),
    (8, 1),
    (7, 1),
    (6, 1),
    (5, 1),
    (4, 1),
    (7, 0),
    (6, 0),
    (5, 0),
    (4, 0),
    (3, 0),
    (2, 0),
    (1, 0),
)


@dataclass(frozen=True, slots=True)
class OverviewText:
    """What is said at once, and what only on request."""

    text: str
    rest: str = ""


@dataclass(frozen=True, slots=True)
class _SortedItems:
    met: Sequence[Item]
    year: Sequence[Item]
    away: Sequence[Item]
    further: Sequence[Item]
    refused: Sequence[Item]


class Overview:
    """Describes everything one policy holds for one firm."""

    def __init__(self, policy: Policy, texts: Texts) -> None:
        self._policy = policy
        self._texts = texts

    def of(
        self,
        profile: FirmProfile,
        judged: Assessment,
        now: datetime,
        *,
        room: int,
        open_items: Collection[str] = frozenset(),
    ) -> OverviewText:
        """Return the firm's result: first that no fixed award is met, if so; then what is met, then what one fact
        decides.

        `room`: bytes of a message it may fill; the remainder goes to the rest.
        """
        titles = self._policy.facts["titles"]
        head = self._overview("head", firm=profile.name, titles=titles_line(self._texts, titles, profile))
        head = "\n".join([head, *lapsed_lines(self._texts, titles, profile.lapsed)])
        if self._policy.expired(now):
            return OverviewText(head)
        sorted_out = _SortedItems(
            sorted(self._items(judged, "yes"), key=lambda item: (item.code not in open_items, weight(item))),
            self.waiting_for_year(judged),
            self._one_away(profile, judged, open_items),
            self._further(judged),
            self._items(judged, "no"),
        )
        lengths = iter(LENGTHS)
        told = self._told(head, sorted_out, judged, *next(lengths))
        for most_met, most_away in lengths:
            if len(told.text.encode()) <= room:
                break
            told = self._told(head, sorted_out, judged, most_met, most_away)
        return told

    def _told(self, head: str, items: _SortedItems, judged: Assessment, most_met: int, most_away: int) -> OverviewText:
        met, away = items.met[:most_met], items.away[:most_away]
        hidden = len(items.met) - len(met)
        parts = [
            [head],
            [] if any(item.strength == "fixed" for item in (*met, *items.year)) else [self._overview("no_fixed")],
            [
                self._overview("now" if met else "now_none"),
                *map(self.line, met),
                *([self._overview("now_more", count=hidden)] if hidden else []),
            ],
            self.year_lines(items.year),
            [
                *self.besides(met, judged, asked=True),
                *self._asks([*met, *items.year, *items.away, *items.further], judged),
            ],
            self._under("one_away", away, judged),
            [self._overview("open", count=len(items.away) + len(items.further), refused=len(items.refused))],
        ]
        rest = [
            [self._overview("now_rest"), *map(self.line, items.met[most_met:])] if hidden else [],
            self._under("one_away_rest", items.away[most_away:], judged),
            self._under("further", items.further, judged),
            self._under("refused", items.refused, judged),
        ]
        return OverviewText(_paragraphs(parts), _paragraphs(rest))

    def everything(self, profile: FirmProfile, judged: Assessment) -> str:
        """Return all items by verdict, for a request for more after an answer changed it."""
        met = self._items(judged, "yes")
        away = self._one_away(profile, judged, frozenset())
        return _paragraphs(
            [
                [self._overview("now"), *map(self.line, met)] if met else [],
                self.year_lines(self.waiting_for_year(judged)),
                self._under("one_away", away, judged),
                self._under("further", self._further(judged), judged),
                self._under("refused", self._items(judged, "no"), judged),
            ]
        )

    def waiting_for_year(self, judged: Assessment) -> list[Item]:
        """Return the items of which only the award year is open."""
        return [item for item in self._items(judged, "unknown") if waits_for_year(judged.items[item.code])]

    def year_lines(self, items: Sequence[Item]) -> list[str]:
        """Return the items of which only the award year is open, under their heading."""
        return [self._overview("year_open"), *map(self.line, items)] if items else []

    def _further(self, judged: Assessment) -> list[Item]:
        """Return the items for which several facts, a district's rule or words of the text are missing."""
        return [
            item
            for item in self._items(judged, "unknown")
            if not (_is_one_away(judged.items[item.code]) or waits_for_year(judged.items[item.code]))
        ]

    def besides(self, items: Sequence[Item], judged: Assessment, *, asked: bool = False) -> list[str]:
        """Return remarks on fixed awards: what the text leaves open, and what was assumed.

        `asked`: assumptions are asked about in a question.
        """
        fixed = [item for item in items if item.strength == "fixed"]
        codes = {item.code for item in fixed}
        reasons = [] if asked else [reason for item in fixed for reason in judged.items[item.code].reasons]
        assumed = [reason.text for reason in reasons if reason.kind == "assumed"]
        always = {code for code, item in self._policy.items.items() if item.strength == "fixed"}
        of_awards = [topic for topic in self._policy.topics if codes & set(topic.items) and always >= set(topic.items)]
        left_open = [topic.answer for topic in of_awards if not topic.quote]
        return [self._overview("caution", text=text) for text in dict.fromkeys((*left_open, *assumed))]

    def _asks(self, items: Sequence[Item], judged: Assessment) -> list[str]:
        """Ask for each award whether it was received, if that is open. Links are long: only one."""
        open_ = [item for item in items if asks_receipt(judged.items[item.code])]
        asked = [self._texts("awards.ask", code=item.code) for item in open_[:1]]
        return asked + [self._texts("awards.ask_in_words", code=item.code) for item in open_[1:]]

    def line(self, item: Item) -> str:
        """Return one item with figure, clause, the agency to ask first, and how it reaches the firm."""
        return self._overview(
            "line",
            code=item.code,
            title=item.title,
            figure=self._figure(item),
            label=self._policy.clause(item.clause).label,
            lead=item.lead,
            how=self._overview(f"how_{item.channel}"),
        )

    def _items(self, judged: Assessment, answer: str) -> list[Item]:
        return [self._policy.items[code] for code, verdict in judged.items.items() if verdict.verdict == answer]

    def _one_away(self, profile: FirmProfile, judged: Assessment, open_items: Collection[str]) -> list[Item]:
        """Return the items that one fact decides, most useful first."""
        size = profile.facts.get("size")
        likely = self._policy.likely.for_firm(size if isinstance(size, str) else None, profile.name)

        def urgency(item: Item) -> tuple[bool, int, int]:
            (missing,) = judged.items[item.code].missing
            return item.code not in open_items, -likely.get(missing, USUAL), weight(item)

        return sorted(
            (item for item in self._items(judged, "unknown") if _is_one_away(judged.items[item.code])), key=urgency
        )

    def because(self, items: Sequence[Item], judged: Assessment) -> list[str]:
        """Return items with what is missing or opposed, one per line."""
        return [
            self._overview(
                "because",
                code=item.code,
                title=item.title,
                figure=self._figure(item),
                label=self._policy.clause(item.clause).label,
                why="；".join(self._why(judged.items[item.code])),
            )
            for item in items
        ]

    def _under(self, heading: str, items: Sequence[Item], judged: Assessment) -> list[str]:
        return [self._overview(f"heading_{heading}"), *self.because(items, judged)] if items else []

    def _why(self, verdict: Verdict) -> list[str]:
        if verdict.verdict == "no":
            return [reason.text for reason in verdict.reasons]
        labels = "、".join(self._policy.facts[fact].label for fact in verdict.missing)
        published = [reason.text for reason in verdict.reasons if reason.kind in (*NOBODY_CAN_SAY, "conflict")]
        return [self._overview("missing", labels=labels), *published] if labels else published

    def _figure(self, item: Item) -> str:
        """Return the figure for a list, where nothing else qualifies it."""
        # How many firms the city plans to support is nothing a single one receives.
        if item.figure is None or item.strength == "target":
            return ""
        kind = item.strength if item.strength in ("rate", "quota") else "told"
        return self._overview(f"figure_{kind}", figure=item.figure)

    def _overview(self, key: str, **blanks: object) -> str:
        return self._texts(f"overview.{key}", **blanks)


def _is_one_away(verdict: Verdict) -> bool:
    kinds = {reason.kind for reason in verdict.reasons}
    # What the answer may leave open is the award year alone.
    return len(verdict.missing) == 1 and not kinds & (NOBODY_CAN_SAY - {"year_open"})


def _paragraphs(parts: Sequence[Sequence[str]]) -> str:
    return "\n\n".join("\n".join(part) for part in parts if part)
