"""Published details relevant to a firm: by item, place and titles; open before upcoming before ended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from bot.live.versioned_cache import VersionedCache
from bot.services.policy.published_wording import PublishedTalk, rule_table
from config.areas import Areas
from config.calendar import midnight
from config.policy.facts import Facts
from config.policy.loader import conditions
from config.policy.model import Item, Policy
from config.texts import Texts
from matchmaking.eligibility.eligibility import DistrictRules
from matchmaking.eligibility.eligibility import JudgedDistrictRule as JudgedRule
from storage.engine.transactions import Tx
from storage.policy import published_details
from storage.policy.application_windows import ApplicationWindow
from storage.policy.detail_content import DetailContent
from storage.policy.district_rules import PublishedDistrictRule, PublishedExtension
from storage.policy.published_details import Detail

# Ended details are still shown this long: whoever asks in January learns that it ran until December.
ENDED_FOR = timedelta(days=400)
SOON = timedelta(days=60)
IN_SHORT, IN_FULL = 1, 6


@dataclass(frozen=True, slots=True)
class PublishedForFirm:
    """Everything published at one version, indexed. `policy`: with its validity as extended."""

    policy: Policy
    talk: PublishedTalk
    areas: Areas
    details: tuple[Detail, ...]
    by_item: Mapping[str, tuple[DetailContent, ...]]
    judged: tuple[tuple[DetailContent, str, JudgedRule], ...]

    @classmethod
    def of(cls, policy: Policy, talk: PublishedTalk, areas: Areas, details: tuple[Detail, ...]) -> Self:
        """Index these details by item, with their rules in the form the assessment takes; once per version."""
        policy = _as_extended(policy, details)
        by_item: dict[str, tuple[DetailContent, ...]] = {}
        judged: list[tuple[DetailContent, str, JudgedRule]] = []
        for detail in details:
            body = detail.content.body
            for code in body.items:
                by_item[code] = (*by_item.get(code, ()), detail.content)
            if isinstance(body, PublishedDistrictRule):
                when = tuple(conditions(rule_table(body), policy.facts, policy.reasons))
                rule = JudgedRule(when, body.strength, body.amount, body.per)  # type: ignore[arg-type]  # held when entered
                judged.append((detail.content, body.item, rule))
        return cls(policy, talk, areas, details, by_item, tuple(judged))

    def lines(
        self, item: Item, facts: Facts | None, now: datetime, *, most: int = IN_FULL, typed: str = ""
    ) -> list[str]:
        """Return one line per detail published on this item, with source and date; ended ones marked as ended.

        `facts` None: unknown firm, which gets what holds for the whole city. An area named in the question (`typed`) is
        shown to anybody.
        """
        about = self.by_item.get(item.code, ())
        if not about:
            return []
        mine = [content for content in about if self._concerns(content, facts, typed)]
        told = [content for content in self._in_order(mine, now) if not self._long_over(content, now)]
        told.sort(key=lambda content: content.area is None or content.area not in typed)
        said = [self.talk.cited(content, now) for content in told[:most]]
        if len(told) > most:
            said.append(self.talk.more(item.code, len(told) - most))
        districts = [content.area for content in about if isinstance(content.body, PublishedDistrictRule)]
        elsewhere = [area for area in districts if area and not any(one.area == area for one in mine)]
        if elsewhere and (facts is None or facts.get("district") is None):
            said.append(self.talk.elsewhere(list(dict.fromkeys(elsewhere))))
        return said

    def rules(self, now: datetime) -> DistrictRules:
        """Return the districts' rules in force, in the form the assessment takes."""
        rules: dict[tuple[str, str], tuple[JudgedRule, ...]] = {}
        for content, item, rule in self.judged:
            if content.area is not None and content.in_force(now):
                rules[item, content.area] = (*rules.get((item, content.area), ()), rule)
        return rules

    def windows(self, facts: Facts | None, now: datetime) -> list[tuple[Detail, ApplicationWindow]]:
        """Return this firm's open or upcoming windows, nearest end first; without a date last."""
        found: list[tuple[Detail, ApplicationWindow]] = []
        for detail in self.details:
            body = detail.content.body
            if not isinstance(body, ApplicationWindow) or not self._concerns(detail.content, facts, ""):
                continue
            stage, opens = body.stage(now), body.current(now).opens
            if stage in ("open", "unknown") or (stage == "coming" and opens is not None and opens - now <= SOON):
                found.append((detail, body))

        def place(one: tuple[Detail, ApplicationWindow]) -> tuple[int, float, int]:
            detail, window = one
            stage, step = window.stage(now), window.current(now)
            if stage == "open":
                return (0, step.closes.timestamp(), detail.id) if step.closes else (1, 0.0, detail.id)
            return (2, step.opens.timestamp(), detail.id) if step.opens else (3, 0.0, detail.id)

        return sorted(found, key=place)

    def open_items(self, facts: Facts | None, now: datetime) -> frozenset[str]:
        """Return the items with a window open for this firm now."""
        return frozenset(
            code
            for detail in self.details
            if isinstance(body := detail.content.body, ApplicationWindow)
            and body.stage(now) == "open"
            and self._concerns(detail.content, facts, "")
            for code in body.items
        )

    def find(self, detail_id: int) -> Detail | None:
        """Return the published detail with this id."""
        return next((detail for detail in self.details if detail.id == detail_id), None)

    def _concerns(self, content: DetailContent, facts: Facts | None, typed: str) -> bool:
        if content.area is not None and content.area in typed:
            return True
        district = None if facts is None else facts.get("district")
        places = {content.area} if content.area is not None else set()
        body = content.body
        if isinstance(body, ApplicationWindow):
            places |= set(body.districts)
            held = None if facts is None else facts.get("titles")
            # Unknown titles exclude nothing.
            if body.titles and isinstance(held, frozenset) and not held & set(body.titles):
                return False
        if not places:
            return True
        return district is not None and str(district) in {self.areas.district_of(str(place)) for place in places}

    def _in_order(self, contents: Sequence[DetailContent], now: datetime) -> list[DetailContent]:
        def place(content: DetailContent) -> tuple[int, float]:
            if content.ended(now):
                return 3, -content.ends.timestamp() if content.ends else 0.0
            if isinstance(content.body, ApplicationWindow):
                return (
                    0 if content.body.stage(now) == "open" else 1
                ), content.ends.timestamp() if content.ends else 0.0
            return 2, 0.0

        return sorted(contents, key=place)

    def _long_over(self, content: DetailContent, now: datetime) -> bool:
        return content.ends is not None and now >= content.ends + ENDED_FOR


