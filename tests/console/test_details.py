"""Publications of departments and districts: entered by one, approved by another, only then shown to firms."""

from datetime import date

import pytest

from storage.engine.transactions import Tx
from storage.firms import firms
from storage.notices import outbox
from storage.people.roles import RoleGrant, RoleKind
from storage.policy import published_details
from storage.reminders import dismissals
from tests.console.stage import Browser, DeskStage

SOURCE = {"title": "关于申报算力券的通知", "issuer": "市工信局", "number": "宁工信〔2026〕8号", "day": "2026年10月8日"}
STEP = {
    "step-1-who": "firm",
    "step-1-what": "提交",
    "step-1-opens": "即日起",
    "step-1-closes": "2027年3月15日17:00",
    "step-1-where": "online",
    "step-1-place": "https://example.gov.cn/apply",
    "step-2-who": "district",
    "step-2-what": "审核",
    "step-2-closes": "2027-3-18 24点前",
    "step-2-where": "",
}
WINDOW = {"kind": "window", "items": "8.1、8.3", **SOURCE, **STEP}
RULE = {
    "kind": "rule",
    "area": "江宁",
    "items": "5.3",
    **SOURCE,
    "strength": "fixed",
    "amount": "20万元",
    "per": "once",
    "when-titles-little_giant": "1",
    "when-holds_patents-yes": "1",
}
EXTENSION = {"kind": "extension", **SOURCE, "until": "2030年12月31日"}
STATEMENT = {"kind": "statement", "items": "8.1", **SOURCE, "words": "按实际支出的30%抵扣，每家每年不超过50万元"}


async def enter(browser: Browser, **fields: str) -> str:
    """Enter a draft; return its address."""
    await browser.get(f"/console/details/new?kind={fields['kind']}")
    page = await browser.post("/console/details", **fields)
    assert page.status == 303, page.text
    return page.location


async def press(browser: Browser, address: str, what: str, **fields: str) -> int:
    """Press a button of the detail's own page, as shown now."""
    page = (await browser.get(address)).text
    seen = page.split('name="seen" value="')[1].split('"')[0] if 'name="seen"' in page else "0"
    return (await browser.post(f"{address}/{what}", **{"seen": seen, **fields})).status


async def state(desk: DeskStage, address: str) -> str:
    found = await desk.database.read(published_details.get, int(address.rpartition("/")[2]))
    assert found is not None
    return found.state


@pytest.fixture
async def editor(desk: DeskStage) -> Browser:
    return await desk.official(RoleKind.EDITOR)


@pytest.mark.parametrize("fields", [WINDOW, RULE, STATEMENT, EXTENSION], ids=lambda fields: fields["kind"])
async def test_one_enters_another_approves_and_the_preview_is_what_firms_read(
    desk: DeskStage, editor: Browser, fields: dict[str, str]
) -> None:
    address = await enter(editor, **fields)
    page = (await editor.get(address)).text
    assert "另据〈关于申报算力券的通知〉（宁工信〔2026〕8号，市工信局，2026-10-08）：" in page
    assert {
        "window": "企业网上提交截至2027年3月15日17:00（区审核2027年3月18日24点）",
        "rule": "江宁：20万元（",
        "statement": "按实际支出的30%抵扣，每家每年不超过50万元。",
        "extension": "的有效期延长至2030-12-31（含当日）。",
    }[fields["kind"]] in page
    assert await press(editor, address, "submit") == 303
    assert await state(desk, address) == "waiting"
    approver = await desk.official(RoleKind.APPROVER)
    assert await press(approver, address, "approve") == 303
    assert await state(desk, address) == "published"
    assert "已发布，企业看得到" in (await editor.get(address)).text


async def test_whoever_may_approve_is_told_that_something_waits_and_its_author_is_not(desk: DeskStage) -> None:
    author = await desk.person("o-author", RoleGrant(RoleKind.EDITOR, "王科", date.min, agency="市工信局"))
    second = await desk.person("o-second", RoleGrant(RoleKind.APPROVER, "李科", date.min, agency="市财政局"))
    elsewhere = await desk.person("o-elsewhere", RoleGrant(RoleKind.APPROVER, "赵科", date.min, area="六合"))
    browser = await desk.inside(author)
    address = await enter(browser, **{**RULE, "area": "江宁"})
    assert await press(browser, address, "submit") == 303

    def told(tx: Tx) -> list[list[str]]:
        return [[notice.text for notice in outbox.listed(tx, person)] for person in (author, second, elsewhere)]

    of_author, of_second, of_elsewhere = await desk.database.read(told)
    assert (of_author, of_elsewhere) == ([], [])
    assert ["等您批准" in text for text in of_second] == [True]


