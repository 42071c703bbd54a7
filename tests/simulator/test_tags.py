"""Tags and the blacklist (protocol §2.8)."""

from typing import Any

import pytest

from tests.simulator.stage import Stage


async def tags(stage: Stage, name: str, asked: object) -> dict[str, Any]:
    return await stage.api("POST", f"/cgi-bin/{name}", asked, access_token=await stage.token())


async def made(stage: Stage, name: str) -> int:
    return int((await tags(stage, "tags/create", {"tag": {"name": name}}))["tag"]["id"])


async def listed(stage: Stage) -> dict[str, int]:
    found = await stage.api("GET", "/cgi-bin/tags/get", access_token=await stage.token())
    return {tag["name"]: tag["count"] for tag in found["tags"]}


async def test_a_tag_is_made_put_on_told_taken_off_and_removed(stage: Stage) -> None:
    phone = await stage.follower()
    tag = await made(stage, "江宁")
    people = {"openid_list": [phone.openid], "tagid": tag}
    assert (await tags(stage, "tags/members/batchtagging", people))["errcode"] == 0
    assert (await tags(stage, "tags/members/batchtagging", people))["errcode"] == 0
    assert await listed(stage) == {"星标组": 0, "江宁": 1}
    assert (await tags(stage, "tags/getidlist", {"openid": phone.openid}))["tagid_list"] == [tag]
    info = await stage.api("GET", "/cgi-bin/user/info", access_token=await stage.token(), openid=phone.openid)
    assert (info["tagid_list"], info["groupid"]) == ([tag], tag)
    assert (await tags(stage, "user/tag/get", {"tagid": tag}))["data"]["openid"] == [phone.openid]
    assert (await tags(stage, "tags/members/batchuntagging", people))["errcode"] == 0
    assert "data" not in await tags(stage, "user/tag/get", {"tagid": tag})
    await tags(stage, "tags/members/batchtagging", people)
    assert (await tags(stage, "tags/update", {"tag": {"id": tag, "name": "江宁区"}}))["errcode"] == 0
    assert (await tags(stage, "tags/delete", {"tag": {"id": tag}}))["errcode"] == 0
    assert (await tags(stage, "tags/getidlist", {"openid": phone.openid}))["tagid_list"] == []


@pytest.mark.parametrize(
    ("name", "asked", "code"),
    [
        ("tags/create", {"tag": {"name": ""}}, 45157),
        ("tags/create", {"tag": {"name": "星标组"}}, 45157),
        ("tags/create", {"tag": {"name": "区" * 31}}, 45158),
        ("tags/create", {}, 47001),
        ("tags/update", {"tag": {"id": 2, "name": "新"}}, 45058),
        ("tags/update", {"tag": {"id": 999, "name": "新"}}, 45159),
        ("tags/delete", {"tag": {"id": 0}}, 45058),
        ("tags/delete", {"tag": {"id": 999}}, 45159),
        ("tags/getidlist", {"openid": "o-nobody"}, 40003),
        ("user/tag/get", {"tagid": 999}, 45159),
        ("tags/members/batchtagging", {"openid_list": ["o"] * 51, "tagid": 2}, 40032),
        ("tags/members/batchtagging", {"openid_list": ["o-nobody"], "tagid": 2}, 40003),
        ("tags/members/batchtagging", {"openid_list": ["o-nobody"], "tagid": 999}, 45159),
        ("tags/members/batchblacklist", {"openid_list": ["o"] * 21}, 40032),
    ],
)
async def test_what_the_platform_does_not_take_has_its_code(stage: Stage, name: str, asked: object, code: int) -> None:
    assert (await tags(stage, name, asked))["errcode"] == code


async def test_there_are_a_hundred_tags_and_twenty_a_person(stage: Stage) -> None:
    full, other = await stage.follower(), await stage.follower("国企·工程师")
    ids = [await made(stage, f"标签 {number}") for number in range(100)]
    assert (await tags(stage, "tags/create", {"tag": {"name": "多"}}))["errcode"] == 45056
    for tag in ids[:20]:
        body = {"openid_list": [full.openid], "tagid": tag}
        assert (await tags(stage, "tags/members/batchtagging", body))["errcode"] == 0
    alone = {"openid_list": [full.openid], "tagid": ids[20]}
    assert (await tags(stage, "tags/members/batchtagging", alone))["errcode"] == 45059
    both = {"openid_list": [full.openid, other.openid], "tagid": ids[20]}
    partly = await tags(stage, "tags/members/batchtagging", both)
    assert (partly["errcode"], partly["fail_openid_list"]) == (45171, [full.openid])
    assert (await tags(stage, "tags/getidlist", {"openid": other.openid}))["tagid_list"] == [ids[20]]


async def test_a_tag_that_too_many_carry_stays(stage: Stage) -> None:
    stage.platform.tags.most_fans = 1
    people = stage.platform.followers.crowd(2, stage.clock.now())
    tag = await made(stage, "很多人")
    await tags(stage, "tags/members/batchtagging", {"openid_list": people, "tagid": tag})
    assert (await tags(stage, "tags/delete", {"tag": {"id": tag}}))["errcode"] == 45057


async def test_the_people_of_a_tag_come_in_pages(stage: Stage) -> None:
    people = sorted(stage.platform.followers.crowd(5, stage.clock.now()))
    tag = await made(stage, "五人")
    await tags(stage, "tags/members/batchtagging", {"openid_list": people, "tagid": tag})
    stage.platform.switches.page_size = 2
    found, after = list[str](), ""
    while (page := await tags(stage, "user/tag/get", {"tagid": tag, "next_openid": after}))["count"]:
        found += page["data"]["openid"]
        after = page["next_openid"]
    assert found == people


async def test_whom_the_account_has_blocked_it_cannot_write_to(stage: Stage) -> None:
    phone = await stage.follower()
    body = {"openid_list": [phone.openid]}
    assert (await tags(stage, "tags/members/batchblacklist", body))["errcode"] == 0
    assert (await tags(stage, "tags/members/getblacklist", {"begin_openid": ""}))["data"]["openid"] == [phone.openid]
    assert await stage.send(phone.openid) == 43019
    await tags(stage, "tags/members/batchunblacklist", body)
    assert await stage.send(phone.openid) == 0
