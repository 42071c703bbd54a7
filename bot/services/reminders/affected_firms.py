"""Firms that a deadline concerns, and why; firms with identical known facts are judged once."""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from types import MappingProxyType

from bot.services.policy.published_for_firm import PublishedForFirm
from config.policy.facts import UNSURE, Facts, Value, parse_facts
from config.texts import Texts
from matchmaking.eligibility.eligibility import Verdict, judge
from notifications.plans import Concern
from storage.engine.transactions import Tx
from storage.firms import facts_of_many
from storage.reminders import audience
from storage.reminders.audience import ReminderFirm

MOST_NAMED = 3
Refused = Callable[[object], bool]


class AffectedFirms:
    """Firms of one transaction with their people and facts, each read once on first use.

    `firm_id`: only that firm.
    """

    def __init__(self, tx: Tx, published: PublishedForFirm, texts: Texts, firm_id: int | None = None) -> None:
        self._tx = tx
        self._firm_id = firm_id
        self._published = published
        self._policy = published.policy
        self._rules = published.rules(tx.now)
        self._texts = texts
        self._members: list[ReminderFirm] | None = None
        self._told: dict[str, dict[int, str]] = {}

    def everybody(self) -> Iterator[Concern]:
        """Yield every firm, without a reason."""
        for member in self._everybody():
            yield Concern(member.firm_id, member.persons, "")

    def with_unused(self) -> Iterator[Concern]:
        """Yield every firm with what it could receive and has not used."""
        return self._concerned(dict.fromkeys(self._policy.facts), self._unused)

    def for_items(
        self, items: Collection[str], places: Collection[str], titles: frozenset[str], but: Collection[int] = ()
    ) -> Iterator[Concern]:
        """Yield the firms in these areas with one of these titles that are eligible, or not ruled out, for any of these
        items.

        Unknown facts exclude nobody; no area or title means any. Not the firms in `but`.
        """
        areas = frozenset(self._published.areas.district_of(place) for place in places)
        refused: dict[str, Refused] = {}
        if areas:
            refused["district"] = lambda district: district not in areas
        if titles:
            refused["titles"] = lambda held: isinstance(held, frozenset) and not held & titles
        asked = self._asked(items, titles, refused)
        why = self._concerned(asked, lambda facts: self._why(items, refused, facts), refused)
        return (one for one in why if one.firm_id not in but)

    def _concerned(
        self,
        asked: Mapping[str, frozenset[Value] | None],
        why: Callable[[Facts], str | None],
        refused: Mapping[str, Refused] = MappingProxyType({}),
    ) -> Iterator[Concern]:
        """Yield the firms for which `why` returns a reason, called once per distinct set of known facts.

        `asked`: the facts it reads, and the set members it looks for (None: each). `refused`: fact values that exclude
        a firm whatever else is known.
        """
        if unread := asked.keys() - self._told.keys():
            mine = None if self._firm_id is None else (self._firm_id,)
            self._told |= facts_of_many.known_today(self._tx, unread, mine)
        columns = [(self._told[name], _values(self._told[name].values(), asked[name])) for name in asked]
        out = [
            (told, {text for text, value in values.items() if value is not None and refused[name](value)})
            for name, (told, values) in zip(asked, columns, strict=True)
            if name in refused
        ]
        reasons: dict[tuple[object, ...], str | None] = {}
        for member in self._everybody():
            if any(told.get(member.firm_id) in texts for told, texts in out):
                continue
            known = tuple([values[told.get(member.firm_id)] for told, values in columns])
            if known not in reasons:
                raw = {name: value for name, value in zip(asked, known, strict=True) if value is not None}
                reasons[known] = why(parse_facts(raw, self._policy.facts))
            reason = reasons[known]
            if reason is not None:
                yield Concern(member.firm_id, member.persons, reason)

    def _everybody(self) -> list[ReminderFirm]:
        if self._members is None:
            self._members = audience.everybody(self._tx, self._firm_id)
        return self._members

    def _asked(
        self, items: Collection[str], titles: frozenset[str], also: Iterable[str]
    ) -> dict[str, frozenset[Value] | None]:
        """Return the facts that these items and `also` depend on; of sets the members that count."""
        conditions = [one for code in items for one in self._policy.items[code].when]
        rules = [rule for (code, _), several in self._rules.items() if code in items for rule in several]
        conditions += [one for rule in rules for one in rule.when]
        wanted: defaultdict[str, set[Value]] = defaultdict(set)
        for name in also:
            wanted[name] |= titles if name == "titles" else set()
        if once := {code for code in items if self._policy.items[code].one_time}:
            wanted["already_received"] |= once
        if any(self._policy.items[code].by_district for code in items):
            wanted["district"] |= set()
        for condition in conditions:
            wanted[condition.fact] |= condition.wanted
        known = self._policy.facts
        settling = {fact.name: set[Value]() for fact in known.values() if fact.settles in wanted}
        return {
            name: frozenset(members) if known[name].kind in ("set", "items") else None
            for name, members in {**settling, **wanted}.items()
        }

    def _why(self, items: Collection[str], asked: Collection[str], facts: Facts) -> str | None:
        """Return the reason for these facts. `asked`: facts needed beyond the items' own; unknown ones are
        named first.
        """
        judged = [self._verdict(code, facts) for code in items]
        open_ = [verdict for verdict in judged if verdict.verdict != "no"]
        if not open_:
            return None
        unknown = list(dict.fromkeys(name for verdict in open_ for name in verdict.missing))
        for name in asked:
            if facts.get(name) is None and name not in unknown:
                unknown.insert(0, name)
        if not unknown and any(verdict.verdict == "yes" for verdict in open_):
            return self._texts("reminders.why_met")
        if not unknown:
            return self._texts("reminders.why_open")
        labels = "、".join(self._policy.facts[name].label for name in unknown[:MOST_NAMED])
        return self._texts("reminders.why_unknown", labels=labels)

    def _verdict(self, code: str, facts: Facts) -> Verdict:
        return judge(self._policy, self._policy.items[code], facts, self._tx.now, self._rules)

    def _unused(self, facts: Facts) -> str:
        received = facts.get("already_received") or frozenset()
        met = [
            item
            for item in self._policy.items.values()
            if not (isinstance(received, frozenset) and item.code in received)
            and self._verdict(item.code, facts).verdict == "yes"
        ]
        if not met:
            return self._texts("reminders.unused_unknown")
        named = "、".join(f"{item.code}{item.title}" for item in met[:MOST_NAMED])
        return self._texts("reminders.unused", items=named, count=len(met))


def _values(told: Iterable[str], members: frozenset[Value] | None) -> dict[str | None, object]:
    """Parse each of these texts, keeping these members of a set; None for no value."""
    values: dict[str | None, object] = {text: json.loads(text) for text in set(told)}
    for text, value in values.items():
        if isinstance(value, list):
            values[text] = frozenset(one for one in value if members is None or one.removeprefix(UNSURE) in members)
    return {**values, None: None}
