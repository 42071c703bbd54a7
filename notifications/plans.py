"""Which reminders come due between two moments: pure, so that any node computes the same list, twice, after a crash."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from config.calendar import SHANGHAI, shanghai_day
from config.quiet_hours import Hours
from config.reminder_kinds import WITHOUT_COUNTDOWN, ReminderKind, Reminding
from config.texts import Texts
from notifications.cards import moment, within
from notifications.quiet_hours import allowed_at, days_left, next_morning, reminded_at
from storage.notices.cards import Card

# Read between two meetings.
LONGEST = 300
_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, slots=True)
class Deadline:
    """Something with a last moment. `due`: the first moment that is too late (aware).

    `chain` names it among all ("window:12:0"). `known`: since when it stands; what would have been said before is not
    owed. `at`: said at this very moment and no other, because its person wished so. `firms` None: whoever is judged to
    be concerned, else each firm with its reason. `name`: what a card calls it. `extra`: said where there is room.
    """

    kind: ReminderKind
    chain: str
    due: datetime
    what: str
    name: str
    basis: str = ""
    extra: str = ""
    known: datetime | None = None
    at: datetime | None = None
    firms: Mapping[int, str] | None = None
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class Concern:
    """A firm (None: a person of no firm) that a deadline concerns, its people, and why."""

    firm_id: int | None
    persons: tuple[int, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Moment:
    """When one offset of a deadline is due. `first`: said because the deadline has just become known.

    `missed`: a nearer one came due in the same stretch, or it is too late.
    """

    days: int
    moment: datetime
    first: bool = False
    missed: bool = False


@dataclass(frozen=True, slots=True)
class Reminder:
    """One person's reminder. `text`: as it stands alone; `line`: as one of several."""

    key: str
    chain: str
    kind: ReminderKind
    firm_id: int | None
    person_id: int
    days: int
    moment: datetime
    due: datetime
    tell_at: datetime
    late: bool
    urgent: bool
    first: bool
    missed: bool
    text: str
    line: str
    name: str
    hint: str


@dataclass(frozen=True, slots=True)
class Rules:
    """What the plan goes by: offsets, calendar, words."""

    reminding: Reminding
    hours: Hours
    texts: Texts

    @classmethod
    def load(cls, texts: Texts) -> Self:
        """Read offsets and hours as they are entered, with these words."""
        return cls(Reminding.load(), Hours.load(), texts)


Concerned = Callable[[Deadline], Iterable[Concern]]


def moments(deadline: Deadline, rules: Rules) -> list[Moment]:
    """Every reminder that this deadline owes, in time's order.

    Where two fall together the nearer alone. Of those before it was known the last one counts, told when it was known.
    """
    if deadline.at is not None:
        return [Moment(0, deadline.at)]
    found: dict[datetime, int] = {}
    for days in rules.reminding.kinds[deadline.kind].days:
        found[reminded_at(deadline.due, days, rules.hours)] = days
    ordered = [Moment(days, moment) for moment, days in sorted(found.items())]
    known = deadline.known
    if known is not None:
        before = [one for one in ordered if one.moment < known]
        ordered = ordered[len(before) :]
        told = allowed_at(known, rules.hours)
        comes_anyway = bool(ordered) and shanghai_day(ordered[0].moment) <= shanghai_day(told)
        if before and told < deadline.due and not comes_anyway:
            ordered.insert(0, Moment(before[-1].days, told, first=True))
    return ordered


def between(deadline: Deadline, since: datetime, now: datetime, rules: Rules) -> list[Moment]:
    """The reminders of this deadline with their moment in (since, now]: the last one told, earlier ones missed."""
    hit = [one for one in moments(deadline, rules) if since < one.moment <= now]
    last = len(hit) - 1
    return [
        replace(one, missed=number < last or _tell_at(one.moment, now, rules) >= deadline.due)
        for number, one in enumerate(hit)
    ]


def due(
    deadlines: Iterable[Deadline],
    concerned: Concerned,
    wants: Mapping[int, str],
    since: datetime,
    now: datetime,
    rules: Rules,
) -> Iterator[Reminder]:
    """Every reminder with its moment in (since, now], to each person concerned who has not switched them off.

    `wants`: persons who want them otherwise than one by one ("off", "digest"). What comes late is marked; what is too
    late, or overtaken by a nearer one, comes as missed.
    """
    for deadline in deadlines:
        if deadline.due <= since:
            # Nothing is said of what is over.
            continue
        hit = between(deadline, since, now, rules)
        if not hit:
            continue
        # Most are told the same: it is worded once.
        worded: dict[tuple[str, str], list[Reminder]] = {}
        for concern in concerned(deadline):
            for person_id in concern.persons:
                want = wants.get(person_id, "on")
                if want == "off":
                    continue
                if (same := worded.get((concern.why, want))) is None:
                    same = [_reminder(deadline, concern.why, one, want, now, rules) for one in hit]
                    worded[concern.why, want] = same
                yield from (_to(one, concern.firm_id, person_id) for one in same)


