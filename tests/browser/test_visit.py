"""A visit to the demo in a real browser, on a phone and on a PC."""

import pytest

from tests.browser.person import Person

pytestmark = pytest.mark.browser

HOSTILE = (
    '<b id="hit">粗</b><img src="x" onerror="alert(1)"><script>alert(2)</script>'
    '<a href="javascript:alert(3)">点我</a> <a href="https://example.invalid/">远方</a>'
)


async def test_a_firm_registers_answers_two_questions_opens_an_item_and_the_wire(person: Person) -> None:
    assert "宁专通" in await person.follow()
    assert "企业名称" in await person.tap("注册")
    assert "南京云杼传感科技有限公司" in await person.say("云杼传感")
    assert "个人信息告知" in await person.say("小型")
    assert "请核对" in await person.tap("跳过")
    assert "已登记：南京云杼传感科技有限公司" in await person.tap("确认")
    assert "条件已对上（不等于已获得" in await person.tap("我能享受什么")
    assert "记下了" in await person.say("2")
    assert "记下了" in await person.say("1")
    assert "【算力券】" in await person.tap("算力券")

    wire = person.page.get_by_role("complementary", name="报文")
    assert not await wire.is_visible()
    await person.theirs.last.locator(".took").click()
    assert "<Content><![CDATA[算力券]]></Content>" in await wire.inner_text()
    assert "【算力券】" in await wire.inner_text()
    assert await person.too_wide() == []
    await wire.get_by_role("button", name="关闭").click()
    assert not await wire.is_visible()


async def test_nothing_needs_sideways_scrolling_at_any_width(person: Person) -> None:
    await person.register()
    await person.tap("我能享受什么")
    for panel in ("设置", "报文"):
        await person.page.get_by_role("button", name=panel, exact=True).click()
        for width in (320, 360, 768, 1024, 1280, 1920):
            await person.page.set_viewport_size({"width": width, "height": 800})
            assert await person.too_wide() == [], f"{panel} at {width}"


async def test_the_keyboard_alone_is_enough(person: Person) -> None:
    keys = person.page.keyboard
    await person.tab_to("关注公众号")
    assert "宁专通" in await person.answer(keys.press("Enter"))
    await person.tab_to("注册")
    assert "企业名称" in await person.answer(keys.press("Enter"))
    await person.tab_to("企业·财务要说的话")
    await keys.type("云杼传感")
    assert "南京云杼传感科技有限公司" in await person.answer(keys.press("Enter"))
    await keys.type("取消")
    assert "已取消登记" in await person.answer(keys.press("Enter"))
    await person.page.get_by_role("button", name="报文", exact=True).focus()
    await keys.press("Enter")
    wire = person.page.get_by_role("complementary", name="报文")
    await wire.wait_for()
    await keys.press("Escape")
    await wire.wait_for(state="hidden")
    assert await person.page.evaluate("document.activeElement.textContent") == "报文"


async def test_a_reload_keeps_the_phone_in_front_and_its_chat(person: Person) -> None:
    second = person.page.locator(".phone").nth(1)
    name = str(await second.get_attribute("aria-label"))
    await person.take_phone(1)
    greeting = await person.follow()
    await person.page.reload()
    await person.theirs.first.wait_for()
    assert await person.phone.get_attribute("aria-label") == name
    assert await person.theirs.first.locator(".words").inner_text() == greeting
    assert "第五条" in await person.say("第五条")


async def test_hostile_words_stay_words(person: Person) -> None:
    await person.follow()
    await person.say(HOSTILE)
    assert await person.chat.locator(".bubble.mine .words").inner_text() == HOSTILE
    await person.tap("注册")
    assert "甲" in await person.say('<b id="hit">甲</b>有限公司')
    # The only allowed link is ours: to the registration page.
    foreign = ".chat a:not([href^='http://127.0.0.1:'])"
    assert await person.page.locator(f"#hit, {foreign}, .chat img, .chat script").count() == 0


async def test_the_chat_follows_its_end_but_not_away_from_somebody_who_reads(person: Person) -> None:
    await person.register()
    await person.page.get_by_role("button", name="设置", exact=True).click()
    await person.until_at_end()
    await person.chat.evaluate("(chat) => chat.scrollTop = 0")
    await person.page.get_by_role("button", name="+1 天").click()
    await person.phone.get_by_text("24 小时").wait_for()
    assert await person.chat.evaluate("(chat) => chat.scrollTop") == 0
    await person.say("第五条")
    await person.until_at_end()
