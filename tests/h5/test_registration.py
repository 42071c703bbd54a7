"""Registration on one page: prefilled, errors beside their fields, and the same services as the chat."""

from typing import Any

import pytest

from bot.services.people.data_export import everything
from storage.engine.transactions import Tx
from storage.firms import firms
from storage.people import people
from storage.roster import roster
from tests.h5.conftest import Cast, Visitor

CODE = "91320102MADEM360XX"
UNLISTED = "苏州枫桥夜泊酒业有限公司"
EMPTY: dict[str, Any] = {"do": "send", "firm_before": "", "for_name": ""}


async def kept(person: Visitor) -> dict[str, Any]:
    def read(tx: Tx) -> dict[str, Any]:
        known = people.find(tx, person.openid)
        assert known is not None
        return everything(tx, known.id)

    return await person.desk.database.read(read)


async def facts(person: Visitor) -> dict[str, tuple[Any, str]]:
    return {entry["fact"]: (entry["value"], entry["source"]) for entry in (await kept(person))["firm"]["facts"]}


async def test_a_firm_that_the_chat_has_found_is_filled_in_already(cast: Cast) -> None:
    person = cast.person("o-1")
    page = await person.open("注册 云杼传感")
    assert 'value="南京云杼传感科技有限公司"' in page.text
    assert 'value="91320115MADEM1014U"' in page.text
    assert 'value="江宁" selected' in page.text
    assert 'value="srdi" checked' in page.text
    sent = await person.browser.post(
        "/h5/register",
        **EMPTY | {"for_name": "南京云杼传感科技有限公司"},
        name="南京云杼传感科技有限公司",
        entry=1,
        size="small",
    )
    assert (sent.status, sent.location) == (303, "/h5/mine?done=1")
    assert await facts(person) == {
        "district": ("江宁", "roster"),
        "titles": (["srdi"], "roster"),
        "first_award": (["srdi"], "roster"),
        "size": ("small", "self"),
    }
    assert "已登记" in (await person.browser.get(sent.location)).text
    assert "企业登记还没完" not in await person.say("算力券")


async def test_a_name_is_searched_and_one_of_several_is_picked(cast: Cast) -> None:
    person = cast.person("o-1")
    await person.open("注册")
    page = await person.browser.post("/h5/register", **EMPTY | {"do": "find"}, name="南京机床有限公司")
    assert page.status == 200
    assert "南京澜砚数控机床有限公司" in page.text
    assert "都不是" in page.text
    unsure = await person.browser.post("/h5/register", **EMPTY, name="南京机床有限公司")
    assert unsure.status == 422
    assert "请在下面选一家" in unsure.text
    again = EMPTY | {"for_name": "南京机床有限公司"}
    picked = await person.browser.post("/h5/register", **again, name="南京机床有限公司", entry=2)
    assert picked.status == 303
    assert (await facts(person))["titles"] == (["little_giant", "srdi"], "roster")


async def test_none_of_the_offered_registers_what_was_typed(cast: Cast) -> None:
    person = cast.person("o-1")
    await person.open("注册")
    again = EMPTY | {"for_name": "南京机床有限公司"}
    sent = await person.browser.post(
        "/h5/register",
        **again,
        name="南京机床有限公司",
        entry=0,
        code=CODE.lower(),
        district="elsewhere",
        titles="none",
    )
    assert sent.status == 303
    assert (await kept(person))["firm"]["credit_code"] == CODE
    assert await facts(person) == {"in_nanjing": (False, "self"), "titles": ([], "self")}


