"""The chain contains every act once, on any number of nodes and after any crash; erasing a person does not
affect it.
"""

import asyncio
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, delete, func, make_url, select, text

from storage.audit import audit, chain, guards
from storage.audit.audit import AuditQuery
from storage.audit.head_file import HeadsFile
from storage.audit.verify import Report
from storage.engine.database import Database, Tx
from storage.engine.field_encryption import FieldCipher
from storage.engine.transactions import SERVICE, Actor
from storage.people import people
from storage.people.people import PEOPLE
from tests.audit.stage import Office, acts
from tests.fork_server import ForkServer

LATE = text(
    "INSERT INTO audit (at, actor, action, subject, source, fields)"
    " VALUES (now(), 'person:1', 'contact.keep', 'person:1', 'wechat', '{}')"
)


async def test_a_tick_chains_what_is_there_and_the_next_one_what_came_since(office: Office) -> None:
    await office.tick()
    assert await office.report() == Report()
    assert not office.path.exists()
    await office.work(3)
    await office.tick()
    await office.work(2)
    await office.database.write(acts, 4)
    assert await office.report() == Report(rows=5, batches=2, unchained=4)
    assert office.path.stat().st_mode & 0o777 == 0o600


async def test_more_acts_than_a_batch_holds_are_chained_in_one_tick(office: Office) -> None:
    await office.work(chain.BATCH_ROWS * 2 + 1)
    assert await office.report() == Report(rows=chain.BATCH_ROWS * 2 + 1, batches=3)


@pytest.mark.parametrize("heads", ["srdi.db.heads", "other.heads"])
async def test_two_nodes_that_tick_at_once_chain_each_act_once(
    office: Office, database_url: str, secret_key: bytes, heads: str, tmp_path: Path
) -> None:
    """Two nodes with concurrent writers, sharing a heads file or each with its own."""
    other = Database.open(database_url, key=secret_key, actor=SERVICE)
    second = Office(other, tmp_path / heads, secret_key)
    for _ in range(5):
        await asyncio.gather(
            office.tick(), *(office.database.write(acts, 3) for _ in range(6)), second.tick(), other.write(acts, 2)
        )
    await asyncio.gather(office.tick(), second.tick())
    await asyncio.gather(office.tick(), second.tick())
    # A node with a file of its own may find it missing once the other has signed: that is an act, too.
    lost = await office.database.read(audit.count, audit.AuditQuery(action="audit.heads_lost"))
    assert lost <= (0 if second.path == office.path else 1)
    for node in (office, second):
        report = await node.report()
        assert (report.rows, report.unchained, report.findings) == (100 + lost, 0, [])
        assert len(node.path.read_text("ascii").splitlines()) == report.batches
    await other.close()


async def test_an_act_of_an_older_transaction_that_commits_late_is_no_inserted_row(
    office: Office, database_url: str, store: str
) -> None:
    """PostgreSQL assigns ids at insert: an older transaction's row appears below newer ones."""
    if store == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    engine = create_engine(make_url(database_url).set(drivername="postgresql+psycopg"))
    with engine.connect() as slow:
        slow.execute(LATE)
        await office.database.write(acts, 3)
        ticking = asyncio.create_task(office.tick())
        await asyncio.sleep(0.3)
        assert not ticking.done()
        assert (await office.report()).batches == 0
        slow.commit()
        await ticking
    engine.dispose()
    assert await office.report() == Report(rows=4, batches=1)


async def test_a_node_that_was_killed_at_any_moment_leaves_a_chain_that_goes_on(
    office: Office, database_url: str, fork_server: ForkServer
) -> None:
    for seconds in (0.01, 0.05):
        await _chain_and_kill(fork_server, database_url, office.path, seconds)
        report = await office.report()
        assert report.findings == []
    await office.tick()
    report = await office.report()
    assert (report.unchained, report.findings) == (0, [])
    assert report.rows > 0


async def _chain_and_kill(server: ForkServer, url: str, heads: Path, seconds: float) -> None:
    await server.start("tests.audit.chaining_child", url, str(heads))
    assert await server.line() == "chaining"
    await asyncio.sleep(seconds)
    server.kill()
    assert await server.ended() < 0


async def test_heads_that_a_crash_kept_from_the_file_or_cut_short_are_written_by_the_next_tick(office: Office) -> None:
    await office.work(1)
    await office.work(1)
    lines = office.path.read_text("ascii").splitlines()
    office.path.write_text(lines[0] + "\n" + lines[1][:40], "ascii")
    assert (await office.report()).findings == []
    await office.tick()
    assert office.path.read_text("ascii").splitlines() == lines


async def test_an_erased_person_leaves_the_chain_whole(office: Office) -> None:
    def meet(tx: Tx) -> None:
        person = people.meet(tx, "oOpenid")
        audit.record(tx, "person.meet", "firm:1", by=Actor(f"person:{person.id}", "wechat"))

    def erase(tx: Tx) -> None:
        tx.execute(delete(PEOPLE))
        audit.record(tx, "person.erase", "person:1", by=Actor("system", "console"))

    await office.database.write(meet)
    await office.tick()
    await office.database.write(erase)
    await office.tick()
    assert await office.report() == Report(rows=2, batches=2)


