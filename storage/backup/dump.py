"""Backup: every row of every table in one signed file, restorable into either database.

Written from one consistent view (a WAL read on SQLite, REPEATABLE READ on PostgreSQL) that blocks no writer. Rows, not
pages, so that it needs no tool, moves between databases and is checked value by value. Gzip, JSON lines:

    {"format": "srdi-backup/2", "revision": "0005", "made": "2026-…", "key": fingerprint}
    {"table": "firm", "columns": ["id", …], "last": 7} the highest id ever given, to rows removed since too
    [1, …] a row a line; bytes in base64, time in ISO 8601, JSON as its text
    {"tables": {"firm": {"rows": 1, "digest": "…", "last": 7}, …}, "signature": "…"}

Sealed fields stay sealed; SRDI_SECRET_KEY is not included: keep it elsewhere.
"""

import errno
import gzip
import hashlib
import hmac
import json
import os
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import JSON, Date, LargeBinary, Table, Text, cast, select, text

from config.errors import InputError, UnavailableError, UsageError
from storage.engine import counters, migration
from storage.engine.columns import UtcTime, to_json
from storage.engine.field_encryption import FieldCipher
from storage.engine.key_check import fingerprint_of
from storage.engine.tables import every_table
from storage.engine.transactions import Tx

FORMAT = "srdi-backup/2"
CHUNK_ROWS = 1000
# No row comes near it; stops a file that unpacks to an endless line.
_LONGEST_LINE = 64 * 1024 * 1024


@dataclass(slots=True)
class Extent:
    """A table's row count, digest (sum of its rows' SHA-256, in any order), and highest id ever assigned.

    Detects a restore that differs from the backup; the signature over the file's bytes protects against forgery.
    """

    rows: int = 0
    digest: str = "0" * 64
    last: int = 0

    def add(self, line: bytes) -> None:
        total = int(self.digest, 16) + int.from_bytes(hashlib.sha256(line).digest())
        self.digest = f"{total % 2**256:064x}"
        self.rows += 1


@dataclass(frozen=True, slots=True)
class Manifest:
    """Content of a backup: `signature` (hex) identifies it and needs the key."""

    made: datetime
    tables: dict[str, Extent]
    signature: str

    @property
    def rows(self) -> int:
        return sum(extent.rows for extent in self.tables.values())


def write_backup(tx: Tx, path: Path) -> Manifest:
    """Back up this transaction's view into a new file with mode 0600, then read it back and compare.

    Raises UsageError `backup_exists`; UnavailableError if the file cannot be written or the database is damaged. A
    failed file is removed.
    """
    require_sound(tx)
    with _new_file(path) as file:
        with gzip.GzipFile("", "wb", 6, file, mtime=0) as out:
            manifest = _dump(tx, out)
        file.flush()
        os.fsync(file.fileno())
        if check_backup(path, tx.cipher) != manifest:
            raise UnavailableError("backup_differs", path=path)
    return manifest


def check_backup(path: Path, cipher: FieldCipher) -> Manifest:
    """Verify the whole file: row counts, digests and signature.

    Raises InputError `backup_broken` or `backup_revision`, UsageError if there is no such file, UnavailableError
    `key_wrong` if another key wrote it.
    """
    extents: dict[str, Extent] = {}
    lines = _lines(path)
    first = next(lines, b"")
    content = hashlib.sha256(first)
    manifest: dict[str, Any] = {}
    extent = Extent()
    for line in lines:
        if manifest:
            raise InputError("backup_broken", path=path)
        if line.startswith(b"["):
            content.update(line)
            extent.add(line)
            continue
        fields = _object(line, path)
        if "table" in fields:
            content.update(line)
            extent = extents.setdefault(str(fields["table"]), Extent(last=_last(fields)))
        else:
            manifest = fields
    # Only now: a damaged file's heading is meaningless.
    made = _read_heading(first, path, cipher)
    signature = _signature(cipher, content.digest(), extents)
    if not hmac.compare_digest(signature, str(manifest.get("signature"))):
        raise InputError("backup_broken", path=path)
    return Manifest(made, extents, signature)


def rows_in(path: Path) -> Iterator[tuple[Table, list[Mapping[str, Any]]]]:
    """Yield a verified backup's rows, batches of one table at a time; JSON still as text."""
    tables = {table.name: table for table in every_table()}
    table, columns, rows = None, [""], list[Mapping[str, Any]]()
    for line in _lines(path):
        if line.startswith(b"[") and table is not None:
            values = zip(columns, json.loads(line), strict=True)
            rows.append({name: _to_store(table, name, value) for name, value in values})
            if len(rows) < CHUNK_ROWS:
                continue
        if rows and table is not None:
            yield table, rows
            rows = []
        if line.startswith(b'{"table"'):
            fields = json.loads(line)
            table, columns = tables[fields["table"]], fields["columns"]