async def test_what_is_not_told_stays_unknown(cast: Cast) -> None:
    person = cast.person("o-1")
    await person.open("注册")
    assert (await person.browser.post("/h5/register", **EMPTY, name=UNLISTED)).status == 303
    assert await facts(person) == {}


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"name": "南"}, "name", "至少要有两个字"),
        ({"name": "长" * 5_000}, "name", "最多60个字"),
        ({"code": "12345"}, "code", "应为18位，收到的是5位"),
        ({"code": "91320102MADEM360X0"}, "code", "校验位对不上"),
        ({"code": "320102000012345"}, "code", "这是15位"),
        ({"district": "火星"}, "district", "请从列表里选"),
        ({"zone": "火星开发区"}, "zone", "请从列表里选"),
        ({"zone": "江宁开发区", "district": "栖霞"}, "zone", "江宁开发区在江宁区，和上面选的所在区不一致"),
        ({"zone": "江宁开发区", "district": "elsewhere"}, "zone", "和上面选的所在区不一致"),
        ({"size": "huge"}, "size", "请从列表里选"),
        ({"staff": "30"}, "figures", "请先选行业"),
        ({"trade": "工业", "staff": "30"}, "figures", "要看营业收入"),
        ({"trade": "工业", "staff": "三十", "revenue": "inf"}, "figures", "请填数字"),
        ({"titles": "emperor"}, "titles", "请从列表里选"),
        ({"contact_name": "王女士"}, "contact_phone", "请填手机号"),
        ({"contact_phone": "13800000000"}, "contact_name", "请填联系人姓名"),
        ({"contact_name": "王女士", "contact_phone": "13800000000"}, "consent", "先勾选同意"),
        ({"contact_name": "王" * 21, "contact_phone": "13800000000", "consent": "1"}, "contact_name", "不超过20个字"),
    ],
)
async def test_an_error_stands_beside_its_field_and_nothing_typed_is_lost(
    cast: Cast, fields: dict[str, str], field: str, words: str
) -> None:
    person = cast.person("o-1")
    await person.open("注册")
    page = await person.browser.post("/h5/register", **{**EMPTY, "name": UNLISTED, **fields})
    assert page.status == 422
    beside = page.text.split(f'id="wrong-{field}"')[1].split("</p>")[0]
    assert words in beside
    assert (await kept(person))["firm"] is None
    for value in fields.values():
        assert value in page.text or value in ("emperor", "huge", "火星", "火星开发区") or len(value) > 200


async def test_whoever_insists_on_a_code_registers_it_for_a_check(cast: Cast) -> None:
    person = cast.person("o-1")
    await person.open("注册")
    page = await person.browser.post("/h5/register", **EMPTY, name=UNLISTED, code="91320102MADEM360X0")
    assert 'name="insist" value="91320102MADEM360X0"' in page.text
    again = EMPTY | {"for_name": UNLISTED, "entry": 0}
    sent = await person.browser.post(
        "/h5/register", **again, name=UNLISTED, code="91320102MADEM360X0", insist="91320102MADEM360X0"
    )
    assert sent.status == 303
    assert (await kept(person))["firm"]["code_doubtful"] is True


async def test_the_size_is_worked_out_on_the_page_too(cast: Cast) -> None:
    person = cast.person("o-1")
    await person.open("注册")
    sent = await person.browser.post("/h5/register", **EMPTY, name=UNLISTED, trade="工业", staff="300", revenue="2,000")
    assert sent.status == 303
    assert (await facts(person))["size"] == ("medium", "self")


async def test_a_form_sent_twice_registers_once(cast: Cast) -> None:
    person = cast.person("o-1")
    await person.open("注册")
    for _ in range(2):
        assert (await person.browser.post("/h5/register", **EMPTY, name=UNLISTED)).status == 303

    def count(tx: Tx) -> int:
        return sum(firms.exists(tx, firm_id) and firms.get(tx, firm_id).kind == "firm" for firm_id in range(1, 30))

    assert await person.desk.database.read(count) == 1


