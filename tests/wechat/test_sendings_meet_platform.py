"""Our client's notices, mass messages and quotas against the simulated platform, which knows nothing of ours."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.simulator.faults import Fault, FaultKind
from bot.wechat.api import Api
from bot.wechat.calls import Calls, Credentials
from bot.wechat.errors import ApiRefusedError, ApiUncertainError
from bot.wechat.mass_api import MASS_SEND
from bot.wechat.messages import MassSendJobFinish, SubscribeMsgPopup, SubscribeMsgSent, TemplateSendJobFinish
from bot.wechat.notices_api import SUBSCRIBE_SEND, TEMPLATE_SEND
from bot.wechat.parsing import parse
from bot.wechat.reactions import ReactionKind, ReceiverState
from tests.simulator.stage import APP_ID, SECRET, Stage, said
from tests.wechat.scripted import Shelf

TEMPLATE, NOTICE = "demo-template-deadline", "demo-notice-deadline"
DATA = {"thing1": "算力券", "time2": "2026年12月1日 17:00", "thing3": "企业网上提交", "thing4": "还剩7天"}
IN_DOUBT = [FaultKind.BAD_GATEWAY, FaultKind.EMPTY, FaultKind.TRUNCATED, FaultKind.RESET_BEFORE, FaultKind.RESET_AFTER]


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """Return the simulated platform."""
    async with Stage() as stage:
        yield stage


@pytest.fixture
def api(stage: Stage) -> Api:
    """Return our client, on the platform's clock; it does not wait between retries."""

    async def sleep(_seconds: float) -> None:
        await asyncio.sleep(0)

    return Api(Calls(stage.session, stage.url, Credentials(APP_ID, SECRET), Shelf(), stage.clock.now, sleep))


async def reported(stage: Stage) -> list[object]:
    """Return the platform's reports within two times thirty seconds, as our parser reads them."""
    for _ in range(2):
        stage.clock.advance(timedelta(seconds=30))
        await stage.platform.settled()
    return [parse(posted.body.encode(), secure=False) for posted in stage.posts]


@pytest.mark.parametrize("kind", IN_DOUBT)
async def test_a_template_message_in_doubt_arrives_once_and_is_reported_by_its_id(
    stage: Stage, api: Api, kind: FaultKind
) -> None:
    phone = await stage.follower()
    stage.platform.faults.order(Fault(kind, TEMPLATE_SEND))
    msg_id = await api.send_template(phone.openid, TEMPLATE, DATA, "", "row-1")
    assert [bubble.kind for bubble in await phone.transcript()].count("template") == 1
    [report] = await reported(stage)
    assert isinstance(report, TemplateSendJobFinish)
    assert (report.msg_id, report.status, report.openid) == (msg_id, "success", phone.openid)


@pytest.mark.parametrize("kind", IN_DOUBT)
async def test_a_notice_in_doubt_is_left_to_its_report(stage: Stage, api: Api, kind: FaultKind) -> None:
    phone = await stage.follower()
    await phone.answer_popup({NOTICE: "accept", "demo-notice-event": "accept"})
    await phone.answer_popup({NOTICE: "accept"})
    popups = [parse(posted.body.encode(), secure=False) for posted in stage.posts]
    assert [len(popup.choices) for popup in popups if isinstance(popup, SubscribeMsgPopup)] == [2, 1]
    stage.posts.clear()
    stage.platform.faults.order(Fault(kind, SUBSCRIBE_SEND))
    with pytest.raises(ApiUncertainError):
        await api.send_subscribe(phone.openid, NOTICE, DATA, "")
    arrived = [bubble.kind for bubble in await phone.transcript()].count("notice")
    reports = await reported(stage)
    assert (len(reports), [type(report) for report in reports]) == (arrived, [SubscribeMsgSent] * arrived)


async def test_refusals_say_what_to_do_and_which_field_is_wrong(stage: Stage, api: Api) -> None:
    phone, gone = await stage.follower(), await stage.follower("国企·工程师")
    await gone.unfollow()
    refusals = []
    for openid, template, data in (
        (phone.openid, TEMPLATE, {**DATA, "thing3": "长" * 21}),
        (phone.openid, "none", DATA),
        (gone.openid, TEMPLATE, DATA),
    ):
        with pytest.raises(ApiRefusedError) as caught:
            await api.send_template(openid, template, data, "", "row-1")
        refusals.append((caught.value.number, caught.value.reaction.kind, caught.value.field))
    assert refusals == [
        (47003, ReactionKind.FIX_DATA, "thing3"),
        (40037, ReactionKind.STOP_TEMPLATE, ""),
        (43004, ReactionKind.DROP, ""),
    ]
    with pytest.raises(ApiRefusedError) as caught:
        await api.send_subscribe(phone.openid, NOTICE, DATA, "")
    assert (caught.value.number, caught.value.reaction.person) == (43101, ReceiverState.GRANT_GONE)


async def test_the_templates_name_their_fields(api: Api) -> None:
    for listed, sought in ((await api.templates(), TEMPLATE), (await api.subscribe_templates(), NOTICE)):
        [found] = [template for template in listed if template.id == sought]
        assert "{{thing1.DATA}}" in found.content


@pytest.mark.parametrize("kind", IN_DOUBT)
async def test_a_mass_job_in_doubt_is_done_once(stage: Stage, api: Api, kind: FaultKind) -> None:
    phones = [await stage.follower(), await stage.follower("国企·工程师")]
    stage.posts.clear()
    stage.platform.faults.order(Fault(kind, MASS_SEND))
    job = await api.mass_send([phone.openid for phone in phones], "致企业", "broadcast-1")
    assert job.known == (kind in (FaultKind.EMPTY, FaultKind.TRUNCATED, FaultKind.RESET_AFTER))
    assert await api.mass_get(job.msg_id) == "SENDING"
    [report] = await reported(stage)
    assert isinstance(report, MassSendJobFinish)
    assert (report.msg_id, report.total, report.sent, report.failed) == (job.msg_id, 2, 2, 0)
    assert await api.mass_get(job.msg_id) == "SEND_SUCCESS"
    assert said(await phones[0].transcript()).count("致企业") == 1


async def test_a_spent_quota_stops_the_api_until_midnight_and_can_be_cleared(stage: Stage, api: Api) -> None:
    phone = await stage.follower()
    stage.platform.api.quotas.daily[TEMPLATE_SEND] = 2
    for number in range(2):
        await api.send_template(phone.openid, TEMPLATE, DATA, "", f"row-{number}")
    for _ in range(3):
        with pytest.raises(ApiRefusedError) as caught:
            await api.send_template(phone.openid, TEMPLATE, DATA, "", "row-2")
        assert caught.value.reaction.kind is ReactionKind.STOP_API
    # The platform was called in vain once: after that our own client holds the call back.
    assert [record.call.path for record in stage.platform.api.log.latest(100)].count(TEMPLATE_SEND) == 3
    told = await api.quota(TEMPLATE_SEND)
    assert (told.daily, told.used, told.left) == (2, 2, 0)
    assert (await api.quota(MASS_SEND)).per_minute == 60
    await api.clear_quota()
    assert (await api.quota(TEMPLATE_SEND)).left == 2
    await api.send_template(phone.openid, TEMPLATE, DATA, "", "row-2")
