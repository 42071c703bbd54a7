"""Login and its end: link and code, ended sessions, roles given and taken."""

import re

import pytest

from tests.browser.desk import another_device, enter, keep_picture
from tests.browser.person import Person

pytestmark = pytest.mark.browser


async def test_one_comes_in_by_link_and_by_code_and_ends_a_visit_elsewhere(person: Person, size: str) -> None:
    worker = await enter(person, "市工信局")
    said = await person.say("登录")
    code = re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}", said)
    assert code is not None, said
    assert "不要" in said
    async with another_device(person, worker.base, size) as other:
        await other.see("/console/enter")
        await keep_picture(other, f"desk-enter-{size}")
        await other.page.get_by_label("8 位代码").fill("AAAA-AAAA")
        assert "没能登录" in await other.press("登录")
        await other.page.get_by_label("8 位代码").fill(code[0].lower())
        assert "首页" in await other.press("登录")
        await worker.see("/console/sessions")
        await keep_picture(worker, f"desk-sessions-{size}")
        rows = worker.page.get_by_role("row").filter(has=worker.page.get_by_role("button", name="结束"))
        assert await rows.count() == 2
        await rows.filter(has_not_text="本机").get_by_role("button", name="结束").click()
        await rows.nth(1).wait_for(state="detached")
        assert "把收到的 8 位代码填在这里" in await other.see("/console")
        await other.page.get_by_label("8 位代码").fill(code[0])
        assert "没能登录" in await other.press("登录"), "a code is good for one visit"
    await worker.press("退出")
    assert "把收到的 8 位代码填在这里" in await worker.see("/console/sessions")


async def test_an_operator_invites_a_colleague_whose_role_is_ended_later(person: Person, size: str) -> None:
    worker = await enter(person, "市工信局")
    await worker.see("/console/roles")
    await worker.page.get_by_text("邀请一个人").click()
    await worker.page.get_by_label("姓名", exact=True).fill("演示栖霞")
    await worker.page.get_by_label("单位（企业身份不填）").fill("栖霞区工信局")
    await worker.page.get_by_label("管辖范围").select_option("栖霞")
    await worker.hold_readable()
    await keep_picture(worker, f"desk-invite-{size}")
    invited = await worker.press("生成邀请码")
    words = re.search(r"邀请 [A-Z0-9-]+", invited)
    assert words is not None, invited
    await person.pick("企业·财务")
    assert "已接受邀请" in await person.say(words[0])
    assert "点这里登录" in await person.say("登录")
    assert "栖霞区工信局" in await worker.see("/console/roles")
    await keep_picture(worker, f"desk-roles-{size}")
    await worker.page.get_by_role("link", name="演示栖霞").click()
    await worker.page.get_by_label("结束的原因（本人会看到）").fill("调岗")
    assert "已结束" in await worker.press("从今天起结束")
    assert "还没有可以登录的身份" in await person.say("登录")
