"""One policy as its folder tells it: clauses in their own words, the items cut out of them, what people ask."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, tzinfo
from typing import Literal

from config.errors import InputError
from config.policy.facts import Fact, Value
from config.policy.interview import Likely, Offers

Strength = Literal["fixed", "by_rule", "status", "ceiling", "rate", "quota", "target", "support", "encourage"]
Per = Literal["once", "month", "year_pool", "percent", "persons"]
Outside = Literal["place", "programme", "agency"]
ReasonText = Literal[
    "met", "not_met", "missing", "not_needed", "already_received", "assumed", "district_rule", "expired"
]


@dataclass(frozen=True, slots=True)
class Condition:
    """One line of an item's `when`: the fact is one of `wanted`, or, being a set, shares a member with it.

    The reasons are the sentences said where it does not hold, and where the fact is unknown.
    """

    fact: str
    wanted: frozenset[Value]
    need: bool
    phrase: str
    not_met: str
    missing: str


@dataclass(frozen=True, slots=True)
class Denial:
    """What is answered first where a question takes for granted what the text does not give.

    `when`: signs, any of which tells such a question; `unless`: words with which it is another question.
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
    `one_time`: not for a firm that already received it. `by_district`: what the district publishes decides.
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
    one_time: bool = False
    by_district: bool = False
    asks: tuple[str, ...]
    signs: tuple[str, ...]
    denials: tuple[Denial, ...] = field(default=(), metadata={"key": "denial"})
    cautions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item(ItemWords):
    """One thing that a firm can have: it can be asked about, decided and cited on its own. `agencies`: who answers."""

    clause: int
    agencies: tuple[str, ...]
    when: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause verbatim. `service_only`: it pays the firm no money, it names a service and whom to ask."""

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
    """Something that can be answered without being an item: a name in a clause, or the document itself.

    `quote` is verbatim: from the clause, without a clause from the closing paragraph. `beside`: it can be asked of any
    item (when is it paid?). `broad`: it is asked across the document, and any item named goes before. `outside`: the
    policy does not hold it, being of another place, programme or agency.
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
    """One of the document's headings and the clauses under it."""

    heading: str
    clauses: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Extension:
    """By which document the policy holds longer than it says itself. `was`: the end that it names, as `expires`."""

    was: datetime
    title: str
    issuer: str
    day: date


@dataclass(frozen=True, slots=True)
class Policy:
    """The whole document, in order.

    `expires` is the first moment at which it no longer holds, `zone` the one in which it counts its days; `digest`
    changes with any word, figure or condition of it. `extension`: why `expires` is later than it says itself.
    `home`: how its place is called; `agency_names`: how people call the agencies. `offers` and `likely`: how a firm is
    asked, which no verdict depends on.
    """

    name: str
    title: str
    preamble: str
    sections: tuple[Section, ...]
    clauses: tuple[Clause, ...]
    closing: str
    expires: datetime
    zone: tzinfo
    repeals: str
    carried_out_by: tuple[str, ...]
    home: tuple[str, ...]
    agency_names: Mapping[str, tuple[str, ...]]
    silence: str
    items: Mapping[str, Item]
    facts: Mapping[str, Fact]
    ask_first: tuple[str, ...]
    topics: tuple[Topic, ...]
    offers: Offers
    likely: Likely
    reasons: Mapping[ReasonText, str]
    strengths: Mapping[str, str]
    digest: str
    extension: Extension | None = None

    def extended(self, expires: datetime, title: str, issuer: str, day: date) -> "Policy":
        """The same policy, which by this document of this day holds until `expires`."""
        was = self.expires if self.extension is None else self.extension.was
        return replace(self, expires=expires, extension=Extension(was, title, issuer, day))

    def __hash__(self) -> int:
        return hash(self.digest)

    def clause(self, number: int) -> Clause:
        """The clause of this number; raises InputError where there is none."""
        if 1 <= number <= len(self.clauses):
            return self.clauses[number - 1]
        raise InputError("clause_unknown", number=number, count=len(self.clauses))

    def item(self, code: str) -> Item:
        """The item of this code, such as 5.2; raises InputError where there is none."""
        if code in self.items:
            return self.items[code]
        raise InputError("item_unknown", item=code)

    def expired(self, now: datetime) -> bool:
        """Whether the policy no longer holds: from its first moment after the last valid day on."""
        return now >= self.expires