def _is_late(moment: datetime, now: datetime, rules: Rules) -> bool:
    return now - moment > rules.reminding.late_after


def _tell_at(moment: datetime, now: datetime, rules: Rules) -> datetime:
    if _is_late(moment, now, rules):
        return allowed_at(now, rules.hours)
    return moment


def _to(one: Reminder, firm_id: int | None, person_id: int) -> Reminder:
    whose = firm_id if firm_id is not None else "own"
    key = f"{one.chain}:{one.due.timestamp():.0f}:{whose}:{one.days}"
    return replace(one, key=key, firm_id=firm_id, person_id=person_id)


def _reminder(deadline: Deadline, why: str, one: Moment, want: str, now: datetime, rules: Rules) -> Reminder:
    """What everybody is told who wants it so and has this reason; to nobody yet."""
    late = _is_late(one.moment, now, rules)
    tell_at = _tell_at(one.moment, now, rules)
    left = days_left(deadline.due, tell_at)
    urgent = left <= rules.reminding.urgent_days and deadline.kind is not ReminderKind.OWN
    if want == "digest" and not urgent:
        gathered = next_morning(tell_at, rules.hours)
        tell_at = gathered if gathered < deadline.due else tell_at
        left = days_left(deadline.due, tell_at)
    line = said(deadline, left, rules.texts)
    return Reminder(
        key="",
        chain=deadline.chain,
        kind=deadline.kind,
        firm_id=None,
        person_id=0,
        days=one.days,
        moment=one.moment,
        due=deadline.due,
        tell_at=tell_at,
        late=late,
        urgent=urgent,
        first=one.first,
        missed=one.missed,
        text=whole(deadline, line, why, rules, late=late, left=left if urgent else None),
        line=line,
        name=deadline.name,
        hint=left_said(deadline, left, rules.texts),
    )


def said(deadline: Deadline, left: int, texts: Texts) -> str:
    """What ends, and how long it still is."""
    told = left_said(deadline, left, texts)
    return texts("reminders.line", what=deadline.what, left=told) if told else deadline.what


def left_said(deadline: Deadline, left: int, texts: Texts) -> str:
    """How long it still is, in words; nothing for what does not run out."""
    if deadline.kind in WITHOUT_COUNTDOWN:
        return ""
    verb = texts(f"reminders.verb.{deadline.kind}")
    if left > 1:
        return texts("reminders.left_days", count=left)
    return texts("reminders.left_one", verb=verb) if left == 1 else texts("reminders.left_none", verb=verb)


def card(name: str, due: datetime, hint: str) -> Card:
    """The same as a template message shows it: 24点 as the last minute of that day, words within 20 characters."""
    local = due.astimezone(SHANGHAI)
    when = moment(due - timedelta(minutes=1) if (local.hour, local.minute) == (0, 0) else due)
    return Card("reminder", {"what": within("thing", name), "due": when, "hint": within("thing", hint)})


def whole(deadline: Deadline, line: str, why: str, rules: Rules, *, late: bool, left: int | None) -> str:
    """The reminder as it stands alone: marked where it is late or urgent, with basis, reason and taps."""
    texts = rules.texts
    marks = texts("reminders.late") if late else ""
    if left is not None:
        marks += texts("reminders.urgent_one") if left == 1 else texts("reminders.urgent_none")
    lines = [texts("reminders.whole", marks=marks, line=line)]
    lines += [told for told in (deadline.basis, why) if told]
    taps = taps_under(deadline.chain, rules)
    ending = [taps] if taps else []
    longer = "\n".join([*lines, deadline.extra, *ending])
    return longer if deadline.extra and _seen(longer) <= LONGEST else "\n".join([*lines, *ending])


def taps_under(chain: str, rules: Rules) -> str:
    """The taps that end this chain, in one line."""
    code = rules.reminding.code(chain)
    kind = rules.reminding.kinds[ReminderKind(chain.partition(":")[0])]
    return " ".join(rules.texts(f"reminders.tap.{tap}", code=code) for tap in kind.taps)


def digest(lines: Sequence[str], texts: Texts) -> str:
    """Several reminders of one morning as one message: as many as fit, and how to read the rest."""
    head, end = texts("reminders.digest_head", count=len(lines)), texts("reminders.digest_end")
    told: list[str] = []
    for number, line in enumerate(lines, 1):
        more = texts("reminders.digest_line", number=number, line=line)
        rest = texts("reminders.digest_rest", count=len(lines) - number)
        if told and _seen("\n".join([head, *told, more, rest, end])) > LONGEST:
            break
        told.append(more)
    left = len(lines) - len(told)
    return "\n".join([head, *told, *([texts("reminders.digest_rest", count=left)] if left else []), end])


def _seen(text: str) -> int:
    """How many characters a reader sees: a link counts as its words."""
    return len(_TAG.sub("", text))
