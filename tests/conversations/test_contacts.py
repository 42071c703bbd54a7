"""Every answer about an item or clause ends with a contact in the asker's area, or says that none is known."""

from datetime import date, timedelta

import pytest

from bot.answers.short_answers import LONGEST
from bot.chat.context import ChatServices
from bot.services.tickets.contacts import gaps, nearest
from storage.engine.transactions import Tx
from storage.people import people
from storage.tickets import contacts
from storage.tickets.contacts import CITY, AgencyContact
from tests.conversations.stage import Stage, openid_of, register, said

ASKED = "买算力有补贴吗"


def _enter(tx: Tx, openid: str, about: str, area: str, unit: str, verified_on: date) -> int:
    contact = AgencyContact(about, area, unit, "企业科", "025-0000 0000", "工作日9:00-17:00")
    return contacts.add(tx, contact, verified_on, people.meet(tx, openid).id)


async def enter(stage: Stage, about: str, area: str, unit: str, verified_on: date = date(2026, 11, 1)) -> None:
    await stage.database().write(_enter, "o-official", about, area, unit, verified_on)


def last_line(answer: str) -> str:
    return answer.splitlines()[-1]


async def test_without_any_contact_the_answer_names_whom_to_ask(stage: Stage) -> None:
    phone = stage.phone("王会计")
    await phone.follow()
    none = "联系：电话未录入，可问责任单位市工信局，或拨12345"
    assert last_line(said(await phone.say(ASKED))) == none
    assert last_line(said(await phone.say("8.1"))) == none
    several = "联系：电话未录入，可问责任单位（市工信局等），或拨12345"
    assert last_line(said(await phone.say("第五条"))) == several
    # Of an item the lead agency is named.
    assert last_line(said(await phone.say("首次评上小巨人给多少钱"))) == none
    assert "联系" not in said(await phone.say("今天天气"))
    assert "联系：" not in said(await phone.say("十五条"))


async def test_the_nearest_contact_for_the_firms_own_area_is_named(stage: Stage) -> None:
    firm, stranger = stage.phone("王会计"), stage.phone("路人")
    await register(firm)
    await stranger.follow()
    district = "江宁"
    for about, area, unit in (("市工信局", CITY, "市局"), ("市工信局", district, "区局"), ("8", CITY, "市局条文科")):
        await enter(stage, about, area, unit)
        line = f"联系：{unit} 企业科 025-0000 0000（工作日9:00-17:00，2026-11-01核对）"
        assert last_line(said(await firm.say(ASKED))) == line
    await enter(stage, "8.1", "六合", "六合区局")
    assert "市局条文科" in last_line(said(await firm.say(ASKED)))
    await enter(stage, "8.1", district, "区算力专班")
    assert "区算力专班" in last_line(said(await firm.say(ASKED)))
    assert "市局条文科" in last_line(said(await stranger.say(ASKED)))
    assert "区局" in last_line(said(await firm.say("市工信局管哪些")))


async def test_after_180_days_the_number_counts_as_not_checked(stage: Stage) -> None:
    phone = stage.phone("王会计")
    await phone.follow()
    await enter(stage, "8.1", CITY, "市局", date(2026, 11, 5) - timedelta(days=180))
    assert "2026-05-09核对" in last_line(said(await phone.say(ASKED)))
    await phone.say("帮助")
    stage.clock.advance(timedelta(days=1))
    assert "电话未复核，上次2026-05-09" in last_line(said(await phone.say(ASKED)))


async def test_two_items_with_one_contact_have_one_line_otherwise_one_each(stage: Stage) -> None:
    phone = stage.phone("王会计")
    await phone.follow()
    await enter(stage, "5", CITY, "市局中小企业处")
    both = said(await phone.say("单项冠军和小巨人奖励"))
    assert both.count("联系") == 1
    await enter(stage, "5.2", CITY, "市局奖补专班")
    lines = said(await phone.say("单项冠军和小巨人奖励")).splitlines()[-2:]
    assert [line[:8] for line in lines] == ["联系（5.1）：", "联系（5.2）："]


