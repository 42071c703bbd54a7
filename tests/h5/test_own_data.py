"""导出我的数据 and 注销: all personal data, and its erasure."""

import json
from datetime import timedelta

from sqlalchemy import text

from storage.engine.transactions import Tx
from storage.firms import firms
from storage.people import people
from tests.h5.conftest import Cast, Visitor
from tests.h5.test_entry import registered


async def test_the_file_holds_person_contact_firm_facts_with_sources_and_conversation(cast: Cast) -> None:
    person = await registered(cast, "o-1", "王女士 13800000000")
    await person.say("我能享受什么")
    page = await person.open("导出我的数据")
    for told in ("王女士 13800000000", "南京云杼传感科技有限公司", "小型", "您填写", "名录"):
        assert told in page.text
    file = await person.browser.post("/h5/mine/export")
    assert "attachment" in file.headers["Content-Disposition"]
    data = json.loads(file.text)
    assert data["person"]["openid"] == "o-1"
    assert data["person"]["contact"] == {"name": "王女士", "phone": "13800000000"}
    assert {(fact["fact"], fact["source"]) for fact in data["firm"]["facts"]} >= {
        ("size", "self"),
        ("titles", "roster"),
    }
    assert all(fact["learned"] for fact in data["firm"]["facts"])
    assert data["conversation"]["journey"] == "assessment"


async def test_without_an_address_for_browsers_the_chat_says_so(cast: Cast) -> None:
    person = cast.person("o-1")
    assert "/h5/" not in await person.say("导出我的数据", secure=False)


async def test_the_second_yes_erases_the_person_and_what_the_firm_told(cast: Cast) -> None:
    person = await registered(cast, "o-1", "王女士 13800000000")
    await person.open("导出我的数据")
    first = await person.say("注销")
    assert "南京云杼传感科技有限公司" in first
    assert "没有别人" in first
    assert "彻底删除" in await person.say("确认注销")
    assert "已删除" in await person.say("彻底删除")
    assert (await person.browser.get("/h5/mine")).status == 404

    def left(tx: Tx) -> tuple[object, object, dict[str, str]]:
        known = {fact: entry.source for fact, entry in firms.facts(tx, 3).items()}
        return people.find(tx, "o-1"), firms.get(tx, 3).credit_code, known

    gone, code, known = await cast.desk.database.read(left)
    assert (gone, code) == (None, None)
    assert set(known.values()) == {"roster"}
    assert "还没有登记企业" in await person.say("我的资料")


async def test_a_colleague_keeps_the_firm_as_it_is(cast: Cast) -> None:
    person = await registered(cast, "o-1", "王女士 13800000000")
    cast.person("o-2")

    def join(tx: Tx) -> None:
        people.join_firm(tx, people.meet(tx, "o-2").id, 3)

    await cast.desk.database.write(join)
    assert "同事" in await person.say("注销")
    await person.say("确认注销")
    await person.say("彻底删除")
    size = await cast.desk.database.read(lambda tx: firms.facts(tx, 3)["size"].value)
    assert size == "small"


async def test_anything_but_the_two_words_erases_nothing(cast: Cast) -> None:
    person = await registered(cast, "o-1", "王女士 13800000000")
    await person.say("注销")
    assert "没有删除" in await person.say("彻底删除")
    await person.say("确认注销")
    await person.say("好的")
    await person.say("取消")
    assert "王女士" in await person.say("我的资料")


async def test_erasing_is_audited_without_values(cast: Cast) -> None:
    person = await registered(cast, "o-1", "王女士 13800000000")
    for words in ("注销", "确认注销", "彻底删除"):
        await person.say(words)

    def acts(tx: Tx) -> list[tuple[str, str]]:
        return [(row.action, repr(row)) for row in tx.execute(text("SELECT * FROM audit ORDER BY id"))]

    told = await cast.desk.database.read(acts)
    assert {"erase", "erase_word"} <= {action for action, _ in told}
    assert [row for _, row in told if "王女士" in row or "13800000000" in row] == []


async def test_each_fact_is_shown_with_source_and_day(cast: Cast) -> None:
    person = await registered(cast, "o-1", "王女士 13800000000")
    cast.desk.ahead(timedelta(days=2))
    day = await cast.desk.database.read(lambda tx: f"{tx.now - timedelta(days=2):%Y-%m-%d}"[:7])
    said = await person.say("我的资料")
    assert f"企业规模：小型（您填写，{day}" in said
    assert f"所在区：江宁区（名录，{day}" in said


async def test_an_open_ticket_goes_over_to_a_colleague_and_to_nobody_else(cast: Cast) -> None:
    person, colleague = await registered(cast, "o-1", "王女士 13800000000"), cast.person("o-2")
    await person.say("人工 算力券去哪里领")

    def join(tx: Tx) -> None:
        people.join_firm(tx, people.meet(tx, "o-2").id, 3)

    await cast.desk.database.write(join)
    for words in ("注销", "确认注销", "彻底删除"):
        await person.say(words)
    assert "转由您跟进" in await colleague.say("帮助")
    assert "算力券去哪里领" in await colleague.say("我的工单")


async def test_the_last_ones_ticket_goes_with_them(cast: Cast) -> None:
    person = await registered(cast, "o-1", "王女士 13800000000")
    await person.say("人工 算力券去哪里领")
    assert "算力券去哪里领" in (await _file(person))
    for words in ("注销", "确认注销", "彻底删除"):
        await person.say(words)
    assert "还没有工单" in await person.say("我的工单")


async def _file(person: Visitor) -> str:
    await person.open("导出我的数据")
    return (await person.browser.post("/h5/mine/export")).text
