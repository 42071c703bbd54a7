"""Audience of a broadcast: every firm's people tested against its criteria, each with reasons. Read-only."""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, lru_cache
from typing import Any

from bot.services.policy.published_for_firm import PublishedForFirm
from bot.services.table_file import normal
from config.policy.facts import FactChoice, parse_facts
from config.policy.model import Item, Policy
from config.texts import Texts
from matchmaking.eligibility.eligibility import judge
from storage.broadcasts import firm_selection
from storage.broadcasts.broadcasts import AudienceCriteria, BroadcastContent
from storage.broadcasts.firm_selection import FirmInReach
from storage.chat.reply_windows import BY_MESSAGE
from storage.engine.transactions import Tx

# Why a firm is included, or None.
Line = Callable[[FirmInReach], str | None]


@dataclass(frozen=True, slots=True)
class AudienceFirm:
    """An included firm, its included people, and the reasons."""

    name: str
    firm_id: int | None
    persons: tuple[int, ...]
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ResolvedAudience:
    """The selected audience; `unmatched`: lines of an uploaded list that match no firm within the author's area."""

    members: tuple[AudienceFirm, ...]
    unmatched: tuple[str, ...] = ()

    @property
    def people(self) -> list[tuple[int, int | None]]:
        """Return (person, firm) for each person."""
        return [(person, one.firm_id) for one in self.members for person in one.persons]


def choose(tx: Tx, content: BroadcastContent, published: PublishedForFirm, texts: Texts) -> ResolvedAudience:
    """Return this broadcast's current audience, never anybody outside the author's own area."""
    whom = content.audience
    if whom.everyone:
        followers = firm_selection.followers(tx)
        said = (texts("broadcasts.why.everyone"),)
        return ResolvedAudience(tuple(AudienceFirm("", firm, (person,), said) for person, firm in followers))
    item = published.policy.items.get(whom.item)
    needed = {"titles"} if whom.titles else set[str]()
    needed |= {"size"} if whom.sizes else set()
    needed |= _facts_of(item, published, tx.now) if item is not None else set()
    everybody = firm_selection.profiles(tx, needed)
    reach = [one for one in everybody if content.area is None or content.area in (_district(one), one.zone)]
    lines = _lines(tx, whom, published, texts)
    listed = _Listed(whom.listed, reach) if whom.listed else None
    if listed is not None:
        lines.append(lambda one: texts("broadcasts.why.listed") if one.firm_id in listed.firm_ids else None)
    members = []
    for one in reach:
        persons = tuple(person for person, until in one.persons if _in_contact(whom, until, tx.now))
        why = _why(one, lines) if persons else None
        if why is not None:
            members.append(AudienceFirm(one.name, one.firm_id, persons, (*why, *_contact(whom, texts))))
    return ResolvedAudience(tuple(members), () if listed is None else listed.unmatched)


def _why(one: FirmInReach, lines: list[Line]) -> list[str] | None:
    reasons = []
    for line in lines:
        reason = line(one)
        if reason is None:
            return None
        reasons.append(reason)
    return reasons


def _lines(tx: Tx, whom: AudienceCriteria, published: PublishedForFirm, texts: Texts) -> list[Line]:
    """Return one test per criterion set; one that always passes if none is."""
    policy, lines = published.policy, list[Line]()
    if whom.areas:
        lines.append(
            lambda one: _say(texts("broadcasts.why.area", area=_among(one, whom.areas)), _among(one, whom.areas))
        )
    if whom.titles:
        lines.append(_held(whom.titles, "titles", policy, lambda words: texts("broadcasts.why.titles", titles=words)))
    if whom.sizes:
        lines.append(_held(whom.sizes, "size", policy, lambda words: texts("broadcasts.why.size", size=words)))
    if whom.words:
        offering = firm_selection.offering(tx, whom.words)
        lines.append(
            lambda one: texts("broadcasts.why.words", word=offering[one.firm_id]) if one.firm_id in offering else None
        )
    if whom.item in policy.items:
        lines.append(_judged(whom, published, tx.now, texts))
    if whom.unclaimed:
        applied = firm_selection.applied(tx, whom.item)
        words = texts("broadcasts.why.unclaimed", item=whom.item)
        lines.append(lambda one: None if one.firm_id in applied or _has_received(one, whom.item) else words)
    if whom.event:
        signed, event = firm_selection.signed_up(tx, whom.event), texts("broadcasts.why.event", event=whom.event)
        lines.append(lambda one: event if one.firm_id in signed else None)
    if not lines and not whom.listed:
        everybody = texts("broadcasts.why.all")
        lines.append(lambda _: everybody)
    return lines


