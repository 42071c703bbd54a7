"""The page-signing ticket: one for two hours, its successor in the last five minutes."""

from datetime import timedelta

from tests.simulator.stage import Stage


async def ticket(stage: Stage, kind: str = "jsapi") -> dict[str, object]:
    return await stage.api("GET", "/cgi-bin/ticket/getticket", type=kind, access_token=await stage.token())


async def test_one_ticket_holds_for_two_hours_and_its_successor_comes_in_the_last_five_minutes(stage: Stage) -> None:
    first = await ticket(stage)
    assert first["expires_in"] in (7199, 7200)
    stage.clock.advance(timedelta(seconds=6800))
    again = await ticket(stage)
    assert again["ticket"] == first["ticket"]
    assert 300 <= int(str(again["expires_in"])) <= 400
    stage.clock.advance(timedelta(seconds=150))
    assert (await ticket(stage))["ticket"] != first["ticket"]


async def test_another_kind_of_ticket_and_an_account_without_the_right_are_refused(stage: Stage) -> None:
    assert (await ticket(stage, "wx_card"))["errcode"] == 40097
    stage.platform.account.certified = False
    assert (await ticket(stage))["errcode"] == 48001
