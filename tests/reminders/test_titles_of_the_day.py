"""An expired title selects nobody: for a broadcast, a window reminder, a market match, all on the same day."""

from datetime import date, timedelta

import pytest

from bot.chat.context import ChatServices
from bot.services.broadcasts.audience import choose
from bot.services.policy.published_for_firm import PublishedDetailsCache
from bot.services.reminders.affected_firms import AffectedFirms
from config.calendar import shanghai_day
from storage.broadcasts.broadcasts import AudienceCriteria, BroadcastContent
from storage.engine.database import Database
from storage.engine.transactions import Tx
from storage.firms import firms, offerings
from storage.people import people
from storage.roster import roster
from storage.roster.roster import RosterTitle

# Days from today on which the title begins and ends.
TIMES = {"held": (-100, 100), "last day": (-100, 1), "first day": (0, 100), "over": (-100, 0), "to come": (1, 100)}
HOLD = {"held", "last day", "first day"}


def enter(tx: Tx) -> dict[int, str]:
    found = {}
    today = shanghai_day(tx.now)
    for name, (begins, ends) in TIMES.items():
        title = RosterTitle("srdi", "某批", None, today + timedelta(days=begins), today + timedelta(days=ends))
        entry = roster.add(tx, name=f"厂·{name}", credit_code=None, district="江宁", titles=[title])
        firm_id = firms.add(tx, name=f"厂·{name}", credit_code=None, roster_id=entry)
        people.join_firm(tx, people.meet(tx, f"o-{name}").id, firm_id)
        found[firm_id] = name
    return found


@pytest.fixture
async def entered(database: Database) -> dict[int, str]:
    return await database.write(enter)


async def test_a_broadcast_by_title_or_verdict_reaches_who_holds_it_today(
    database: Database, parts: ChatServices, entered: dict[int, str]
) -> None:
    def chosen(tx: Tx, whom: AudienceCriteria) -> set[str]:
        published = PublishedDetailsCache(parts.policy, parts.texts).current(tx)
        members = choose(
            tx, BroadcastContent("text", None, "市工信局", "题", "文", "", whom), published, parts.texts
        ).members
        return {entered[member.firm_id] for member in members if member.firm_id in entered}

    for whom in (AudienceCriteria(titles=("srdi",)), AudienceCriteria(item="5.5", verdicts=("yes",))):
        assert await database.read(chosen, whom) == HOLD
    assert await database.read(chosen, AudienceCriteria(item="5.5", verdicts=("unknown",))) == set()


async def test_a_windows_reminder_concerns_who_holds_the_title_today(
    database: Database, parts: ChatServices, entered: dict[int, str]
) -> None:
    def concerned(tx: Tx) -> set[str]:
        published = PublishedDetailsCache(parts.policy, parts.texts).current(tx)
        found = AffectedFirms(tx, published, parts.texts).for_items(["5.5"], [], frozenset({"srdi"}))
        return {entered[one.firm_id] for one in found if one.firm_id in entered}

    assert await database.read(concerned) == HOLD


async def test_matching_asks_for_the_titles_of_today(database: Database, entered: dict[int, str]) -> None:
    held = await database.read(offerings.titles_and_districts, list(entered))
    assert {entered[firm_id] for firm_id, one in held.items() if one.titles == frozenset({"srdi"})} == HOLD
    assert all(one.titles == frozenset() for firm_id, one in held.items() if entered[firm_id] not in HOLD)
    assert {one.district for one in held.values()} == {"江宁"}


async def test_an_award_of_which_the_roster_says_nothing_is_open_for_the_audience_too(
    database: Database, parts: ChatServices
) -> None:
    def one(tx: Tx) -> int:
        giant = RosterTitle("little_giant", "某批", None, date(2020, 1, 1), None)
        champion = RosterTitle("champion", "某批", False, date(2020, 1, 1), None)
        entry = roster.add(tx, name="甲厂", credit_code=None, district="江宁", titles=[giant, champion])
        firm_id = firms.add(tx, name="甲厂", credit_code=None, roster_id=entry)
        people.join_firm(tx, people.meet(tx, "o-giant").id, firm_id)
        return firm_id

    firm_id = await database.write(one)

    def verdict(tx: Tx, item: str) -> str:
        published = PublishedDetailsCache(parts.policy, parts.texts).current(tx)
        for answer in ("yes", "unknown"):
            whom = BroadcastContent(
                "text", None, "市工信局", "题", "文", "", AudienceCriteria(item=item, verdicts=(answer,))
            )
            if firm_id in {member.firm_id for member in choose(tx, whom, published, parts.texts).members}:
                return answer
        return "no"

    assert [await database.read(verdict, item) for item in ("5.1", "5.2", "5.5")] == ["no", "unknown", "yes"]