async def test_an_extension_ends_later_than_the_policy_says_and_is_no_districts_matter(
    desk: DeskStage, editor: Browser
) -> None:
    for until in ("", "2028年12月31日", "从长计议"):
        await editor.get("/console/details/new?kind=extension")
        refused = await editor.post("/console/details", **{**EXTENSION, "until": until})
        assert (refused.status, 'role="alert"' in refused.text) == (422, True), until
    of_district = await desk.official(RoleKind.EDITOR, area="江宁")
    assert "录入有效期延长" not in (await of_district.get("/console/details")).text
    assert "录入有效期延长" in (await editor.get("/console/details")).text
    refused = await of_district.post("/console/details", **{**EXTENSION, "area": "江宁"})
    assert refused.status == 422
    address = await enter(editor, **EXTENSION)
    assert 'value="2030-12-31"' in (await editor.get(f"{address}/edit")).text


async def test_nobody_approves_their_own_not_even_with_both_roles(desk: DeskStage) -> None:
    both = [RoleGrant(kind, "王科", date.min, agency="市工信局") for kind in (RoleKind.EDITOR, RoleKind.APPROVER)]
    browser = await desk.inside(await desk.person("o-both", *both))
    address = await enter(browser, **STATEMENT)
    await press(browser, address, "submit")
    found = await desk.database.read(published_details.get, int(address.rpartition("/")[2]))
    assert found is not None
    assert "批准发布" not in (await browser.get(address)).text
    refused = await browser.post(f"{address}/approve", seen=found.digest)
    assert (refused.status, "不能批准自己录入" in refused.text) == (422, True)
    assert await state(desk, address) == "waiting"


async def test_whoever_put_a_colleagues_words_forward_does_not_approve_them(desk: DeskStage, editor: Browser) -> None:
    address = await enter(editor, **STATEMENT)
    second = await desk.official(RoleKind.EDITOR, agency="市财政局")
    await press(second, address, "submit")
    assert "要请另一位同事批准" in (await second.get(address)).text
    third = await desk.official(RoleKind.EDITOR, agency="市科技局")
    assert await press(third, address, "approve") == 303


async def test_an_edit_voids_the_approval_and_an_approval_of_other_words_does_not_count(
    desk: DeskStage, editor: Browser
) -> None:
    address = await enter(editor, **STATEMENT)
    await press(editor, address, "submit")
    approver = await desk.official(RoleKind.APPROVER)
    seen = (await approver.get(address)).text.split('name="seen" value="')[1].split('"')[0]
    form = (await editor.get(f"{address}/edit")).text
    assert "要重新批准" in form
    held = form.split('name="seen" value="')[1].split('"')[0]
    changed = {**STATEMENT, "words": "按实际支出的50%抵扣"}
    assert (await editor.post(address, seen=held, **changed)).status == 303
    assert await state(desk, address) == "draft"
    await press(editor, address, "submit")
    refused = await approver.post(f"{address}/approve", seen=seen)
    assert (refused.status, "已被别人改动" in refused.text) == (422, True)
    assert await press(approver, address, "approve") == 303
    await editor.get(f"{address}/edit")
    late = await editor.post(address, seen=seen, **STATEMENT)
    assert "已被别人改动" in late.text, "an editor who saw older words overwrites nothing"
    assert await state(desk, address) == "published"


async def test_one_person_takes_back_what_is_wrong_with_a_reason_that_stays(desk: DeskStage, editor: Browser) -> None:
    address = await enter(editor, **STATEMENT)
    await press(editor, address, "submit")
    await press(await desk.official(RoleKind.APPROVER), address, "approve")
    await editor.get(address)
    assert (await editor.post(f"{address}/withdraw", reason="")).status == 422
    assert (await editor.post(f"{address}/withdraw", reason="比例写错了")).status == 303
    page = (await editor.get(address)).text
    assert page.count("比例写错了") == 2
    assert [word in page for word in ("录入", "提交审批", "批准发布", "撤回")] == [True] * 4
    assert await press(editor, address, "withdraw", reason="再来一次") == 422