@pytest.mark.parametrize(
    "hostile",
    ["<script>alert(1)</script>公司", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}", "[[登录|确认]]公司", "{name}"],
)
async def test_hostile_words_are_only_words(cast: Cast, hostile: str) -> None:
    person = cast.person("o-1")
    await person.open("注册")
    fields = dict.fromkeys(("code", "district", "trade", "staff", "contact_name", "contact_phone"), hostile)
    page = await person.browser.post("/h5/register", **EMPTY, name=hostile, **fields)
    assert page.status == 422
    assert "<script" not in page.text
    assert "<img" not in page.text
    assert hostile.split()[0].replace("<", "&lt;").replace(">", "&gt;").replace(chr(34), "&#34;") in page.text
    sent = await person.browser.post("/h5/register", **EMPTY, name=hostile)
    assert sent.status == 303
    mine = await person.browser.get("/h5/mine")
    assert "<script" not in mine.text
    assert "<img" not in mine.text
    assert "<script" not in await person.say("我的资料")


async def test_a_body_that_is_too_large_is_refused(cast: Cast) -> None:
    person = cast.person("o-1")
    await person.open("注册")
    assert (await person.browser.post("/h5/register", **EMPTY, name="长" * 100_000)).status == 413


async def test_whoever_speaks_for_a_firm_reads_that_it_will_change(cast: Cast) -> None:
    person = cast.person("o-1")
    for words in ("注册", "沐弦软件", "小型", "跳过", "确认"):
        await person.say(words)
    page = await person.open("重新注册")
    assert "您现在代表“南京沐弦软件有限公司”" in page.text


async def test_another_name_does_not_keep_what_the_roster_told_of_the_first(cast: Cast) -> None:
    person = cast.person("o-1")
    await person.open("注册 云杼传感")
    first = {"for_name": "南京云杼传感科技有限公司", "entry": 1, "code": "91320115MADEM1014U", "district": "江宁"}
    sent = await person.browser.post("/h5/register", **EMPTY | first, name=UNLISTED, titles="srdi")
    assert sent.status == 303
    assert (await kept(person))["firm"]["credit_code"] is None
    assert await facts(person) == {}


@pytest.mark.parametrize(
    ("fields", "known", "district"),
    [
        ({"zone": "江宁开发区"}, {"zone": "江宁开发区", "source": "self"}, ("江宁", "self")),
        ({"zone": "江宁开发区", "district": "江宁"}, {"zone": "江宁开发区", "source": "self"}, ("江宁", "self")),
        ({"zone": "none", "district": "六合"}, {"zone": "", "source": "self"}, ("六合", "self")),
        ({"zone": "", "district": "江宁"}, None, ("江宁", "self")),
    ],
)
async def test_the_development_zone_is_asked_for_and_names_its_district(
    cast: Cast, fields: dict[str, str], known: dict[str, str] | None, district: tuple[str, str]
) -> None:
    person = cast.person("o-1")
    assert "江宁开发区（江宁）" in (await person.open("注册")).text
    sent = await person.browser.post("/h5/register", **EMPTY, name=UNLISTED, **fields)
    assert sent.status == 303
    firm = (await kept(person))["firm"]
    assert firm["zone"] == known
    assert ("园区" in (await person.browser.get("/h5/mine")).text) == (known is not None)
    assert (await facts(person))["district"] == district


async def test_the_rosters_zone_is_filled_in_and_stands_above_what_is_picked(cast: Cast) -> None:
    def list_it(tx: Tx) -> int:
        return roster.add(tx, name="南京园里测试有限公司", credit_code=None, district="江宁", zone="江宁开发区")

    entry = await cast.desk.database.write(list_it)
    person = cast.person("o-1")
    await person.open("注册")
    page = await person.browser.post("/h5/register", **EMPTY | {"do": "find"}, name="南京园里测试有限公司")
    assert 'value="江宁开发区" selected' in page.text
    named = EMPTY | {"for_name": "南京园里测试有限公司"}
    sent = await person.browser.post("/h5/register", **named, name="南京园里测试有限公司", entry=entry, zone="none")
    assert sent.status == 303
    assert (await kept(person))["firm"]["zone"] == {"zone": "江宁开发区", "source": "roster"}
