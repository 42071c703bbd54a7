"""A person's dialog state, and the unread rest of a long reply."""

from datetime import timedelta

from sqlalchemy import text

from storage.chat import dialog_states, reply_overflow
from storage.engine.database import Database, Tx
from tests.conftest import MovableTime

STATE = dialog_states.DialogState(
    "registration", "district", {"name": "金陵云帆科技", "titles": ["little_giant"]}, version=2
)


async def test_a_state_comes_back_as_it_was_saved(database: Database) -> None:
    await database.write(dialog_states.save, "o-1", STATE)
    found = await database.read(dialog_states.load, "o-1")
    assert found is not None
    assert (found.journey, found.step, found.data, found.version) == (
        STATE.journey,
        STATE.step,
        STATE.data,
        STATE.version,
    )
    assert await database.read(dialog_states.load, "o-2") is None


async def test_a_later_state_replaces_the_earlier_one(database: Database, time_offset: MovableTime) -> None:
    await database.write(dialog_states.save, "o-1", STATE)
    first = await database.read(dialog_states.load, "o-1")
    time_offset.ahead = timedelta(hours=1)
    await database.write(dialog_states.save, "o-1", dialog_states.DialogState("registration", "confirm", {}))
    second = await database.read(dialog_states.load, "o-1")
    assert first is not None
    assert second is not None
    assert (second.step, second.data, second.version) == ("confirm", {}, 1)
    assert first.updated is not None
    assert second.updated is not None
    assert second.updated - first.updated >= timedelta(hours=1)


async def test_a_dropped_state_is_gone_and_dropping_again_is_no_error(database: Database) -> None:
    await database.write(dialog_states.save, "o-1", STATE)
    await database.write(dialog_states.drop, "o-1")
    await database.write(dialog_states.drop, "o-1")
    assert await database.read(dialog_states.load, "o-1") is None


async def test_a_rest_is_handed_out_once_and_the_latest_counts(database: Database) -> None:
    await database.write(reply_overflow.save, "o-1", "旧的")
    await database.write(reply_overflow.save, "o-1", "其余事项……")
    assert await database.write(reply_overflow.take, "o-1") == "其余事项……"
    assert await database.write(reply_overflow.take, "o-1") is None


async def test_a_rest_can_be_forgotten(database: Database) -> None:
    await database.write(reply_overflow.save, "o-1", "其余")
    await database.write(reply_overflow.drop, "o-1")
    assert await database.write(reply_overflow.take, "o-1") is None


async def test_neither_openid_nor_typed_text_stands_in_the_clear(database: Database) -> None:
    await database.write(dialog_states.save, "o-PERSON", STATE)
    await database.write(reply_overflow.save, "o-PERSON", "金陵云帆科技")

    def raw(tx: Tx) -> str:
        return repr([tx.execute(text(f"SELECT * FROM {table}")).all() for table in ("dialog", "reply_overflow")])

    shown = await database.read(raw)
    assert "o-PERSON" not in shown
    assert "little_giant" not in shown
    assert repr("云帆".encode())[2:-1] not in shown
