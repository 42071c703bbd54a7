"""A broadcast in a real browser: one official writes and sees whom it reaches, another approves, at both widths."""

import pytest

from tests.browser.desk import enter
from tests.browser.person import Person

pytestmark = pytest.mark.browser


async def test_one_official_writes_and_another_approves(person: Person) -> None:
    await person.register()
    author = await enter(person, "市工信局")
    await author.see("/console/broadcasts/new")
    await author.page.locator("#title").fill("算力券开始申报")
    await author.page.locator("#text").fill("请登录系统提交材料，12月15日17:00截止。")
    await author.page.get_by_label("江宁", exact=True).check()
    await author.page.get_by_label("专精特新中小企业").check()
    seen = await author.press("保存草稿，看预览")
    assert "现在发，一共 1 人（1 家企业）" in seen
    assert "【消息】算力券开始申报" in seen
    assert "南京云杼传感科技有限公司" in seen
    assert "要请另一位同事批准" in await author.press("提交审批")
    path = author.page.url.removeprefix(author.base)
    assert "算力券开始申报" in await author.see("/console/broadcasts")
    await author.see(f"{path}/edit")
    await author.see(f"{path}/group")
    await author.page.close()
    other = await enter(person, "市工信局·审核")
    assert "批准发送" in await other.see(path)
    assert "在这以前可以撤回" in await other.press("批准发送")
    assert "草稿，谁也收不到" in await other.press("撤回，变回草稿")
