"""A firm's facts are the roster's of the day asked, plus its own statements; both read paths agree."""

import json
import random
from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from config.calendar import midnight, shanghai_day
from storage.engine.database import Database
from storage.engine.transactions import Tx
from storage.firms import facts_of_many, firms
from storage.firms.titles_on_day import OwnTitles, facts_of, titles_on
from storage.roster import roster
from storage.roster.roster import Listed, RosterTitle

DAY = date(2026, 11, 5)
# title, first, valid from, valid until
Row = tuple[str, bool | None, str, str | None]
GIANT: Row = ("little_giant", True, "2025-10-01", "2028-10-01")


def titles(*rows: Row) -> list[RosterTitle]:
    return [
        RosterTitle(
            title, f"第{number}批", first, date.fromisoformat(begins), date.fromisoformat(ends) if ends else None
        )
        for number, (title, first, begins, ends) in enumerate(rows)
    ]


@pytest.mark.parametrize(
    ("day", "rows", "held", "first", "lapsed"),
    [
        ("2025-09-30", [GIANT], [], [], {}),
        ("2025-10-01", [GIANT], ["little_giant"], ["little_giant"], {}),
        ("2028-09-30", [GIANT], ["little_giant"], ["little_giant"], {}),
        ("2028-10-01", [GIANT], [], [], {"little_giant": "2028-10-01"}),
        ("2099-01-01", [("srdi", True, "2020-01-01", None)], ["srdi"], ["srdi"], {}),
        # The roster does not say whether it is a first award: unknown.
        ("2026-01-01", [("srdi", None, "2025-01-01", None)], ["srdi"], None, {}),
        ("2026-01-01", [("srdi", False, "2025-01-01", None)], ["srdi"], [], {}),
        # Known of one title, unknown of the other.
        (
            "2026-01-01",
            [("srdi", None, "2025-01-01", None), GIANT],
            ["little_giant", "srdi"],
            ["?srdi", "little_giant"],
            {},
        ),
        # An earlier entry of the title: whatever the later one says, it is no first award.
        (
            "2026-01-01",
            [("little_giant", True, "2022-08-01", "2025-08-01"), ("little_giant", True, "2025-09-01", "2028-09-01")],
            ["little_giant"],
            [],
            {},
        ),
        (
            "2026-01-01",
            [("little_giant", True, "2022-08-01", "2027-08-01"), ("little_giant", None, "2025-09-01", "2028-09-01")],
            ["little_giant"],
            [],
            {},
        ),
        # One that has not begun changes nothing yet.
        (
            "2024-01-01",
            [("little_giant", True, "2022-08-01", "2025-08-01"), ("little_giant", False, "2025-09-01", "2028-09-01")],
            ["little_giant"],
            ["little_giant"],
            {},
        ),
    ],
)
def test_the_roster_speaks_for_the_day_asked(
    day: str, rows: Sequence[Row], held: list[str], first: list[str] | None, lapsed: dict[str, str]
) -> None:
    found = titles_on(date.fromisoformat(day), titles(*rows))
    assert (found.titles, found.first, {title: str(on) for title, on in found.lapsed.items()}) == (held, first, lapsed)
    assert (found.source, found.own) == ("roster", frozenset())


@pytest.mark.parametrize(
    ("rows", "said", "held", "source", "first", "first_source"),
    [
        (None, OwnTitles(), None, "self", None, "self"),
        (None, OwnTitles(titles=[]), [], "self", None, "self"),
        (None, OwnTitles(titles=["srdi"]), ["srdi"], "unlisted", None, "self"),
        ([], OwnTitles(titles=["srdi"]), ["srdi"], "unlisted", None, "self"),
        ([GIANT], OwnTitles(titles=["srdi"]), ["little_giant", "srdi"], "partly", ["?srdi", "little_giant"], "self"),
        ([GIANT], OwnTitles(titles=["little_giant"]), ["little_giant"], "roster", ["little_giant"], "roster"),
        # A statement removes nothing from the roster.
        ([GIANT], OwnTitles(titles=[]), ["little_giant"], "roster", ["little_giant"], "roster"),
        # Either denies a first award; if the roster is silent the firm decides.
        ([GIANT], OwnTitles(first=[], first_on=DAY), ["little_giant"], "roster", [], "self"),
        (
            [GIANT],
            OwnTitles(first=["?little_giant"], first_on=DAY),
            ["little_giant"],
            "roster",
            ["little_giant"],
            "roster",
        ),
        (
            [("little_giant", False, "2025-10-01", None)],
            OwnTitles(first=["little_giant"], first_on=DAY),
            ["little_giant"],
            "roster",
            [],
            "roster",
        ),
        (
            [("little_giant", None, "2025-10-01", None)],
            OwnTitles(first=["little_giant"], first_on=DAY),
            ["little_giant"],
            "roster",
            ["little_giant"],
            "self",
        ),
        # A statement before an award does not cover it.
        (
            [("little_giant", None, "2025-10-01", None)],
            OwnTitles(first=[], first_on=date(2025, 9, 30)),
            ["little_giant"],
            "roster",
            None,
            "roster",
        ),
        # An expired title was an award before the one claimed now.
        (
            [("srdi", True, "2020-01-01", "2023-01-01")],
            OwnTitles(titles=["srdi"], first=["srdi"], first_on=DAY),
            ["srdi"],
            "unlisted",
            [],
            "self",
        ),
    ],
)
def test_what_the_firm_says_stands_beside_the_roster_as_its_own_word(
    rows: Sequence[Row] | None,
    said: OwnTitles,
    held: list[str] | None,
    source: str,
    first: list[str] | None,
    first_source: str,
) -> None:
    found = titles_on(DAY, None if rows is None else titles(*rows), said)
    assert (found.titles, found.source, found.first, found.first_source) == (held, source, first, first_source)