def _as_extended(policy: Policy, details: tuple[Detail, ...]) -> Policy:
    """Return the policy with its validity from the newest document extending it."""
    extending = [one for one in details if isinstance(one.content.body, PublishedExtension)]
    newest = max(extending, key=lambda one: (one.content.source.day, one.id), default=None)
    if newest is None or newest.content.until is None:
        return policy
    source = newest.content.source
    return policy.extended(midnight(newest.content.until), source.title.strip("《》〈〉"), source.issuer, source.day)


class PublishedDetailsCache:
    """Keeps published details in memory, in step with the database: a chat reads one row and no more."""

    def __init__(self, policy: Policy, texts: Texts) -> None:
        self._policy = policy
        self._talk = PublishedTalk(policy, texts)
        self._areas = Areas.load()
        empty = PublishedForFirm.of(policy, self._talk, self._areas, ())
        self._published = VersionedCache(published_details.VERSION, self._load, empty)

    def current(self, tx: Tx) -> PublishedForFirm:
        """Return what is published as of this transaction."""
        return self._published.current(tx)

    def _load(self, tx: Tx, since: int, held: PublishedForFirm) -> PublishedForFirm:
        changed = {detail.id: detail for detail in published_details.changed_since(tx, since)}
        every = {detail.id: detail for detail in held.details} | changed
        told = tuple(every[number] for number in sorted(every) if every[number].state == "published")
        return PublishedForFirm.of(self._policy, self._talk, self._areas, told)
