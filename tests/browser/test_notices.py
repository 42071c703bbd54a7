"""Notices on the phone in a real browser: the popup, the cards, and switching them off."""

import json
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from bot.cli.demo import APP_ID
from tests.browser.person import Person

pytestmark = pytest.mark.browser

DATA = {
    "thing1": "首次获评国家专精特新小巨人企业奖励",
    "time2": "2026年11月12日 17:00",
    "thing3": "企业网上提交",
    "thing4": "还剩7天，区审核11月15日前完成",
}


class Account:
    """The demo's account, calling the platform as its own server would."""

    def __init__(self, session: ClientSession, address: str, data: Path) -> None:
        self._session = session
        self._address = address.rstrip("/")
        self._secret = json.loads((data / "demo.json").read_text("utf-8"))["wechat_secret"]

    async def notify(self, kind: str, openid: str) -> int:
        """Send this template's card; return the errcode."""
        granted = await self._call("GET", "token?grant_type=client_credential", appid=APP_ID, secret=self._secret)
        path = "message/template/send" if kind == "template" else "message/subscribe/bizsend"
        body = {
            "touser": openid,
            "template_id": f"demo-{kind}-deadline",
            "url" if kind == "template" else "page": f"{self._address}/",
            "data": {name: {"value": value} for name, value in DATA.items()},
        }
        answer = await self._call("POST", path, body, access_token=granted["access_token"])
        return int(answer["errcode"])

    async def openid(self, name: str) -> str:
        """Return the openid of the phone with this name."""
        async with self._session.get(f"{self._address}/phones") as response:
            phones = (await response.json())["phones"]
        return str(next(phone["openid"] for phone in phones if phone["name"] == name))

    async def _call(self, method: str, path: str, body: object = None, **query: str) -> dict[str, Any]:
        text = None if body is None else json.dumps(body, ensure_ascii=False)
        address = f"{self._address}/cgi-bin/{path}"
        async with self._session.request(method, address, params=query, data=text) as response:
            answer: dict[str, Any] = json.loads(await response.text())
            return answer


async def test_a_person_lets_notices_in_reads_them_and_switches_them_off(
    person: Person, address: str, tmp_path: Path
) -> None:
    await person.follow()
    dialog, more = person.page.locator("dialog.ask"), person.phone.locator(".more summary")

    async def choose(item: str, field: str, option: str, done: str) -> None:
        await more.click()
        await person.phone.get_by_role("button", name=item).click()
        await dialog.get_by_label(field).first.select_option(label=option)
        assert await person.too_wide() == []
        await dialog.get_by_role("button", name=done).click()
        await dialog.wait_for(state="detached")

    async with ClientSession() as session:
        account = Account(session, address, tmp_path / "data")
        openid = await account.openid("企业·财务")
        assert await account.notify("notice", openid) == 43101
        await choose("订阅通知弹窗", "申报截止提醒", "允许（可收一条）", "确定")
        await person.chat.get_by_text("你已更改该公众号的通知订阅").wait_for()
        for kind in ("notice", "template"):
            assert await account.notify(kind, openid) == 0
        cards = person.chat.locator(".notice")
        await cards.nth(1).wait_for()
        for card in await cards.all():
            words = await card.inner_text()
            assert all(value in words for value in ("申报截止提醒", *DATA.values(), "查看详情"))
            assert await card.get_by_role("link", name="查看详情").get_attribute("href") == address
        assert await person.too_wide() == []
        await person.until_at_end()
        await person.page.screenshot(path=tmp_path / "notices.png")
        await choose("消息设置", "接收公众号消息", "关闭", "保存")
        await person.chat.get_by_text("你已关闭接收该公众号的消息").wait_for()
        assert await account.notify("template", openid) == 0
        assert await cards.count() == 2
        await choose("消息设置", "接收公众号消息", "开启", "保存")
        await person.chat.get_by_text("你已恢复接收该公众号的消息").wait_for()
