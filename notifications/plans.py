"""Compute the reminders due between two moments: pure, so every node gets the same list, repeatedly, after a crash."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from config.calendar import SHANGHAI, shanghai_day
from config.markup import visible_length
from config.reminder_kinds import WITHOUT_COUNTDOWN, ReminderKind, Reminding
from config.texts import Texts
from config.workdays import Hours
from notifications.cards import moment, within
from notifications.quiet_hours import allowed_at, days_left, next_morning, reminded_at
from storage.notices.cards import NoticeCard

# Readable at a glance.
LONGEST = 300


@dataclass(frozen=True, slots=True)
class Deadline:
    """Something with an end. `due`: the first moment too late (aware).

    `chain` identifies it ("window:12:0"). `known`: since when it exists; earlier reminders are not due. `at`: send at
    exactly this moment, as the person asked. `firms` None: those judged to be concerned, else each firm with its
    reason. `name`: its name on a card. `extra`: added if there is room.
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
    """A firm (None: a person without firm) concerned by a deadline, its people, and why."""

    firm_id: int | None
    persons: tuple[int, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Moment:
    """When one offset of a deadline is due. `first`: sent because the deadline has just become known.

    `missed`: a nearer one came due in the same period, or it is too late.
    """

    days: int
    moment: datetime
    first: bool = False
    missed: bool = False


@dataclass(frozen=True, slots=True)
class Reminder:
    """One person's reminder. `text`: standalone; `line`: as one of several."""

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
    """Planning rules: offsets, calendar, texts."""

    reminding: Reminding
    hours: Hours
    texts: Texts

    @classmethod
    def load(cls, texts: Texts) -> Self:
        """Load the configured offsets and hours, with these texts."""
        return cls(Reminding.load(), Hours.load(), texts)


Concerned = Callable[[Deadline], Iterable[Concern]]


def moments(deadline: Deadline, rules: Rules) -> list[Moment]:
    """Return every reminder due for this deadline, in time order.

    If two coincide only the nearer. Of those before it was known the last counts, sent when it became known.
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
    """Return this deadline's reminders in (since, now]: the last one to send, earlier ones missed."""
    hit = [one for one in moments(deadline, rules) if since < one.moment <= now]
    last = len(hit) - 1
    return [
        replace(one, missed=number < last or _notify_at(one.moment, now, rules) >= deadline.due)
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
    """Yield every reminder in (since, now], to each person concerned who has not switched them off.

    `wants`: people with another choice than single messages ("off", "digest"). Late ones are marked; too late ones, or
    ones overtaken by a nearer one, are yielded as missed.
    """
    for deadline in deadlines:
        if deadline.due <= since:
            # Nothing is sent about what is over.
            continue
        hit = between(deadline, since, now, rules)
        if not hit:
            continue
        # Most people get the same text: it is worded once.
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


def _notify_at(moment: datetime, now: datetime, rules: Rules) -> datetime:
    if _is_late(moment, now, rules):
        return allowed_at(now, rules.hours)
    return moment


def _to(one: Reminder, firm_id: int | None, person_id: int) -> Reminder:
    whose = firm_id if firm_id is not None else "own"
    key = f"{one.chain}:{one.due.timestamp():.0f}:{whose}:{one.days}"
    return replace(one, key=key, firm_id=firm_id, person_id=person_id)


def _reminder(deadline: Deadline, why: str, one: Moment, want: str, now: datetime, rules: Rules) -> Reminder:
    """Return the reminder text for everybody with this choice and reason, without a person."""
    late = _is_late(one.moment, now, rules)
    tell_at = _notify_at(one.moment, now, rules)
    left = days_left(deadline.due, tell_at)
    urgent = left <= rules.reminding.urgent_days and deadline.kind is not ReminderKind.OWN
    if want == "digest" and not urgent:
        gathered = next_morning(tell_at, rules.hours)
        tell_at = gathered if gathered < deadline.due else tell_at
        left = days_left(deadline.due, tell_at)
    line = in_words(deadline, left, rules.texts)
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
        hint=time_left_in_words(deadline, left, rules.texts),
    )


def in_words(deadline: Deadline, left: int, texts: Texts) -> str:
    """Return what ends, and the time left."""
    told = time_left_in_words(deadline, left, texts)
    return texts("reminders.line", what=deadline.what, left=told) if told else deadline.what


def time_left_in_words(deadline: Deadline, left: int, texts: Texts) -> str:
    """Return the time left in words; empty for what does not run out."""
    if deadline.kind in WITHOUT_COUNTDOWN:
        return ""
    verb = texts(f"reminders.verb.{deadline.kind}")
    if left > 1:
        return texts("reminders.left_days", count=left)
    return texts("reminders.left_one", verb=verb) if left == 1 else texts("reminders.left_none", verb=verb)


def card(name: str, due: datetime, hint: str) -> NoticeCard:
    """Return the reminder as a card: 24点 as that day's last minute, text within 20 characters."""
    local = due.astimezone(SHANGHAI)
    when = moment(due - timedelta(minutes=1) if (local.hour, local.minute) == (0, 0) else due)
    return NoticeCard("reminder", {"what": within("thing", name), "due": when, "hint": within("thing", hint)})


def whole(deadline: Deadline, line: str, why: str, rules: Rules, *, late: bool, left: int | None) -> str:
    """Return the standalone reminder: marked if late or urgent, with basis, reason and taps."""
    texts = rules.texts
    marks = texts("reminders.late") if late else ""
    if left is not None:
        marks += texts("reminders.urgent_one") if left == 1 else texts("reminders.urgent_none")
    lines = [texts("reminders.whole", marks=marks, line=line)]
    lines += [told for told in (deadline.basis, why) if told]
    taps = taps_under(deadline.chain, rules)
    ending = [taps] if taps else []
    longer = "\n".join([*lines, deadline.extra, *ending])
    return longer if deadline.extra and visible_length(longer) <= LONGEST else "\n".join([*lines, *ending])


def taps_under(chain: str, rules: Rules) -> str:
    """Return the taps that dismiss this chain, in one line."""
    code = rules.reminding.code(chain)
    kind = rules.reminding.kinds[ReminderKind(chain.partition(":")[0])]
    return " ".join(rules.texts(f"reminders.tap.{tap}", code=code) for tap in kind.taps)


def digest(lines: Sequence[str], texts: Texts) -> str:
    """Combine several reminders of a morning into one message: as many as fit, and how to read the rest."""
    head, end = texts("reminders.digest_head", count=len(lines)), texts("reminders.digest_end")
    told: list[str] = []
    for number, line in enumerate(lines, 1):
        more = texts("reminders.digest_line", number=number, line=line)
        rest = texts("reminders.digest_rest", count=len(lines) - number)
        if told and visible_length("\n".join([head, *told, more, rest, end])) > LONGEST:
            break
        told.append(more)
    left = len(lines) - len(told)
    return "\n".join([head, *told, *([texts("reminders.digest_rest", count=left)] if left else []), end])
