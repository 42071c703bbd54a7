"""The QR code beside a group text leads to the account, one per district; the account greets whoever scans it."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.cli.demo import HOST, simulator_account
from bot.simulator.app import make_app
from bot.simulator.clock import Clock
from bot.simulator.platform import Platform
from bot.web.server import serve
from config.settings import Settings
from storage.people.roles import RoleKind
from tests.broadcasts import a_content, approved
from tests.console.stage import DeskStage
from tests.simulator.phone import Phone


@pytest.fixture
async def desk_settings(desk_settings: Settings) -> AsyncIterator[Settings]:
    """Return the usual settings, with a platform that answers and delivers people's acts to the bot."""
    platform = Platform(simulator_account(desk_settings, 1, "宁专通"), Clock())
    await platform.start()
    pages = await serve(make_app(platform), HOST, 0)
    platform.account.set_callback(f"{desk_settings.public_url}/wechat")
    yield desk_settings.model_copy(update={"wechat_api_base": f"http://{HOST}:{pages.addresses[0][1]}"})
    await pages.cleanup()
    await platform.close()


async def test_each_district_has_a_code_of_its_own_and_who_scans_it_is_greeted(
    desk: DeskStage, desk_settings: Settings
) -> None:
    found = await desk.database.write(approved, a_content(), desk.parts)
    official = await desk.official(RoleKind.EDITOR)
    pages = [
        (await official.get(f"/console/broadcasts/{found.id}/group?area={area}")).text for area in ("江宁", "六合")
    ]
    pictures = {page.split('src="data:image/png;base64,')[1].split('"')[0] for page in pages}
    assert len(pictures) == 2
    async with aiohttp.ClientSession() as session:
        phone = Phone(desk_settings.wechat_api_base, session, "路人")
        (greeting,) = await phone.follow("area:江宁")
        assert "注册" in greeting.plain