def _judged(whom: AudienceCriteria, published: PublishedForFirm, now: datetime, texts: Texts) -> Line:
    """Return a test of the item's verdict, computed once per distinct set of the facts it reads."""
    policy, rules = published.policy, published.rules(now)
    item = policy.items[whom.item]
    names = tuple(sorted(_facts_of(item, published, now)))
    words = {
        "yes": texts("broadcasts.why.item_yes", item=item.code),
        "unknown": texts("broadcasts.why.item_unknown", item=item.code),
    }

    @cache
    def verdict(values: tuple[str | None, ...]) -> str:
        raw = {name: _read(value) for name, value in zip(names, values, strict=True) if value is not None}
        return judge(policy, item, parse_facts(raw, policy.facts), now, rules).verdict

    def line(one: FirmInReach) -> str | None:
        found = verdict(tuple(one.told.get(name) for name in names))
        return words[found] if found in whom.verdicts else None

    return line


def _facts_of(item: Item, published: PublishedForFirm, now: datetime) -> set[str]:
    """Return every fact that the item's verdict can depend on, including those that determine others."""
    asked = {condition.fact for condition in item.when} | {"already_received", "district"}
    for (code, _), several in published.rules(now).items():
        if code == item.code:
            asked |= {condition.fact for rule in several for condition in rule.when}
    settling = {name for name, fact in published.policy.facts.items() if fact.settles in asked}
    return asked | settling


def _held(wanted: tuple[str, ...], fact: str, policy: Policy, says: Callable[[str], str]) -> Line:
    labels = _labels(policy.facts[fact].choices)

    def line(one: FirmInReach) -> str | None:
        value = _read(one.told.get(fact))
        known = value if isinstance(value, list) else [value]
        both = [labels.get(each, each) for each in wanted if each in known]
        return says("、".join(both)) if both else None

    return line


def _labels(choices: tuple[FactChoice, ...]) -> Mapping[str, str]:
    return {choice.value: choice.label for choice in choices}


def _say(words: str, holds: object) -> str | None:
    return words if holds else None


def _district(one: FirmInReach) -> str | None:
    return one.district or _read(one.told.get("district"))


def _among(one: FirmInReach, areas: tuple[str, ...]) -> str:
    return next((area for area in (one.zone, _district(one)) if area in areas and area), "")


def _has_received(one: FirmInReach, item: str) -> bool:
    return item in (_read(one.told.get("already_received")) or ())


def _in_contact(whom: AudienceCriteria, until: datetime | None, now: datetime) -> bool:
    """Tell whether the person is reachable in the platform's 48-hour reply window (exact to those two days)."""
    if not whom.contact:
        return True
    recent = until is not None and until - BY_MESSAGE > now - timedelta(days=whom.days)
    return recent == (whom.contact == "recent")


def _contact(whom: AudienceCriteria, texts: Texts) -> tuple[str, ...]:
    if not whom.contact:
        return ()
    if whom.contact == "recent":
        return (texts("broadcasts.why.recent", days=whom.days),)
    return (texts("broadcasts.why.silent", days=whom.days),)


@lru_cache(maxsize=4096)
def _read(value: str | None) -> Any:
    return None if value is None else json.loads(value)


class _Listed:
    """An uploaded list matched against the firms in reach, by credit code or full name, every registration of
    either.
    """

    def __init__(self, typed: tuple[str, ...], reach: list[FirmInReach]) -> None:
        known: defaultdict[str, set[int]] = defaultdict(set)
        for one in reach:
            for written in (one.code, one.name):
                known[normal(written or "")].add(one.firm_id)
        found = {line: known.get(normal(line), set()) for line in typed}
        self.firm_ids = frozenset[int]().union(*found.values())
        self.unmatched = tuple(line for line, firm_ids in found.items() if not firm_ids)
