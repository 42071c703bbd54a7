"""Any change of the audit by somebody with full database rights is found, row by row."""

import pytest
from sqlalchemy import insert, literal, select, text

from storage.audit import chain
from storage.audit.audit import AUDIT
from storage.audit.verify import Report
from storage.engine.database import Tx
from tests.audit.stage import Office, acts

SWAP = (
    "UPDATE audit SET id = -1 WHERE id = 10",
    "UPDATE audit SET id = 10 WHERE id = 31",
    "UPDATE audit SET id = 31 WHERE id = -1",
)
COPY = "INSERT INTO audit (id, at, actor, action, subject, source, fields)"

# Changes to rows 1-30 and 31-60 (two batches; row 20 is a gap), and the expected findings.
TAMPERINGS = {
    "who": (["UPDATE audit SET actor = 'person:99' WHERE id = 12"], [("changed", 12, 12)]),
    "what": (["UPDATE audit SET action = 'contact.drop' WHERE id = 1"], [("changed", 1, 1)]),
    "to whom": (["UPDATE audit SET subject = 'firm:1' WHERE id = 60"], [("changed", 60, 60)]),
    "where from": (["UPDATE audit SET source = 'cli' WHERE id = 30"], [("changed", 30, 30)]),
    "when": (["UPDATE audit SET at = '2020-01-01 00:00:00.000000+00' WHERE id = 31"], [("changed", 31, 31)]),
    "a value": (["UPDATE audit SET fields = '{}' WHERE id = 44"], [("changed", 44, 44)]),
    "a word moved to the next field": (
        ["UPDATE audit SET action = 'contact.keepperson:4', subject = '' WHERE id = 12"],
        [("changed", 12, 12)],
    ),
    "two rows": (
        ["UPDATE audit SET actor = 'nobody' WHERE id IN (3, 45)"],
        [("changed", 3, 3), ("changed", 45, 45)],
    ),
    "one removed": (["DELETE FROM audit WHERE id = 7"], [("dropped", 7, 7)]),
    "first and last removed": (
        ["DELETE FROM audit WHERE id IN (1, 60)"],
        [("dropped", 1, 1), ("dropped", 60, 60)],
    ),
    "one more in a gap": (
        [f"{COPY} SELECT 20, at, actor, action, subject, source, fields FROM audit WHERE id = 5"],
        [("inserted", 20, 20)],
    ),
    "one more before the first": (
        [f"{COPY} SELECT -5, at, actor, action, subject, source, fields FROM audit WHERE id = 5"],
        [("inserted", -5, -5)],
    ),
    "two changed places": (list(SWAP), [("moved", 10, 10), ("moved", 31, 31)]),
    "one moved into a gap": (
        ["UPDATE audit SET id = 20 WHERE id = 5"],
        [("dropped", 5, 5), ("inserted", 20, 20)],
    ),
    "the tail, rows and batch": (
        ["DELETE FROM audit WHERE id > 30", "DELETE FROM audit_batch WHERE number = 2"],
        [("cut_off", 31, 60)],
    ),
    "everything": (["DELETE FROM audit", "DELETE FROM audit_batch"], [("cut_off", 1, 60)]),
    "a batch": (["DELETE FROM audit_batch WHERE number = 1"], [("unsigned", 1, 30)]),
    "a signature": (
        ["UPDATE audit_batch SET signature = previous WHERE number = 2"],
        [("unsigned", 31, 60)],
    ),
    "the reach of a batch": (["UPDATE audit_batch SET last = 999 WHERE number = 1"], [("unsigned", 1, 30)]),
}


@pytest.fixture
async def worked(office: Office) -> Office:
    """Return an office with sixty ids in two batches; as far as the audit can tell, number 20 was a failed
    transaction's.
    """
    await office.database.write(_thirty_with_a_gap)
    await office.tick()
    await office.work(30)
    report = await office.report()
    assert report == Report(rows=59, batches=2)
    return office


def _thirty_with_a_gap(tx: Tx) -> None:
    acts(tx, 19)
    tx.execute(
        insert(AUDIT).from_select(list(AUDIT.c.keys()), select(literal(21), *AUDIT.c[1:]).where(AUDIT.c.id == 4))
    )
    if tx.connection.dialect.name == "postgresql":
        tx.execute(text("SELECT setval('audit_id_seq', 21)"))
    acts(tx, 9)


@pytest.mark.parametrize("kind", TAMPERINGS)
async def test_each_kind_of_tampering_is_named(worked: Office, kind: str) -> None:
    statements, expected = TAMPERINGS[kind]
    await worked.attack(statements)
    assert await worked.named() == expected


@pytest.mark.parametrize("kind", TAMPERINGS)
async def test_work_that_goes_on_afterwards_does_not_hide_it(worked: Office, kind: str) -> None:
    statements, expected = TAMPERINGS[kind]
    await worked.attack(statements)
    await worked.work(5)
    found = {fault for fault, _, _ in await worked.named()}
    assert found & ({fault for fault, _, _ in expected} | {"rewritten"})


async def test_links_made_again_without_the_key_prove_nothing(worked: Office) -> None:
    """The attacker has the program, changes a row and rechains everything with his own key."""

    def chain_anew(tx: Tx) -> None:
        theirs = type(tx)(tx.connection, tx.now, type(tx.cipher)(bytes(32)))
        while (batch := chain.next_batch(theirs, 60)) is not None:
            assert chain.append(theirs, batch)

    await worked.attack(["UPDATE audit SET actor = 'person:99' WHERE id = 12", "DELETE FROM audit_batch"])
    await worked.database.write(chain_anew)
    named = await worked.named()
    assert ("unsigned", 1, 30) in named
    assert ("changed", 12, 12) in named


async def test_an_older_state_of_the_database_put_back_is_found(worked: Office) -> None:
    await worked.attack(["DELETE FROM audit_batch WHERE number = 2", "DELETE FROM audit WHERE id > 30"])
    await worked.work(4)
    assert await worked.named() == [("rewritten", 31, 60)]


async def test_a_changed_line_of_the_heads_is_named(worked: Office) -> None:
    lines = worked.path.read_text("ascii").splitlines()
    worked.path.write_text("\n".join([lines[0].replace('"last":30', '"last":20'), lines[1]]) + "\n", "ascii")
    assert await worked.named() == [("heads_line", 1, 1)]