async def test_a_districts_official_sees_and_enters_only_the_districts_own(desk: DeskStage, editor: Browser) -> None:
    mine = await desk.official(RoleKind.EDITOR, "江宁", "江宁区工信局")
    address = await enter(mine, **{**STATEMENT, "area": "江宁"})
    for area in ("", "六合"):
        await mine.get("/console/details/new?kind=statement")
        refused = await mine.post("/console/details", **{**STATEMENT, "area": area})
        assert (refused.status, "请选择您管辖的区" in refused.text) == (422, True)
    city = await enter(editor, **STATEMENT)
    assert (await mine.get(city)).status == 404
    listed = (await mine.get("/console/details")).text
    assert address in listed
    assert f'"{city}"' not in listed
    elsewhere = await desk.official(RoleKind.APPROVER, "六合", "六合区工信局")
    await press(mine, address, "submit")
    assert (await elsewhere.get(address)).status == 404
    await elsewhere.get("/console/details")
    assert (await elsewhere.post(f"{address}/approve", seen="0")).status == 404


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({**STATEMENT, "title": ""}, "请填写依据"),
        ({**STATEMENT, "day": "2026年10月"}, "写到日"),
        ({**STATEMENT, "day": "2999-01-01"}, "不晚于今天"),
        ({**STATEMENT, "items": ""}, "事项编号"),
        ({**STATEMENT, "items": "8.9"}, "没有事项 8.9"),
        ({**STATEMENT, "words": " "}, "请填写内容"),
        ({**STATEMENT, "words": "字" * 201}, "太长"),
        ({**STATEMENT, "link": "javascript:alert(1)"}, "http"),
        ({**STATEMENT, "since": "2026-12-31", "until": "2026-11-30"}, "结束应在开始之后"),
        ({**STATEMENT, "until": "明年"}, "看不懂这个时间"),
        ({**WINDOW, "step-1-closes": "三月上旬"}, "看不懂这个时间"),
        ({**WINDOW, "step-1-what": ""}, "至少要有一步是企业办的"),
        ({**WINDOW, "step-1-who": "city"}, "至少要有一步是企业办的"),
        ({**WINDOW, "step-1-opens": "2027年4月1日"}, "结束应在开始之后"),
        ({**WINDOW, "step-1-place": "example.gov.cn"}, "http"),
        ({**WINDOW, "districts": "火星"}, "不认识的区"),
        ({**RULE, "items": "8.1"}, "区规定只能用于"),
        ({**RULE, "area": "江宁开发区"}, "区规定只能用于"),
        ({**RULE, "amount": "很多钱"}, "看不懂这个金额"),
    ],
)
async def test_what_cannot_be_is_told_with_the_form_still_filled(
    editor: Browser, fields: dict[str, str], says: str
) -> None:
    await editor.get(f"/console/details/new?kind={fields['kind']}")
    page = await editor.post("/console/details", **fields)
    assert (page.status, says in page.text) == (422, True)
    assert 'value="市工信局"' in page.text


async def test_an_edit_begins_with_what_stands_and_changes_nothing_by_itself(desk: DeskStage, editor: Browser) -> None:
    for fields in (WINDOW, RULE, STATEMENT):
        address = await enter(editor, **fields)
        found = await desk.database.read(published_details.get, int(address.rpartition("/")[2]))
        assert found is not None
        page = (await editor.get(f"{address}/edit")).text
        again = {**fields, "seen": found.digest}
        for name in ("step-1-closes", "step-2-closes", "amount", "words"):
            if name in fields:
                shown = page.split(f'name="{name}"')[1].split("</textarea>" if name == "words" else ">")[0]
                again[name] = shown.partition('value="')[2].split('"')[0] if 'value="' in shown else fields[name]
        assert (await editor.post(address, **again)).status == 303
        after = await desk.database.read(published_details.get, found.id)
        assert after is not None
        assert after.digest == found.digest


async def test_hostile_words_stay_words(desk: DeskStage, editor: Browser) -> None:
    bad = "<script>alert(1)</script>\"'{{7*7}}[[注册]]]]>"
    address = await enter(editor, **{**STATEMENT, "title": bad, "words": bad, "issuer": bad[:20]})
    for path in (address, f"{address}/edit", "/console/details"):
        page = (await editor.get(path)).text
        assert "<script>alert" not in page
        assert "{{7*7}}" in page
    # In the preview nothing typed can become a chat link.
    assert "weixin://" not in (await editor.get(address)).text
    assert len((await editor.get(f"/console/details?item={bad}&area={bad}&state={bad}&page=-1")).text) > 500


async def test_what_firms_say_of_a_window_is_listed_at_the_window_and_at_the_firm(
    desk: DeskStage, editor: Browser
) -> None:
    address = await enter(editor, **WINDOW)
    assert "还没有企业说过已报或已到账" in (await editor.get(address)).text
    detail_id = int(address.rpartition("/")[2])

    def applied(tx: Tx) -> list[int]:
        told = []
        for name, district, what in (("砚舟甲厂", "秦淮", "done"), ("砚舟乙厂", "江宁", "paid")):
            firm_id = firms.add(tx, name=name, credit_code=None)
            firms.save_facts(tx, firm_id, {"district": district}, "self")
            dismissals.put(tx, firm_id, f"window:{detail_id}:0", what, 1)
            told.append(firm_id)
        dismissals.put(tx, told[0], f"window:{detail_id}1:0", "paid", 1)
        return told

    first, _ = await desk.database.write(applied)
    page = (await editor.get(address)).text
    assert "企业自述（2）" in page
    assert ("砚舟甲厂</a><strong>已报" in page, "砚舟乙厂</a><strong>已到账" in page) == (True, True)
    told = await desk.database.read(dismissals.of_window, detail_id, 9, ["江宁"])
    assert [(one.name, one.what) for one in told] == [("砚舟乙厂", "paid")]
    firm = (await editor.get(f"/console/firms/{first}")).text
    assert "关于申报算力券的通知</a>（8.1、8.3）：\n已报（企业自述，" in firm