def made_up(rng: random.Random) -> list[RosterTitle]:
    """Return a history of up to four titles, expired, valid and future, some without 首次."""
    rows: list[Row] = []
    for _ in range(rng.randint(0, 4)):
        begins = date(2021, 1, 1) + timedelta(days=rng.randint(0, 3000))
        ends = begins + timedelta(days=rng.randint(1, 1200)) if rng.random() < 0.8 else None
        title = rng.choice(("innovative", "srdi", "little_giant", "champion"))
        rows.append((title, rng.choice((True, False, None)), str(begins), None if ends is None else str(ends)))
    return titles(*rows)


async def test_a_registered_firm_and_its_roster_entry_say_the_same_on_every_day(database: Database) -> None:
    rng = random.Random(1)

    def enter(tx: Tx) -> list[tuple[int, int]]:
        found = []
        for number in range(60):
            entry = roster.add(tx, name=f"第{number}厂", credit_code=None, district="江宁", titles=made_up(rng))
            found.append((firms.add(tx, name="厂", credit_code=None, roster_id=entry), entry))
        return found

    pairs = await database.write(enter)
    for _ in range(40):
        day = date(2021, 1, 1) + timedelta(days=rng.randint(0, 4500))
        now = midnight(day) + timedelta(seconds=rng.choice((0, 1, 43_200, 86_399)))

        def compare(tx: Tx, day: date = day) -> None:
            many = facts_of_many.known_today(tx, ("titles", "first_award", "district"))
            for firm_id, entry in pairs:
                listed: Listed = roster.get(tx, entry)
                one = {fact: known.value for fact, known in firms.facts(tx, firm_id, day).items()}
                assert one == facts_of(listed, day), (day, listed)
                today = {fact: known.value for fact, known in firms.facts(tx, firm_id).items()}
                assert {fact: json.loads(by[firm_id]) for fact, by in many.items() if firm_id in by} == today
                assert set(one.get("titles", ())) == {title.title for title in listed.valid_titles(day)}

        assert shanghai_day(now) == day
        await database.read(compare)


async def test_a_title_said_by_the_firm_is_read_alike_of_one_firm_and_of_many(database: Database) -> None:
    rng = random.Random(2)
    names = ("innovative", "srdi", "little_giant", "champion")

    def enter(tx: Tx) -> list[int]:
        found = []
        for number in range(80):
            entry = None
            if rng.random() < 0.6:
                entry = roster.add(tx, name=f"第{number}厂", credit_code=None, district="江宁", titles=made_up(rng))
            firm_id = firms.add(tx, name="厂", credit_code=None, roster_id=entry)
            said = {
                "titles": rng.sample(names, rng.randint(0, 2)) if rng.random() < 0.5 else None,
                "first_award": [rng.choice(("", "?")) + name for name in rng.sample(names, 2)]
                if rng.random() < 0.5
                else None,
                "district": "六合" if rng.random() < 0.2 else None,
                "in_nanjing": False if rng.random() < 0.2 else None,
            }
            firms.save_facts(tx, firm_id, said, "self")
            found.append(firm_id)
        return found

    entered = await database.write(enter)

    def compare(tx: Tx) -> None:
        asked = ("titles", "first_award", "district", "in_nanjing")
        many = facts_of_many.known_today(tx, asked)
        some = facts_of_many.known_today(tx, asked, entered[:3])
        for number, firm_id in enumerate(entered):
            one = {fact: known.value for fact, known in firms.facts(tx, firm_id).items()}
            assert {fact: json.loads(by[firm_id]) for fact, by in many.items() if firm_id in by} == one
            assert any(firm_id in by for by in some.values()) is (number < 3 and bool(one))

    await database.read(compare)


async def test_a_firm_registered_before_its_name_stood_on_the_roster_is_found_there_afterwards(
    database: Database,
) -> None:
    code, other = "91320115MADEM1014U", "91320192MADEM13808"

    def enter(tx: Tx) -> dict[str, object]:
        same = firms.add(tx, name="甲厂", credit_code=code)
        differs = firms.add(tx, name="甲厂", credit_code=other)
        unlike = firms.add(tx, name="甲厂一分厂", credit_code=None)
        gone = roster.add(tx, name="旧厂", credit_code=None, district=None)
        moved = firms.add(tx, name="甲厂", credit_code=None, roster_id=gone)
        roster.put(tx, gone, 2, (), gone=True)
        roster.add(tx, name="甲厂", credit_code=code, district=None, titles=titles(("srdi", None, "2020-01-01", None)))
        firms.link_by_name(tx)
        known = {"same": same, "differs": differs, "unlike": unlike, "moved": moved}
        return {name: "titles" in firms.facts(tx, firm_id) for name, firm_id in known.items()}

    assert await database.write(enter) == {"same": True, "differs": False, "unlike": False, "moved": True}
