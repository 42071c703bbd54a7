"""加入日历: one's own dates as a file, by a one-time link."""

from datetime import timedelta

from storage.engine.transactions import Tx
from tests.details import a_window, publish
from tests.h5.conftest import Cast
from tests.h5.test_entry import registered


async def test_ones_own_dates_are_taken_into_a_calendar(cast: Cast) -> None:
    person = await registered(cast, "o-1", "王女士 13800000000")

    def enter(tx: Tx) -> int:
        return publish(tx, a_window(opens=None, closes=tx.now + timedelta(days=20)))

    await cast.desk.database.write(enter)
    await person.say("提醒我 3月15日 交材料，带章")
    page = await person.open("加入日历")
    assert "企业网上提交" in page.text
    assert "交材料" in page.text
    file = await person.browser.post("/h5/calendar/file")
    assert file.headers["Content-Type"].startswith("text/calendar")
    assert "UID:own-1@ningzhuantong" in file.text
    assert "UID:window-1-0@ningzhuantong" in file.text
    assert "weixin://" not in file.text


async def test_a_stranger_finds_nothing_there(cast: Cast) -> None:
    assert (await cast.person("o-2").browser.get("/h5/calendar")).status == 404