async def test_a_clause_falls_back_on_the_contact_of_one_of_its_items_and_says_so(stage: Stage) -> None:
    phone = stage.phone("王会计")
    await phone.follow()
    await enter(stage, "5.2", CITY, "市局奖补专班")
    assert last_line(said(await phone.say("第五条"))).startswith("联系（5.2）：市局奖补专班")


async def test_what_an_official_typed_is_no_link(stage: Stage) -> None:
    phone = stage.phone("王会计")
    await phone.follow()
    await enter(stage, "8.1", CITY, '<a href="http://x">市局</a>[[取消]]')
    seen = await phone.say(ASKED)
    assert '<a href="http://x"' not in seen[0].text
    assert "＜a" in last_line(said(seen))


async def test_whoever_verified_may_leave_and_the_contact_stays(stage: Stage) -> None:
    official, phone = stage.phone("市工信局"), stage.phone("王会计")
    await official.follow()
    await phone.follow()
    await stage.database().write(_enter, openid_of(stage, "市工信局"), "8.1", CITY, "市局", date(2026, 11, 1))
    await official.unfollow()
    assert "市局" in last_line(said(await phone.say(ASKED)))


async def test_short_answers_keep_their_cautions_and_nearly_all_stay_short(stage: Stage, parts: ChatServices) -> None:
    """A contact displaces 注册 and the strength; never a caution or an agency."""
    phone = stage.phone("王会计")
    await phone.follow()
    asked = {item.code: item.asks[0] for item in parts.policy.items.values() if item.asks}
    before = {code: said(await phone.say(words)) for code, words in asked.items()}
    for clause in parts.policy.clauses:
        await enter(stage, str(clause.number), CITY, "市某某局某某处")
    longer = {}
    for code, words in asked.items():
        answer = said(await phone.say(words))
        cautions = [line for line in before[code].splitlines() if line.startswith(("注意：", "找谁："))]
        assert all(line in answer for line in cautions), code
        longer[code] = len(answer)
    assert max(longer.values()) <= LONGEST + 50
    assert sum(length > LONGEST for length in longer.values()) <= len(longer) // 3


AREAS = ("江宁", "六合")


@pytest.mark.parametrize(
    ("entered", "missing_8_1", "missing_5_2"),
    [
        ([], ["江宁", "六合"], ["江宁", "六合"]),
        ([("8.1", "江宁")], ["六合"], ["江宁", "六合"]),
        ([("8.1", CITY)], [], ["江宁", "六合"]),
        ([("8", "六合")], ["江宁"], ["江宁", "六合"]),
        ([("市工信局", CITY)], [], []),
        ([("市工信局", "江宁"), ("5", "六合")], ["六合"], []),
        # Only the agency to ask first counts, not each that the clause names.
        ([("市统计局", "江宁")], ["江宁", "六合"], ["江宁", "六合"]),
    ],
)
def test_gaps_are_the_areas_in_which_nobody_would_be_named(
    parts: ChatServices, entered: list[tuple[str, str]], missing_8_1: list[str], missing_5_2: list[str]
) -> None:
    found = {item.code: areas for item, areas in gaps(parts.policy, {area: [area] for area in AREAS}, set(entered))}
    assert (found.get("8.1", []), found.get("5.2", [])) == (missing_8_1, missing_5_2)


@pytest.mark.parametrize(
    ("found", "named"),
    [
        ({("5.2", CITY), ("5", "江宁"), ("市工信局", "江宁")}, ("5.2", CITY)),
        ({("5.2", CITY), ("5.2", "江宁")}, ("5.2", "江宁")),
        ({("5", "六合"), ("市财政局", CITY), ("市工信局", CITY)}, ("市工信局", CITY)),
        ({("5", "六合")}, None),
    ],
)
def test_the_nearest_subject_decides_then_the_nearest_place(
    parts: ChatServices, found: set[tuple[str, str]], named: tuple[str, str] | None
) -> None:
    assert nearest(parts.policy.items["5.2"], ["江宁"], {key: key for key in found}) == named
