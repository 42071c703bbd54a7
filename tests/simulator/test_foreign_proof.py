"""A third-party client, wechatpy's own, works with the simulator as with the platform."""

import asyncio
import time
from typing import Any

import requests
from aiohttp import web
from requests.adapters import HTTPAdapter
from wechatpy import WeChatClient, parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.replies import TextReply
from wechatpy.utils import check_signature

from bot.simulator.account import Mode
from tests.simulator.stage import APP_ID, KEY, SECRET, TOKEN, Posted, Stage, said


class Detour(HTTPAdapter):
    """Redirects the client's platform calls into the simulator; the client is unchanged."""

    def __init__(self, simulator: str) -> None:
        super().__init__()
        self._simulator = simulator

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        request.url = (request.url or "").replace("https://api.weixin.qq.com", self._simulator)
        return super().send(request, *args, **kwargs)


def client_of(stage: Stage) -> WeChatClient:
    client = WeChatClient(APP_ID, SECRET, timeout=10)
    client._http.trust_env = False
    client._http.mount("https://", Detour(stage.url))
    return client


async def test_its_client_gets_a_token_sets_a_menu_and_writes(stage: Stage) -> None:
    phone = await stage.follower()
    menu = {"button": [{"type": "click", "name": "我的", "key": "mine"}]}

    def work() -> tuple[Any, Any, Any, Any]:
        client = client_of(stage)
        try:
            client.menu.create(menu)
            client.message.send_text(phone.openid, "外来的问候")
            client.message.send_articles(phone.openid, [{"title": "题", "description": "", "url": "", "image": ""}])
            ticket = client.qrcode.create({"action_name": "QR_LIMIT_SCENE", "action_info": {"scene": {"scene_id": 7}}})
            return client.menu.get(), client.user.get(phone.openid), client.user.get_followers(), ticket
        finally:
            client._http.close()

    told_menu, user, followers, code = await asyncio.to_thread(work)
    assert told_menu["menu"] == menu
    assert (user["subscribe"], followers["data"]["openid"]) == (1, [phone.openid])
    assert stage.platform.codes.by_ticket(code["ticket"]) is not None
    text, news = (await phone.transcript())[-2:]
    assert (text.text, news.cards[0]["title"]) == ("外来的问候", "题")
    await phone.tap_menu("我的")
    assert stage.posts[-1].fields["EventKey"] == "mine"


async def test_its_client_recovers_from_a_token_that_died(stage: Stage) -> None:
    def work() -> Any:
        client = client_of(stage)
        client.session.set(client.access_token_key, "dead")
        client.expires_at = int(time.time()) + 7200
        try:
            return client.message.get_autoreply_info()["is_autoreply_open"]
        finally:
            client._http.close()

    assert await asyncio.to_thread(work) == 0


async def test_its_crypto_opens_a_push_and_the_simulator_opens_its_answer(stage: Stage) -> None:
    phone = await stage.follower()
    crypto = WeChatCrypto(TOKEN, KEY, APP_ID)

    async def bot(posted: Posted) -> web.StreamResponse:
        query = posted.query
        check_signature(TOKEN, query["signature"], query["timestamp"], query["nonce"])
        opened = crypto.decrypt_message(posted.body, query["msg_signature"], query["timestamp"], query["nonce"])
        message = parse_message(opened)
        answer = TextReply(content=f"{message.type}：{getattr(message, 'content', '')}", message=message)
        return web.Response(text=crypto.encrypt_message(answer.render(), query["nonce"], query["timestamp"]))

    stage.answer = bot
    for mode in (Mode.SAFE, Mode.COMPATIBLE):
        stage.use(mode)
        assert said(await phone.say("你好 & <再见>")) == ["text：你好 & <再见>"]
    assert said(await phone.send_voice("算力券"))[0].startswith("voice")