async def test_heads_of_another_key_are_named_line_by_line(office: Office) -> None:
    await office.work(2)
    witnessed = HeadsFile(office.path).witnessed(FieldCipher(bytes(32)))
    assert witnessed is not None
    assert (witnessed.heads, witnessed.broken_lines) == ({}, [1])


async def test_a_batch_that_an_attacker_appends_is_no_head_in_the_file(office: Office) -> None:
    await office.work(2)
    forged = "SELECT 9, last, last + 1, previous, ids, links, previous FROM audit_batch"
    await office.attack([f"INSERT INTO audit_batch (number, after, last, previous, ids, links, signature) {forged}"])
    before = office.path.read_text("ascii")
    await office.tick()
    assert office.path.read_text("ascii") == before
    assert "unsigned" in {fault for fault, _, _ in await office.named()}


@given(
    sizes=st.lists(st.integers(1, 6), min_size=1, max_size=4),
    column=st.sampled_from(["at", "actor", "action", "subject", "source", "fields"]),
    value=st.one_of(
        st.text(max_size=6).filter(lambda word: "\x00" not in word), st.binary(max_size=6), st.integers(0, 9)
    ),
    data=st.data(),
)
# Each needs a database of its own.
@settings(max_examples=settings().max_examples // 4, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_field_of_any_row_is_changed_to_that_row_is_named(
    migrated_file: Path, sizes: list[int], column: str, value: object, data: st.DataObject
) -> None:
    """On SQLite, which accepts anything in any column."""
    row = data.draw(st.integers(1, sum(sizes)))
    asyncio.run(_change_one(migrated_file, sizes, row, column, value))


async def _change_one(migrated: Path, sizes: list[int], row: int, column: str, value: object) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "srdi.db"
        shutil.copy(migrated, path)
        database = Database.open(f"sqlite:///{path}", key=bytes(32), actor=SERVICE)
        office = Office(database, path.with_suffix(".heads"), bytes(32))
        for size in sizes:
            await office.work(size)
        before = await database.read(_stored, row, column)
        await office.attack([])
        await database.write(_put, row, column, value)
        expected = [] if await database.read(_stored, row, column) == before else [("changed", row, row)]
        assert await office.named() == expected
        await database.close()


def _put(tx: Tx, row: int, column: str, value: object) -> None:
    tx.execute(text(f"UPDATE audit SET {column} = :value WHERE id = :row"), {"value": value, "row": row})


def _stored(tx: Tx, row: int, column: str) -> object:
    return tx.execute(text(f"SELECT CAST({column} AS BLOB) FROM audit WHERE id = :row"), {"row": row}).scalar_one()


async def test_the_acts_are_found_by_who_what_whom_and_when(office: Office) -> None:
    await office.database.write(acts, 20)
    await office.database.write(audit.record, "tick", "firm:7", by=Actor("system", "cli"))
    read = office.database.read
    newest = await read(audit.entries, audit.AuditQuery(), most=3)
    assert [act.id for act in newest] == [21, 20, 19]
    assert newest[0].actor == "system"
    older = await read(audit.entries, audit.AuditQuery(), most=100, skip=3)
    assert [act.id for act in older] == list(range(18, 0, -1))
    mine = audit.AuditQuery(actor="person:3", action="contact.keep", subject="person:3", source="wechat")
    assert await read(audit.count, mine) == 3
    assert {act.actor for act in await read(audit.entries, mine, most=9)} == {"person:3"}
    assert await read(audit.actions, audit.AuditQuery()) == ["contact.keep", "tick"]
    begin = newest[0].at
    assert await read(audit.count, audit.AuditQuery(since=begin)) == 1
    assert await read(audit.count, audit.AuditQuery(until=begin)) == 20
    assert await read(audit.count, audit.AuditQuery(since=datetime(2100, 1, 1, tzinfo=UTC))) == 0


async def test_batches_cannot_be_changed_or_removed(office: Office) -> None:
    await office.work(1)
    for change in ("UPDATE audit_batch SET last = 9", "DELETE FROM audit_batch"):

        def tamper(tx: Tx, change: str = change) -> None:
            tx.execute(text(change))

        with pytest.raises(Exception, match="append-only"):
            await office.database.write(tamper)
    assert await office.database.read(_batches) == 1


def _batches(tx: Tx) -> int:
    return int(tx.execute(select(func.count()).select_from(chain.BATCHES)).scalar_one())


async def test_the_guards_of_the_newest_form_are_all_there(office: Office) -> None:
    assert await office.database.read(guards.missing) == []


async def test_a_guard_that_was_dropped_or_switched_off_is_named(office: Office, store: str) -> None:
    await office.work(3)
    await office.attack([])
    report = await office.report()
    assert report.findings == []
    assert set(report.unguarded) == guards.GUARDS[store]


async def test_a_file_of_heads_that_disappears_leaves_a_trace_and_a_first_one_does_not(office: Office) -> None:
    await office.work(3)
    assert await office.database.read(audit.entries, AuditQuery(action="audit.heads_lost"), most=5) == []
    await asyncio.to_thread(office.path.unlink)
    await office.work(3)
    await office.work(3)
    [lost] = await office.database.read(audit.entries, AuditQuery(action="audit.heads_lost"), most=5)
    assert lost.subject == "audit"
    assert (await office.report()).findings == []
