"""Every inbound message is one row with one outcome."""

import asyncio
from datetime import timedelta

from sqlalchemy import event, text

from storage.chat import inbox
from storage.engine.database import Database, Tx
from tests.conftest import TESTER, MovableTime
from tests.storage import counting

MARK = "0" * 32


def receive(tx: Tx, key: str, reply: str) -> str | None:
    """Handle a message like the callback: its effect and reply, once."""
    stored = inbox.find(tx, key)
    if stored is not None:
        return stored.reply
    inbox.record(tx, key, MARK, f"{reply} {counting.add_one(tx)}")
    return f"{reply} {counting.value(tx)}"


async def test_a_repeat_gets_the_first_answer_and_has_no_effect(database: Database) -> None:
    await database.write(counting.start)
    assert await database.write(receive, "m-1", "第一次") == "第一次 1"
    assert await database.write(receive, "m-1", "第二次") == "第一次 1"
    assert await database.read(counting.value) == 1


async def test_the_same_message_at_two_nodes_at_once_has_one_effect(
    database: Database, database_url: str, secret_key: bytes
) -> None:
    await database.write(counting.start)
    other = Database.open(database_url, key=secret_key, actor=TESTER)
    for n in range(20):
        pushes = [node.write(receive, f"m-{n}", "好") for node in (database, other, database)]
        assert len(set(await asyncio.gather(*pushes))) == 1
    await other.close()
    assert await database.read(counting.value) == 20


async def test_an_unanswered_message_is_known_too(database: Database) -> None:
    await database.write(inbox.record, "m-1", MARK, None)
    stored = await database.read(inbox.find, "m-1")
    assert stored is not None
    assert stored.reply is None
    assert await database.read(inbox.find, "m-2") is None


async def test_a_reply_is_emptied_after_ten_minutes_and_its_row_goes_after_two_days(
    database: Database, time_offset: MovableTime
) -> None:
    await database.write(inbox.record, "answered", MARK, "您好")
    await database.write(inbox.record, "unanswered", MARK, None)

    time_offset.ahead = timedelta(minutes=9)
    assert await database.write(inbox.empty_old) == 0
    stored = await database.read(inbox.find, "answered")
    assert stored is not None
    assert stored.reply == "您好"

    time_offset.ahead = timedelta(minutes=10, seconds=1)
    assert await database.write(inbox.empty_old) == 1
    emptied = await database.read(inbox.find, "answered")
    assert emptied is not None
    assert emptied.reply is None
    assert emptied.received == stored.received

    time_offset.ahead = timedelta(days=2, minutes=11)
    assert await database.write(inbox.empty_old) == 2
    assert await database.read(inbox.find, "answered") is None
    assert await database.read(inbox.find, "unanswered") is None


async def test_a_backlog_is_tidied_in_small_steps(database: Database, time_offset: MovableTime) -> None:
    def fill(tx: Tx) -> None:
        for n in range(inbox.TIDY_ROWS + 50):
            inbox.record(tx, f"m-{n}", MARK, "您好")

    await database.write(fill)
    time_offset.ahead = timedelta(minutes=11)
    assert [await database.write(inbox.empty_old) for _ in range(3)] == [inbox.TIDY_ROWS, 50, 0]


async def test_neither_key_nor_reply_stands_in_the_clear(database: Database) -> None:
    await database.write(inbox.record, "oPENID-1770000000-CLICK", MARK, "联系人：张三")

    def raw(tx: Tx) -> str:
        return repr(tx.execute(text("SELECT * FROM inbox")).all())

    shown = await database.read(raw)
    assert "oPENID" not in shown
    assert repr("张三".encode())[2:-1] not in shown


async def test_a_new_message_costs_one_select_and_one_insert(database: Database) -> None:
    def watched(tx: Tx) -> list[str]:
        statements: list[str] = []

        def note(_1: object, _2: object, statement: str, *_: object) -> None:
            statements.append(statement.split()[0])

        event.listen(tx.connection, "before_cursor_execute", note)
        assert inbox.find(tx, "m-1") is None
        inbox.record(tx, "m-1", MARK, "您好")
        event.remove(tx.connection, "before_cursor_execute", note)
        return statements

    assert await database.write(watched) == ["SELECT", "INSERT"]


async def test_a_key_is_found_by_its_index(database: Database, store: str) -> None:
    def plan(tx: Tx) -> str:
        if store == "postgresql":
            # An empty table would be scanned.
            tx.execute(text("SET LOCAL enable_seqscan = off"))
        explain = "EXPLAIN QUERY PLAN" if store == "sqlite" else "EXPLAIN"
        return repr(tx.execute(text(f"{explain} SELECT reply FROM inbox WHERE key = 'x'")).all())

    index = "sqlite_autoindex_inbox_1" if store == "sqlite" else "pk_inbox"
    assert index in await database.read(plan)
