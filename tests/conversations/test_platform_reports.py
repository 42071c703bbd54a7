"""Platform reports on notices and mass messages: the bot accepts every one, and the chat stays quiet."""

from datetime import timedelta

from bot.app import API
from tests.conversations.stage import Stage

NOTICE = "demo-notice-deadline"
DATA = {"thing1": "算力券", "time2": "2026年12月1日 17:00", "thing3": "企业网上提交", "thing4": "还剩7天"}


async def test_every_report_is_taken_and_nobody_is_answered(stage: Stage) -> None:
    phone, other = stage.phone("企业·财务"), stage.phone("国企·工程师")
    await phone.follow()
    await other.follow()
    api = stage.app()[API]
    assert await phone.answer_popup({NOTICE: "accept", "demo-notice-event": "reject"}) == []
    stage.platform.results.mishaps.doubled = True
    await api.send_template(phone.openid, "demo-template-deadline", DATA, "", "row-1")
    await api.send_subscribe(phone.openid, NOTICE, DATA, "")
    job = await api.mass_send([phone.openid, other.openid], "致企业", "broadcast-1")
    assert await phone.refuse_notices(NOTICE) == []
    for _ in range(2):
        stage.clock.advance(timedelta(seconds=30))
        await stage.platform.settled()
    assert await api.mass_get(job.msg_id) == "SEND_SUCCESS"
    taken = [(push.kind, push.outcome) for push in stage.platform.exchanges.of(phone.openid)]
    expected = {
        "subscribe_msg_popup_event": 1,
        "subscribe_msg_change_event": 1,
        "TEMPLATESENDJOBFINISH": 2,
        "subscribe_msg_sent_event": 2,
        "MASSSENDJOBFINISH": 2,
    }
    assert {kind: taken.count((kind, "acknowledged")) for kind in expected} == expected
    shown = [bubble.kind for bubble in await phone.transcript() if bubble.side == "theirs"]
    # The greeting, then what was sent.
    assert shown == ["text", "template", "notice", "text"]
