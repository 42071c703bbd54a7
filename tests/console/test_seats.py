"""Event seats: verified firms first, one firm per person, and nobody who has left."""

import pytest

from bot.services.events.signups import cancel, sign_up
from config.errors import ConflictError
from storage.engine.database import Database
from storage.engine.transactions import Tx
from storage.events import events, signups
from storage.events.signups import SignupState
from storage.firms import firms, verifications
from storage.notices import outbox
from storage.people import people
from tests.console.test_leaving import TEXTS, WAYS, leave, open_event, registered


def signed(tx: Tx, event_id: int, openid: str, name: str, *, proven: bool) -> int:
    firm_id = registered(tx, openid, name, proven=proven)
    sign_up(tx, people.meet(tx, openid), event_id, TEXTS)
    return firm_id


def standing(tx: Tx, event_id: int) -> dict[str, str]:
    return {one.firm: one.state.value for one in signups.of_event(tx, event_id)}


async def test_who_registers_anew_takes_no_second_seat(database: Database) -> None:
    def play(tx: Tx) -> dict[str, str]:
        event_id = open_event(tx, seats=5)
        for number in range(5):
            signed(tx, event_id, "o-one", f"名字{number}", proven=False)
        return standing(tx, event_id)

    assert await database.write(play) == {"名字4": "in"}


async def test_seats_go_to_proven_firms_first_and_who_loses_one_is_told(database: Database) -> None:
    def play(tx: Tx) -> None:
        event_id = open_event(tx, seats=2)
        signed(tx, event_id, "o-a", "未核验甲", proven=False)
        signed(tx, event_id, "o-b", "未核验乙", proven=False)
        signed(tx, event_id, "o-c", "已核验丙", proven=True)
        assert standing(tx, event_id) == {"未核验甲": "in", "未核验乙": "waiting", "已核验丙": "in"}
        (told,) = outbox.listed(tx, people.meet(tx, "o-b").id)
        assert "先给已核验企业" in told.text
        signed(tx, event_id, "o-d", "已核验丁", proven=True)
        signed(tx, event_id, "o-e", "已核验戊", proven=True)
        assert standing(tx, event_id) == {
            "未核验甲": "waiting",
            "未核验乙": "waiting",
            "已核验丙": "in",
            "已核验丁": "in",
            "已核验戊": "waiting",
        }
        leave(tx, "o-a", "unfollow")
        cancel(tx, people.meet(tx, "o-c"), event_id, TEXTS)
        assert standing(tx, event_id) == {"未核验乙": "waiting", "已核验丁": "in", "已核验戊": "in"}

    await database.write(play)


async def test_a_firm_proven_while_it_waits_asks_again_and_goes_before_the_unproven(database: Database) -> None:
    def play(tx: Tx) -> dict[str, str]:
        event_id = open_event(tx, seats=1)
        signed(tx, event_id, "o-a", "甲", proven=False)
        firm_id = signed(tx, event_id, "o-b", "乙", proven=False)
        verifications.enter(tx, firm_id, f"9132{firm_id:014d}", "code")
        sign_up(tx, people.meet(tx, "o-b"), event_id, TEXTS)
        return standing(tx, event_id)

    assert await database.write(play) == {"甲": "waiting", "乙": "in"}


@pytest.mark.parametrize("way", WAYS)
async def test_a_seat_that_nobody_is_left_to_take_goes_on_unless_the_firm_is_proven(
    database: Database, way: str
) -> None:
    def play(tx: Tx) -> dict[str, str]:
        event_id = open_event(tx, seats=2)
        signed(tx, event_id, "o-a", "未核验甲", proven=False)
        signed(tx, event_id, "o-b", "已核验乙", proven=True)
        signed(tx, event_id, "o-c", "未核验丙", proven=False)
        for openid in ("o-a", "o-b"):
            leave(tx, openid, way)
        return standing(tx, event_id)

    assert await database.write(play) == {"已核验乙": "in", "未核验丙": "in"}


async def test_one_person_signs_one_firm_up(database: Database) -> None:
    def play(tx: Tx) -> None:
        event_id = open_event(tx, seats=5)
        first = firms.add(tx, name="旧", credit_code=None)
        registered(tx, "o-a", "新")
        signups.put(tx, event_id, first, people.meet(tx, "o-a").id, SignupState.IN)
        with pytest.raises(ConflictError, match="event_one_firm"):
            sign_up(tx, people.meet(tx, "o-a"), event_id, TEXTS)
        assert events.get(tx, event_id) is not None

    await database.write(play)
