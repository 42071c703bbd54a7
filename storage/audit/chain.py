"""Hash chain over the audit: batches of rows, each row linked to the previous, each batch signed.

A link is HMAC-SHA-256 over the previous link, the row's id and its content, under a subkey of SRDI_SECRET_KEY. Keyed
rather than bare SHA-256, because anyone with write access could otherwise forge every link up to the next signed head,
and a forged row could not be told from its neighbours. The chain covers what the table holds, ids and hashes, so that a
person can be erased without touching it.

A row is chained in the first batch after its transaction; until then (a tick is a minute) it can be removed unnoticed.
Missing ids are gaps from failed transactions.
"""

import hashlib
import hmac
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import cast, func, insert, select, text
from sqlmodel import Field

from storage.audit.audit import AUDIT
from storage.engine.columns import BigId, TableRow, table_of
from storage.engine.field_encryption import FieldCipher
from storage.engine.transactions import Tx

BATCH_ROWS = 1000
LINK_BYTES = 32
START = bytes(LINK_BYTES)
LOWEST_ID = -(2**63)

_CONTENT = {
    # Bytes, because a tampered row may hold invalid text.
    "sqlite": "CAST(at AS BLOB), CAST(actor AS BLOB), CAST(action AS BLOB), CAST(subject AS BLOB),"
    " CAST(source AS BLOB), CAST(fields AS BLOB)",
    "postgresql": "to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), actor, action, subject, source,"
    " CAST(fields AS TEXT)",
}
_ROWS = {
    dialect: text(f"SELECT id, {columns} FROM audit WHERE id > :after AND id <= :last ORDER BY id LIMIT :most")  # noqa: S608 - both halves stand here
    for dialect, columns in _CONTENT.items()
}
_WRITERS = text(
    "SELECT virtualtransaction FROM pg_locks WHERE locktype = 'relation' AND mode = 'RowExclusiveLock'"
    " AND relation = 'audit'::regclass"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


class AuditBatchRow(TableRow, table=True):
    """One batch: its rows' ids (8 bytes each), their links (32 bytes each), the previous head, its signature."""

    __tablename__ = "audit_batch"

    number: int = Field(primary_key=True, sa_type=BigId, sa_column_kwargs={"autoincrement": False})
    after: int = Field(sa_type=BigId)
    last: int = Field(sa_type=BigId)
    previous: bytes
    ids: bytes
    links: bytes
    signature: bytes


BATCHES = table_of(AuditBatchRow)
# The casts protect against text stored in place of numbers or bytes, which SQLite allows.
_BATCH = [cast(column, column.type).label(column.name) for column in BATCHES.c]


@dataclass(frozen=True, slots=True)
class Head:
    """The signed part of a batch: it covers the audit's rows with `after` < id <= `last`, `rows` in number.

    `head` is the digest of its ids and links; `previous` the previous batch's head, from which its links start.
    """

    number: int
    after: int
    last: int
    rows: int
    previous: bytes
    head: bytes

    def signed_by(self, cipher: FieldCipher, purpose: str = "audit.head") -> bytes:
        """Sign with the key."""
        numbers = f"{self.number},{self.after},{self.last},{self.rows},".encode()
        return cipher.mac(numbers + self.previous + self.head, purpose)


BEGINNING = Head(0, 0, 0, 0, START, START)


@dataclass(frozen=True, slots=True)
class AuditBatch:
    """A batch as stored."""

    number: int
    after: int
    last: int
    previous: bytes
    ids: bytes
    links: bytes
    signature: bytes

    def head(self) -> Head:
        """Return the head that its signature should cover."""
        digest = hashlib.sha256(self.ids + self.links).digest()
        return Head(self.number, self.after, self.last, len(self.ids) // 8, self.previous, digest)

    def is_signed(self, cipher: FieldCipher) -> bool:
        return hmac.compare_digest(self.head().signed_by(cipher), self.signature)


def newest(tx: Tx) -> tuple[int, frozenset[str]]:
    """Return the newest row's id, and transactions that may still add a row with a smaller one.

    Only PostgreSQL has these: ids are assigned at insert and visible at commit. A transaction with a smaller id holds
    the table's lock until it ends, so once these have ended nothing lower can appear.
    """
    last = tx.execute(select(func.max(AUDIT.c.id))).scalar() or 0
    return last, _writers(tx)


def still_writing(tx: Tx, writers: frozenset[str]) -> frozenset[str]:
    """Return which of these transactions are still open."""
    return writers & _writers(tx)


def newest_head(tx: Tx) -> Head:
    """Return the head that the next batch follows."""
    row = tx.execute(select(*_BATCH).order_by(BATCHES.c.number.desc()).limit(1)).one_or_none()
    return BEGINNING if row is None else AuditBatch(**row._mapping).head()


def next_batch(tx: Tx, last: int) -> AuditBatch | None:
    """Return the oldest unbatched rows up to this id, chained to the newest batch; None if there are none."""
    before = newest_head(tx)
    rows = contents(tx, before.last, last, BATCH_ROWS)
    if not rows:
        return None
    links, link = [], before.head
    for row_id, content in rows:
        link = link_of(tx.cipher, link, row_id, content)
        links.append(link)
    ids = struct.pack(f">{len(rows)}q", *(row_id for row_id, _ in rows))
    unsigned = AuditBatch(before.number + 1, before.last, rows[-1][0], before.head, ids, b"".join(links), b"")
    signature = unsigned.head().signed_by(tx.cipher)
    return AuditBatch(unsigned.number, unsigned.after, unsigned.last, before.head, ids, unsigned.links, signature)


def append(tx: Tx, batch: AuditBatch) -> bool:
    """Append this batch; False, with nothing done, if another node appended one meanwhile."""
    if newest_head(tx).number != batch.number - 1:
        return False
    columns = ("number", "after", "last", "previous", "ids", "links", "signature")
    tx.execute(insert(BATCHES), {name: getattr(batch, name) for name in columns})
    return True


def batches(tx: Tx, after: int = 0, most: int | None = None) -> Iterator[AuditBatch]:
    """Yield the batches numbered above `after`, in order."""
    statement = select(*_BATCH).where(BATCHES.c.number > after).order_by(BATCHES.c.number).limit(most)
    for row in tx.execute(statement.execution_options(yield_per=20)):
        yield AuditBatch(**row._mapping)


def contents(tx: Tx, after: int, last: int, most: int) -> list[tuple[int, bytes]]:
    """Return id and content of the first `most` rows with `after` < id <= `last`; identical on both databases."""
    statement = _ROWS[tx.connection.dialect.name]
    rows = tx.execute(statement, {"after": after, "last": last, "most": most})
    return [(row[0], b"".join(map(_part, row[1:]))) for row in rows]


def link_of(cipher: FieldCipher, previous: bytes, row_id: int, content: bytes) -> bytes:
    """Return the link of a row that follows this link."""
    return cipher.mac(previous + row_id.to_bytes(8, "big", signed=True) + content, "audit.link")


def _part(value: bytes | str | None) -> bytes:
    if value is None:
        return b"-"
    part = value.encode() if isinstance(value, str) else value
    return b"%d:%b" % (len(part), part)


def _writers(tx: Tx) -> frozenset[str]:
    if tx.connection.dialect.name == "sqlite":
        return frozenset()
    return frozenset(tx.execute(_WRITERS).scalars())
