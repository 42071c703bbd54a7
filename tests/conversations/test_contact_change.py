"""我的联系人: changed or removed any time, after the notice, and nobody is asked twice."""

import pytest

from storage.engine.transactions import Tx
from storage.people import people
from tests.conversations.stage import Stage, openid_of, register, said


async def test_a_contact_is_left_changed_and_taken_back(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    asked = said(await phone.say("换个联系人"))
    assert "现在的联系人：不留" in asked
    assert "个人信息告知" in asked
    assert "请发新的联系人姓名和电话" in said(await phone.say("同意"))
    assert "没认出姓名和电话" in said(await phone.say("王女士"))
    assert "记下了，联系人：王女士 13800000000。" in said(await phone.say("王女士 13800000000"))
    assert "联系人：王女士 13800000000" in said(await phone.say("我的资料"))
    assert "现在的联系人：王女士 13800000000" in said(await phone.say("删除联系人"))
    assert "记下了，联系人：不留。" in said(await phone.say("不留"))
    openid = openid_of(stage, "企业·财务")

    def kept(tx: Tx) -> people.PersonContact | None:
        return people.contact(tx, people.meet(tx, openid).id)

    assert await stage.database().write(kept) is None


@pytest.mark.parametrize("word", ["跳过", "不改", "不用"])
@pytest.mark.parametrize("before", [(), ("同意",)])
async def test_who_skips_leaves_it_as_it_is(stage: Stage, before: tuple[str, ...], word: str) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    for words in ("改联系人", "同意", "王女士 13800000000", "改联系人", *before):
        await phone.say(words)
    assert "联系人没有改动：王女士 13800000000。" in said(await phone.say(word))
    assert "联系人：王女士 13800000000" in said(await phone.say("我的资料"))


@pytest.mark.parametrize("word", ["不留", "删除", "不同意"])
@pytest.mark.parametrize("before", [(), ("同意",)])
async def test_only_a_word_that_says_so_drops_it(stage: Stage, before: tuple[str, ...], word: str) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    for words in ("改联系人", "同意", "王女士 13800000000", "改联系人", *before):
        await phone.say(words)
    assert "记下了，联系人：不留。" in said(await phone.say(word))


async def test_it_can_be_left_as_it_is_and_waits_for_a_firm(stage: Stage) -> None:
    phone = stage.phone("企业·财务")
    await register(phone)
    stranger = stage.phone("李会计")
    await stranger.follow()
    assert "先登记企业" in said(await stranger.say("改联系人"))
    await phone.say("改联系人")
    assert "联系人没有改动" in said(await phone.say("取消"))
