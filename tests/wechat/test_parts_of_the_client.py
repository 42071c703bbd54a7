"""Notices, mass messages and quotas: what goes out, what counts as done, what is repeated (protocol §2.4-2.8)."""

import json
from typing import Any

import pytest

from bot.wechat.api import Quota
from bot.wechat.errors import ApiRefusedError, ApiUncertainError
from bot.wechat.mass_api import MASS_SEND, MassJob
from bot.wechat.notices_api import SUBSCRIBE_SEND, TEMPLATE_SEND, AccountTemplate
from bot.wechat.reactions import ReactionKind
from tests.wechat.scripted import ODD, OK, Client, Said, refusal

DATA = {"thing1": "算力券申报", "time2": "2026-12-01 17:00"}
FIELDS = {"thing1": {"value": "算力券申报"}, "time2": {"value": "2026-12-01 17:00"}}


def sent(client: Client, path: str) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(client.platform.last(path))
    return body


async def test_a_template_message_goes_out_with_its_fields_and_its_own_id(client: Client) -> None:
    client.says(TEMPLATE_SEND, {**OK, "msgid": 200228332})
    assert await client.api.send_template("oA", "tm", DATA, "http://127.0.0.1/w", "row-7") == 200228332
    asked = {"touser": "oA", "template_id": "tm", "data": FIELDS, "url": "http://127.0.0.1/w", "client_msg_id": "row-7"}
    assert sent(client, TEMPLATE_SEND) == asked


async def test_a_notice_goes_out_without_what_is_empty(client: Client) -> None:
    client.says(SUBSCRIBE_SEND, OK)
    await client.api.send_subscribe("oA", "tm", DATA, "")
    assert sent(client, SUBSCRIBE_SEND) == {"touser": "oA", "template_id": "tm", "data": FIELDS}


@pytest.mark.parametrize("what", ODD)
async def test_a_template_message_in_doubt_is_repeated_because_its_id_protects_the_person(
    client: Client, what: str
) -> None:
    client.says(TEMPLATE_SEND, ODD[what], {**OK, "msgid": 5})
    assert await client.api.send_template("oA", "tm", DATA, "", "row-7") == 5
    assert client.platform.times()[TEMPLATE_SEND] == 2


@pytest.mark.parametrize("what", ODD)
async def test_what_nothing_protects_is_not_repeated(client: Client, what: str) -> None:
    client.says(TEMPLATE_SEND, ODD[what])
    client.says(SUBSCRIBE_SEND, ODD[what])
    with pytest.raises(ApiUncertainError):
        await client.api.send_template("oA", "tm", DATA, "", "")
    with pytest.raises(ApiUncertainError):
        await client.api.send_subscribe("oA", "tm", DATA, "")
    assert (client.platform.times()[TEMPLATE_SEND], client.platform.times()[SUBSCRIBE_SEND]) == (1, 1)


async def test_a_refused_field_is_named(client: Client) -> None:
    client.says(TEMPLATE_SEND, {"errcode": 47003, "errmsg": "argument invalid! data.thing1.value invalid rid: 1-2-3"})
    with pytest.raises(ApiRefusedError) as caught:
        await client.api.send_template("oA", "tm", DATA, "", "row-7")
    assert (caught.value.reaction.kind, caught.value.field) == (ReactionKind.FIX_DATA, "thing1")


async def test_the_templates_are_listed(client: Client) -> None:
    one = {"template_id": "tm", "title": "申报提醒", "content": "事项：{{thing1.DATA}}", "example": ""}
    client.says("/cgi-bin/template/get_all_private_template", {"template_list": [one]})
    assert await client.api.templates() == [AccountTemplate("tm", "申报提醒", "事项：{{thing1.DATA}}")]


@pytest.mark.parametrize(
    ("answers", "job"),
    [
        (({**OK, "msg_id": 3147483652},), MassJob(3147483652, known=False)),
        (({"errcode": 45065, "errmsg": "clientmsgid exist", "msgid": 7},), MassJob(7, known=True)),
        ((None, {"errcode": 45065, "errmsg": "clientmsgid exist", "msgid": 7}), MassJob(7, known=True)),
        ((502, "", {**OK, "msg_id": 9}), MassJob(9, known=False)),
    ],
)
async def test_a_mass_job_is_taken_once_however_often_it_is_asked_for(
    client: Client, answers: tuple[Said, ...], job: MassJob
) -> None:
    client.says(MASS_SEND, *answers)
    assert await client.api.mass_send(["oA", "oB"], "通知", "broadcast-1") == job
    asked = {"touser": ["oA", "oB"], "msgtype": "text", "text": {"content": "通知"}, "clientmsgid": "broadcast-1"}
    assert sent(client, MASS_SEND) == asked


@pytest.mark.parametrize(("people", "id_"), [(1, "a"), (10_001, "a"), (2, ""), (2, "群" * 11)])
async def test_a_mass_job_that_the_platform_would_refuse_is_not_asked_for(
    client: Client, people: int, id_: str
) -> None:
    with pytest.raises(ValueError, match="has"):
        await client.api.mass_send(["o"] * people, "通知", id_)
    assert client.platform.calls == []


async def test_a_mass_answer_without_a_job_is_uncertain(client: Client) -> None:
    client.says(MASS_SEND, {"errcode": 45065, "errmsg": "clientmsgid exist"})
    with pytest.raises(ApiUncertainError):
        await client.api.mass_send(["oA", "oB"], "通知", "broadcast-1")


async def test_a_mass_job_is_followed(client: Client) -> None:
    client.says("/cgi-bin/message/mass/get", {"msg_id": 7, "msg_status": "SENDING"})
    assert await client.api.mass_get(7) == "SENDING"


async def test_quotas_are_told_and_cleared_once(client: Client) -> None:
    told = {"quota": {"daily_limit": 100, "used": 40, "remain": 60}, "rate_limit": {"call_count": 5}}
    client.says("/cgi-bin/openapi/quota/get", {**OK, **told})
    client.says("/cgi-bin/clear_quota", None)
    assert await client.api.quota(TEMPLATE_SEND) == Quota(100, 40, 60, 5)
    with pytest.raises(ApiUncertainError):
        await client.api.clear_quota()
    assert client.platform.times()["/cgi-bin/clear_quota"] == 1
    client.says("/cgi-bin/clear_quota", refusal(48006))
    with pytest.raises(ApiRefusedError) as caught:
        await client.api.clear_quota()
    assert caught.value.reaction.kind is ReactionKind.STOP_API