def extents_of(tx: Tx) -> dict[str, Extent]:
    """Return what the database holds now, to compare with a manifest's tables."""
    extents, last = {}, counters.last_ids(tx)
    for table in every_table():
        extents[table.name] = Extent(last=last.get(table.name, 0))
        for line in _row_lines(tx, table):
            extents[table.name].add(line)
    return extents


def require_sound(tx: Tx) -> None:
    """Raise UnavailableError if the schema is not current, or SQLite finds damaged pages or references."""
    if not migration.is_current(tx):
        raise UnavailableError("store_outdated")
    if tx.connection.dialect.name == "sqlite":
        verdict = tx.execute(text("PRAGMA integrity_check(1)")).scalar_one()
        if verdict != "ok" or tx.execute(text("PRAGMA foreign_key_check")).first() is not None:
            raise UnavailableError("store_unsound")


def _dump(tx: Tx, out: gzip.GzipFile) -> Manifest:
    heading = {"format": FORMAT, "revision": migration.revisions()[-1], "made": tx.now.isoformat()}
    first = to_json(heading | {"key": fingerprint_of(tx.cipher)}).encode() + b"\n"
    out.write(first)
    content = hashlib.sha256(first)
    extents, counted = {}, counters.last_ids(tx)
    for table in every_table():
        last = counted.get(table.name, 0)
        heading_line = to_json({"table": table.name, "columns": table.columns.keys(), "last": last}).encode() + b"\n"
        out.write(heading_line)
        content.update(heading_line)
        extents[table.name] = Extent(last=last)
        for line in _row_lines(tx, table):
            extents[table.name].add(line)
            content.update(line)
            out.write(line)
    signature = _signature(tx.cipher, content.digest(), extents)
    tables = {name: asdict(extent) for name, extent in extents.items()}
    out.write(to_json({"tables": tables, "signature": signature}).encode() + b"\n")
    return Manifest(tx.now, extents, signature)


def _row_lines(tx: Tx, table: Table) -> Iterator[bytes]:
    # JSON as its exact text: parsed and rewritten, an absent value would become null.
    columns = [cast(column, Text) if isinstance(column.type, JSON) else column for column in table.c]
    statement = select(*columns).order_by(*table.primary_key).execution_options(yield_per=CHUNK_ROWS)
    for row in tx.execute(statement):
        yield to_json([_to_file(value) for value in row]).encode() + b"\n"


def _to_file(value: object) -> object:
    if isinstance(value, bytes):
        return b64encode(value).decode()
    return value.isoformat() if isinstance(value, date) else value


def _to_store(table: Table, name: str, value: Any) -> Any:
    if value is None:
        return None
    match table.c[name].type:
        case LargeBinary():
            return b64decode(value)
        case UtcTime():
            return datetime.fromisoformat(value)
        case Date():
            return date.fromisoformat(value)
    return value


def _signature(cipher: FieldCipher, content: bytes, extents: dict[str, Extent]) -> str:
    """Return the MAC, possible only with the key, over these lines (`content`: their SHA-256) and extents."""
    tables = to_json({name: asdict(extent) for name, extent in sorted(extents.items())})
    return cipher.own_mac(content + tables.encode(), "backup").hex()


def _read_heading(line: bytes, path: Path, cipher: FieldCipher) -> datetime:
    heading = _object(line, path)
    if heading.get("format") != FORMAT:
        raise InputError("backup_broken", path=path)
    if heading.get("key") != fingerprint_of(cipher):
        raise UnavailableError("key_wrong")
    if heading.get("revision") != migration.revisions()[-1]:
        raise InputError("backup_revision", made=heading.get("revision"), now=migration.revisions()[-1])
    try:
        return datetime.fromisoformat(str(heading.get("made")))
    except ValueError:
        raise InputError("backup_broken", path=path) from None


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with gzip.open(path) as file:
            while line := file.readline(_LONGEST_LINE):
                yield line
    except FileNotFoundError as error:
        raise UsageError("file_missing", path=path) from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise InputError("backup_broken", path=path) from error
    except OSError as error:
        raise UsageError("file_unreadable", path=path) from error


def _last(fields: Mapping[str, Any]) -> int:
    last = fields.get("last")
    return last if isinstance(last, int) else 0


def _object(line: bytes, path: Path) -> dict[str, Any]:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        raise InputError("backup_broken", path=path)
    return fields


@contextmanager
def _new_file(path: Path) -> Iterator[BinaryIO]:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise UsageError("backup_exists", path=path) from error
    except OSError as error:
        raise UnavailableError("backup_unwritable", path=path) from error
    try:
        with open(descriptor, "wb") as file:
            yield file
    except OSError as error:
        path.unlink()
        full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        raise UnavailableError("backup_full" if full else "backup_unwritable", path=path) from error
    except BaseException:
        path.unlink()
        raise
