"""Access tokens: overlaps, both channels, refusals (protocol §4, statements 1 of the API: 14-19)."""

import asyncio
from datetime import timedelta

import pytest

from tests.simulator.stage import APP_ID, SECRET, Stage

BASIC = {"grant_type": "client_credential", "appid": APP_ID, "secret": SECRET}


async def works(stage: Stage, token: str) -> int:
    """Return 0 if this token still works, else the errcode."""
    answer = await stage.api("GET", "/cgi-bin/get_current_autoreply_info", access_token=token)
    return int(answer.get("errcode", 0))


async def stable(stage: Stage, **more: object) -> dict[str, object]:
    return await stage.api("POST", "/cgi-bin/stable_token", {**BASIC, **more})


def later(stage: Stage, seconds: float) -> None:
    stage.clock.advance(timedelta(seconds=seconds))


async def test_a_second_token_leaves_the_first_five_minutes(stage: Stage) -> None:
    first = await stage.token()
    second = await stage.token()
    assert first != second
    later(stage, 298)
    assert [await works(stage, first), await works(stage, second)] == [0, 0]
    later(stage, 3)
    assert [await works(stage, first), await works(stage, second)] == [40001, 0]


async def test_an_old_an_unknown_and_a_missing_token_have_their_codes(stage: Stage) -> None:
    token = await stage.token()
    later(stage, 7201)
    assert await works(stage, token) == 42001
    assert await works(stage, "never-issued") == 40001
    stage.platform.switches.never_issued_token = 40014
    assert await works(stage, "never-issued") == 40014
    assert (await stage.api("GET", "/cgi-bin/get_current_autoreply_info"))["errcode"] == 41001


async def test_the_stable_channel_gives_the_same_token_until_its_last_five_minutes(stage: Stage) -> None:
    first = await stable(stage)
    assert first["expires_in"] == 7200 or first["expires_in"] == 7199
    later(stage, 6800)
    again = await stable(stage)
    assert again["access_token"] == first["access_token"]
    assert 300 <= int(str(again["expires_in"])) <= 400
    later(stage, 150)
    fresh = await stable(stage)
    assert fresh["access_token"] != first["access_token"]
    assert await works(stage, str(first["access_token"])) == 0
    later(stage, 260)
    assert await works(stage, str(first["access_token"])) == 42001
    assert await works(stage, str(fresh["access_token"])) == 0


async def test_a_forced_token_kills_the_old_one_at_once_but_not_within_thirty_seconds(stage: Stage) -> None:
    first = await stable(stage)
    second = await stable(stage, force_refresh=True)
    assert await works(stage, str(first["access_token"])) == 40001
    later(stage, 20)
    assert (await stable(stage, force_refresh=True))["access_token"] == second["access_token"]
    later(stage, 11)
    assert (await stable(stage, force_refresh=True))["access_token"] != second["access_token"]


async def test_the_twenty_first_forced_token_of_a_day_is_refused(stage: Stage) -> None:
    today_ends_far_off = 60 * 60 * 24 - (stage.clock.now().timestamp() + 8 * 3600) % (60 * 60 * 24)
    later(stage, today_ends_far_off)
    codes = []
    for _ in range(21):
        codes.append((await stable(stage, force_refresh=True)).get("errcode", 0))
        later(stage, 31)
    assert codes == [0] * 20 + [45009]
    later(stage, 24 * 3600)
    assert "access_token" in await stable(stage, force_refresh=True)


async def test_the_two_channels_do_not_touch_each_other_unless_switched(stage: Stage) -> None:
    other = str((await stable(stage))["access_token"])
    await stage.token()
    later(stage, 301)
    assert await works(stage, other) == 0
    stage.platform.switches.channels_kick_each_other = True
    await stage.token()
    later(stage, 301)
    assert await works(stage, other) == 40001


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"secret": "x"}, 40125),
        ({"appid": "wxdemo9"}, 40013),
        ({"grant_type": "x"}, 40002),
        ({"appid": ""}, 41002),
        ({"secret": ""}, 41004),
    ],
)
async def test_wrong_credentials_have_their_codes(stage: Stage, wrong: dict[str, str], code: int) -> None:
    assert (await stage.api("GET", "/cgi-bin/token", **{**BASIC, **wrong}))["errcode"] == code
    assert (await stable(stage, **wrong))["errcode"] == code


async def test_a_wrong_secret_may_also_be_40001(stage: Stage) -> None:
    stage.platform.switches.wrong_secret = 40001
    assert (await stage.api("GET", "/cgi-bin/token", **{**BASIC, "secret": "x"}))["errcode"] == 40001


async def test_an_address_outside_the_list_is_named() -> None:
    async with Stage(options={"account": {"trusted_ips": ("127.0.0.9",)}}) as stage:
        answer = await stage.api("GET", "/cgi-bin/token", **BASIC)
        assert answer["errcode"] == 40164
        assert "invalid ip 127.0.0.1" in answer["errmsg"]


async def test_a_client_that_asks_again_on_every_40001_runs_out_of_tokens(stage: Stage) -> None:
    stage.platform.api.quotas.daily["/cgi-bin/token"] = 5
    codes = [(await stage.api("GET", "/cgi-bin/token", **BASIC)).get("errcode", 0) for _ in range(6)]
    assert codes == [0] * 5 + [45009]


async def test_fifty_callers_of_one_correct_client_cost_one_token_call(stage: Stage) -> None:
    """The correct client here is a lock and a cached token."""
    lock, kept = asyncio.Lock(), dict[str, str]()

    async def caller() -> int:
        async with lock:
            if "token" not in kept:
                kept["token"] = str((await stable(stage))["access_token"])
        return await works(stage, kept["token"])

    assert await asyncio.gather(*(caller() for _ in range(50))) == [0] * 50
    assert stage.platform.api.quotas.told("/cgi-bin/stable_token")["quota"]["used"] == 1
