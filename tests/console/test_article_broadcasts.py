"""An article (图文) in the console: its picture is stored with it, the preview shows every channel, an edit
voids all.
"""

import re
from datetime import timedelta
from typing import Any

import pytest

from bot.services.demo import show_cards
from storage.broadcasts import pictures, recipients
from storage.broadcasts.broadcasts import to_json
from storage.engine.transactions import Tx
from storage.notices import outbox
from storage.people import people
from storage.people.roles import RoleKind
from tests.bot.test_pictures import encoded
from tests.broadcasts import a_content
from tests.conftest import MovableTime
from tests.console.stage import Browser, DeskStage
from tests.console.test_broadcasts import FORM, three_firms

ARTICLE: dict[str, Any] = {**FORM, "kind": "article", "summary": "12月15日截止"}
PICTURE = re.compile(r'src="(/console/broadcasts/pictures/[0-9a-f]{64}\.jpg)"')


async def composed(desk: DeskStage, **other: Any) -> tuple[Browser, str]:
    """Return an author, and the address of what they wrote."""
    await desk.database.write(three_firms)
    author = await desk.official(RoleKind.EDITOR)
    await author.get("/console/broadcasts/new")
    return author, (await author.post("/console/broadcasts", **{**ARTICLE, **other})).location


async def test_the_preview_shows_the_article_its_page_the_card_and_the_words_of_the_visit(desk: DeskStage) -> None:
    author, path = await composed(desk, picture=("会场.png", encoded("PNG")), text="全文<b>第一行</b>")
    page = (await author.get(path)).text
    assert "<strong>算力券开始申报</strong><span>12月15日截止</span>" in page
    assert "全文&lt;b&gt;第一行" in page
    assert f"看全文：{author.base}/h5/told/…" in page
    assert "<dt>内容摘要</dt><dd>12月15日截止</dd>" in page
    (address,) = PICTURE.findall(page)
    shown = await author.get(address)
    assert (shown.status, shown.headers["Content-Type"]) == (200, "image/jpeg")
    assert (await desk.browser().get("/h5/pictures/" + "0" * 64 + ".jpg")).status == 404


async def test_that_no_card_can_be_shown_is_said_only_where_the_account_has_no_template(desk: DeskStage) -> None:
    author, path = await composed(desk)
    warning = "还没有配好“群发消息”的模板"
    assert warning in (await author.get(path)).text
    await desk.database.write(show_cards)
    assert warning not in (await author.get(path)).text


async def test_an_edit_keeps_the_picture_until_it_is_taken_out_and_each_time_another_hash_is_approved(
    desk: DeskStage,
) -> None:
    author, path = await composed(desk, picture=("会场.png", encoded("PNG")))

    async def seen() -> str:
        return str(re.findall(r'name="seen" value="(\w{64})"', (await author.get(path)).text)[0])

    first, (address,) = await seen(), PICTURE.findall((await author.get(path)).text)
    kept = re.findall(r'name="kept" value="(\w{64})"', (await author.get(f"{path}/edit")).text)[0]
    await author.post(path, **{**ARTICLE, "summary": "12月16日截止", "kept": kept, "seen": first})
    second = await seen()
    assert PICTURE.findall((await author.get(path)).text) == [address]
    await author.post(path, **{**ARTICLE, "summary": "12月16日截止", "kept": kept, "without": "1", "seen": second})
    third = await seen()
    assert PICTURE.findall((await author.get(path)).text) == []
    assert len({first, second, third}) == 3


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"summary": ""}, "摘要（不超过 60 个字）"),
        ({"text": ""}, "要填 https:// 开头的网址"),
        ({"text": "", "link": "http://example.gov.cn"}, "要填 https:// 开头的网址"),
        ({"text": "字" * 5001}, "写了 5001 个字，最多 5000 个字"),
        ({"picture": ("a.svg", b"<svg/>")}, "这不是照片"),
        ({"kept": "0" * 64}, "表单"),
    ],
)
async def test_an_article_that_leads_nowhere_or_shows_nothing_is_refused_in_words(
    desk: DeskStage, wrong: dict[str, Any], said: str
) -> None:
    author = await desk.official(RoleKind.EDITOR)
    await author.get("/console/broadcasts/new")
    page = await author.post("/console/broadcasts", **{**ARTICLE, **wrong})
    assert (page.status, said in page.text) == (422, True)


async def test_a_form_that_is_refused_keeps_the_picture_and_the_list_that_came_with_it(desk: DeskStage) -> None:
    await desk.database.write(three_firms)
    author = await desk.official(RoleKind.EDITOR)
    await author.get("/console/broadcasts/new")
    files = {"picture": ("会场.png", encoded("PNG")), "table": ("名单.txt", "南京云有限公司\n".encode())}
    refused = await author.post("/console/broadcasts", **{**ARTICLE, **files, "title": ""})
    assert (refused.status, "南京云有限公司</textarea>" in refused.text) == (422, True)
    kept = re.findall(r'name="kept" value="(\w{64})"', refused.text)[0]
    assert PICTURE.findall(refused.text) == [f"/console/broadcasts/pictures/{kept}.jpg"]
    path = (await author.post("/console/broadcasts", **{**ARTICLE, "kept": kept, "listed": "南京云有限公司"})).location
    page = (await author.get(path)).text
    assert PICTURE.findall(page) == [f"/console/broadcasts/pictures/{kept}.jpg"]
    assert "一共 2 人（1 家企业）" in page


async def test_who_sends_it_to_themselves_alone_reads_its_page_before_anybody_else(desk: DeskStage) -> None:
    author, path = await composed(desk, text="只有我看到")
    await author.post(f"{path}/test")
    mine = await desk.database.read(_trial_page)
    assert "只有我看到" in (await desk.browser().get(mine)).text
    desk.ahead(recipients.TRIED_FOR)
    assert (await desk.browser().get(mine)).status == 404


def _trial_page(tx: Tx) -> str:
    notice = next(one for one in outbox.all_of(tx, people.meet(tx, "o-editor-None-市工信局").id) if "试发" in one.text)
    return str(re.findall(r"/h5/told/\S+", notice.text)[0])


def test_what_is_no_article_is_stored_and_hashed_as_before_there_were_any() -> None:
    assert {"summary", "picture"} & set(to_json(a_content())) == set()


async def test_a_picture_that_nothing_shows_is_forgotten_after_two_days(
    desk: DeskStage, time_offset: MovableTime
) -> None:
    author, path = await composed(desk, picture=("会场.png", encoded("PNG")))
    (address,) = PICTURE.findall((await author.get(path)).text)
    spare = await desk.database.write(pictures.save, b"of a form that was never sent")
    assert await desk.database.write(pictures.tidy) == 0
    time_offset.ahead += timedelta(days=3)
    assert await desk.database.write(pictures.tidy) == 1
    assert await desk.database.read(pictures.get, spare) is None
    kept = address.rpartition("/")[2].removesuffix(".jpg")
    assert await desk.database.read(pictures.get, kept) is not None
