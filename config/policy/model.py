"""A policy as its folder defines it: clauses verbatim, the items cut from them, what people ask; and its files."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, tzinfo
from typing import Annotated, Literal

from config.errors import InputError
from config.policy.facts import Fact, FactWords, Value
from config.policy.interview import Likely, Offers
from config.toml_files import Made

Strength = Literal[
    "fixed", "by_rule", "status", "ceiling", "rate", "quota", "target", "directive", "support", "encourage"
]
Per = Literal["once", "month", "year", "percent", "persons"]
# How an item reaches the firm: applied for, joined, asked for at an agency, done by the agency unasked, decided by the
# buyer of a tender, or claimed through an official channel.
Channel = Literal["apply", "join", "ask", "automatic", "buyer", "claim"]
Outside = Literal["place", "programme", "agency"]
ReasonText = Literal[
    "met",
    "not_met",
    "missing",
    "not_needed",
    "already_received",
    "assumed",
    "district_rule",
    "expired",
    "not_started",
    "year_open",
    "place_open",
    "conflict",
]


@dataclass(frozen=True, slots=True)
class Condition:
    """One line of an item's `when`: the fact is one of `wanted`, or as a set shares a member with it.

    The reasons are the sentences used if it does not hold, and if the fact is unknown.
    """

    fact: str
    wanted: frozenset[Value]
    need: bool
    phrase: str
    not_met: str
    missing: str


@dataclass(frozen=True, slots=True)
class SilentPoint:
    """A point on which the text is silent: an item stays open, not refused, where the condition does not hold.

    `says`: the sentence said then, such as 文件没有写须在南京注册; with `while_unknown` also while the fact is unknown.
    """

    condition: Condition
    says: str
    while_unknown: bool = False


@dataclass(frozen=True, slots=True)
class Denial:
    """The first answer to a question that presumes what the text does not grant.

    `when`: signs, any of which reveals such a question; `unless`: words that make it another question.
    """

    when: tuple[str, ...]
    says: str
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemWords:
    """What a clause's file says of an item, as it stands there.

    `core` is the decisive part of the quote, where not all of it is. `asks` are names people call it by; `signs` are
    words that tell it where they stand together, in any order: groups set off by blanks, each a choice set off by
    strokes.

    `amount` is in yuan, None where the text gives none; `per` tells what one amount is (`once`: a sum, not a rate).
    `channel` is how it reaches the firm, `lead` the agency to ask first; both are ours, not the text's.
    `one_time`: not for a firm that already received it; `repeat_open`: what is said then where the text leaves a second
    one open. `award_of`: the title whose award year the text leaves open. `by_district`: what the
    district publishes decides.
    """

    code: str
    title: str
    quote: str
    core: str = ""
    strength: Strength
    amount: int | None = None
    per: Per | None = None
    figure: str | None = None
    for_whom: str
    channel: Channel
    lead: str
    one_time: bool = False
    repeat_open: str | None = None
    award_of: str | None = None
    by_district: bool = False
    asks: tuple[str, ...]
    signs: tuple[str, ...]
    denials: tuple[Denial, ...] = field(default=(), metadata={"key": "denial"})
    cautions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item(ItemWords):
    """One thing that a firm can have: it can be asked about, decided and cited on its own.

    `agencies`: who answers. `silent`: points that leave the item open where they do not hold.
    """

    clause: int
    agencies: tuple[str, ...]
    when: tuple[Condition, ...]
    silent: tuple[SilentPoint, ...] = ()


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause verbatim. `service_only`: it writes no money for the firm, it names a service and whom to ask."""

    number: int
    label: str
    mark: str
    title: str
    section: str
    agencies: tuple[str, ...]
    text: str
    service_only: bool
    asks: tuple[str, ...]
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """Something answerable that is no item: a name in a clause, or the document itself.

    `quote` is verbatim: from the clause, or without one from the closing paragraph. `beside`: can be asked of any item
    (when is it paid?). `broad`: asked across the document; any item named takes precedence. `outside`: not covered by
    the policy, as it belongs to another place, programme or agency.
    """

    key: str
    title: str
    answer: str
    asks: tuple[str, ...]
    clause: int | None = None
    items: tuple[str, ...] = ()
    quote: str | None = None
    signs: tuple[str, ...] = ()
    denials: tuple[Denial, ...] = field(default=(), metadata={"key": "denial"})
    beside: bool = False
    broad: bool = False
    outside: Outside | None = None
    leaves_open: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of the document and its clauses."""

    heading: str
    clauses: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PolicyExtension:
    """The document extending the policy. `was`: the policy's own end, as `expires`."""

    was: datetime
    title: str
    issuer: str
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyWords:
    """What policy.toml says of the whole document, as it stands there.

    `expires` is the first moment it no longer holds. `home`: names of its place; `agency_names`: common names of
    agencies.
    """

    title: str
    preamble: str
    sections: tuple[Section, ...] = field(metadata={"key": "section"})
    closing: str
    expires: datetime
    repeals: str
    carried_out_by: tuple[str, ...]
    home: tuple[str, ...]
    agency_names: Mapping[str, tuple[str, ...]]
    silence: str
    ask_first: tuple[str, ...]
    reasons: Mapping[ReasonText, str]
    strengths: Annotated[Mapping[str, str], Made(dict[Strength, str], dict)]
    channels: Annotated[Mapping[str, str], Made(dict[Channel, str], dict)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy(PolicyWords):
    """The whole document, in order.

    `zone`: the time zone of its days; `digest` changes with any word, figure or condition. `extension`: why `expires`
    is later than the document says. `offers` and `likely`: how a firm is asked, which no verdict depends on.
    `published`: the day of publication, on which the measures came into force; the text does not give it (None: not
    known, and nothing is refused for it).
    """

    name: str
    clauses: tuple[Clause, ...]
    zone: tzinfo
    items: Mapping[str, Item]
    facts: Mapping[str, Fact]
    topics: tuple[Topic, ...]
    offers: Offers
    likely: Likely
    digest: str
    extension: PolicyExtension | None = None
    published: date | None = None

    def published_on(self, day: date | None) -> "Policy":
        """Return the same policy as published on this day."""
        return replace(self, published=day)

    def extended(self, expires: datetime, title: str, issuer: str, day: date) -> "Policy":
        """Return the policy as extended until `expires` by this document of this day."""
        was = self.expires if self.extension is None else self.extension.was
        return replace(self, expires=expires, extension=PolicyExtension(was, title, issuer, day))

    def __hash__(self) -> int:
        return hash(self.digest)

    def clause(self, number: int) -> Clause:
        """Return the clause with this number; raises InputError if there is none."""
        if 1 <= number <= len(self.clauses):
            return self.clauses[number - 1]
        raise InputError("clause_unknown", number=number, count=len(self.clauses))

    def item(self, code: str) -> Item:
        """Return the item with this code, such as 5.2; raises InputError if there is none."""
        if code in self.items:
            return self.items[code]
        raise InputError("item_unknown", item=code)

    def expired(self, now: datetime) -> bool:
        """Tell whether the policy no longer holds: from the first moment after the last valid day."""
        return now >= self.expires

    def started(self, now: datetime) -> bool:
        """Return whether the policy is in force already: always while its day of publication is not known."""
        return self.published is None or now.astimezone(self.zone).date() >= self.published


Given = bool | str | tuple[str, ...]
"""What will do for a condition: a value, or any of several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFile(PolicyWords):
    """policy.toml: the document around its clauses. `when`: the conditions of every item."""

    when: Mapping[str, Given]


@dataclass(frozen=True, slots=True)
class SilentTable:
    """A point on which the text is silent: what would have to hold, and what is said where it does not."""

    when: Mapping[str, Given]
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemTable(ItemWords):
    """One item of a clause's file.

    `also_answered_by`: who answers beside the clause's agencies. `place_open`: the text does not say that the firm must
    be in the city. `leaves_open`: other points on which it is silent.
    """

    also_answered_by: tuple[str, ...] = ()
    when: Mapping[str, Given]
    place_open: bool = False
    leaves_open: tuple[SilentTable, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseFile:
    """clause_NN.toml."""

    number: int
    title: str
    agencies: tuple[str, ...]
    text: str
    service_only: bool = False
    asks: tuple[str, ...]
    items: tuple[ItemTable, ...] = field(metadata={"key": "item"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FactTable(FactWords):
    """One fact of facts.toml. `choices_of`: the fact whose choices it shares."""

    choices_of: str | None = None
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
