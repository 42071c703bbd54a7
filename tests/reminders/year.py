"""A year of windows and firms with the expected reminders, computed naively without our code."""

import random
import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path

from tests.policy import naive
from tests.policy.test_second_opinion import random_firm

ZONE = timezone(timedelta(hours=8))
CALENDAR = tomllib.loads((Path(__file__).parents[2] / "config" / "calendar.toml").read_text("utf-8"))["year"][0]
BEGINS = datetime(2026, 1, 1, tzinfo=ZONE)
OFFSETS = (15, 7, 3, 1)
MORNING = time(9)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Window:
    """A window as officials would enter it, and its publication."""

    items: tuple[str, ...]
    area: str | None
    titles: tuple[str, ...]
    published: datetime
    closes: datetime


@dataclass
class Firm:
    """A firm with its facts and number of people."""

    facts: dict[str, object]
    people: int
    verdicts: dict[str, str] = field(default_factory=dict)


@dataclass
class Year:
    """Everything that happens: windows, firms, who sends 已报 or 退订 when."""

    windows: list[Window]
    firms: list[Firm]
    reported: dict[tuple[int, int], datetime]
    left: dict[tuple[int, int], datetime]


def moment_in(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)


def make_year(rng: random.Random, firms: int, windows: int, days: int) -> Year:
    """Return so many firms and windows, spread over so many days."""
    codes = list(naive.verdicts({}, BEGINS))
    made = []
    for _ in range(windows):
        day = BEGINS.date() + timedelta(days=rng.randrange(2, max(days - 40, 3)))
        published = moment_in(day, rng.choice((8, 10, 14, 17, 21)), rng.choice((5, 10, 40)))
        last = day + timedelta(days=rng.choice((2, 5, 9, 14, 20, 33, 60)))
        # 17:00, noon, early morning, or 24点.
        closes = rng.choice(
            (moment_in(last, 17), moment_in(last, 12), moment_in(last, 8, 30), moment_in(last + DAY, 0))
        )
        area = rng.choice([*naive.DISTRICTS, None]) if rng.random() < 0.85 else None
        titles = tuple(rng.sample(naive.TITLES, rng.randint(1, 2))) if rng.random() < 0.5 else ()
        items = tuple(sorted(rng.sample(codes, rng.randint(1, 2))))
        made.append(Window(items, area, titles, published, closes))
    here = []
    for _ in range(firms):
        facts = {name: value for name, value in random_firm(rng).items() if value is not None}
        facts.setdefault("district", rng.choice(naive.DISTRICTS)) if rng.random() < 0.9 else None
        one = Firm(facts, 2 if rng.random() < 0.1 else 1)
        one.verdicts = naive.verdicts(facts, BEGINS)
        here.append(one)
    year = Year(made, here, {}, {})
    for window, spec in enumerate(made):
        for firm in range(firms):
            if rng.random() < 0.1 and concerned(spec, here[firm]):
                day = spec.closes.astimezone(ZONE).date() - timedelta(days=rng.randint(1, 10))
                year.reported[firm, window] = moment_in(day, 11)
    for firm in range(firms):
        if rng.random() < 0.05:
            year.left[firm, 0] = moment_in(BEGINS.date() + timedelta(days=rng.randrange(days)), 11, 30)
    return year


def is_workday(day: date) -> bool:
    if day in CALENDAR["made_up"]:
        return True
    return day.weekday() < 5 and day not in CALENDAR["holidays"]


def may_disturb(moment: datetime) -> bool:
    local = moment.astimezone(ZONE)
    return is_workday(local.date()) and time(8, 30) <= local.time() < time(20)


def concerned(window: Window, firm: Firm) -> bool:
    titles, district = firm.facts.get("titles"), firm.facts.get("district")
    if window.titles and isinstance(titles, list) and not set(titles) & set(window.titles):
        return False
    if window.area is not None and district is not None and district != window.area:
        return False
    return any(firm.verdicts[item] != "no" for item in window.items)


def moments_of(window: Window) -> dict[datetime, int]:
    """Return when this window is announced, and by which offset: one a day, the nearer one."""
    last = (window.closes - timedelta(seconds=1)).astimezone(ZONE).date()
    found: dict[datetime, int] = {}
    early: list[int] = []
    for offset in OFFSETS:
        day = last - timedelta(days=offset)
        while not is_workday(day) or datetime.combine(day, MORNING, ZONE) >= window.closes:
            day -= DAY
        moment = datetime.combine(day, MORNING, ZONE)
        if moment < window.published:
            early.append(offset)
        else:
            found[moment] = offset
    # Published after some were due: the last of those is sent as soon as permitted, unless one comes the same day
    # anyway.
    if early:
        told = window.published
        while not may_disturb(told):
            told += timedelta(minutes=5)
        if told < window.closes and all(told.date() < moment.date() for moment in found):
            found[told] = min(early)
    return found


def expected(year: Year, until: datetime) -> set[tuple[int, int, int, int, date]]:
    """Return (firm, person of it, window, offset, day) of everything expected before this moment."""
    told = set()
    for number, window in enumerate(year.windows):
        said = sorted((moment, offset) for moment, offset in moments_of(window).items() if moment < until)
        for index, firm in enumerate(year.firms):
            if not said or not concerned(window, firm):
                continue
            heard = False
            reported = year.reported.get((index, number))
            for moment, offset in said:
                # 已报 counts from its hour on, if somebody of the firm was reminded before.
                if heard and reported is not None and reported < moment:
                    break
                for person in range(firm.people):
                    left = year.left.get((index, person))
                    if left is None or moment < left:
                        told.add((index, person, number, offset, moment.date()))
                        heard = heard or reported is None or moment <= reported
    return told
