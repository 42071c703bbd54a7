"""File of signed heads beside the database: proof that the audit's last rows existed.

One line per batch. Anyone who can change both the database and this file can truncate both at the same place, so copy
the file to where database administrators cannot write. Every node keeps its own.
"""

import fcntl
import hmac
import json
import os
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from config.errors import UnavailableError
from storage.audit.chain import BEGINNING, Head, batches
from storage.engine import addresses
from storage.engine.field_encryption import FieldCipher
from storage.engine.transactions import Tx

_TAIL_BYTES = 4096
# What each kind of line is signed for. After a restore the chain may continue from an earlier batch.
_PURPOSES = {"chained": "audit.head", "restored": "audit.restored"}


@dataclass(frozen=True, slots=True)
class HeadFile:
    """Content of the file: each batch's head, and the lines not written with the key."""

    heads: dict[int, Head]
    broken_lines: list[int]

    @property
    def newest(self) -> Head:
        """Return the newest batch's head."""
        return self.heads[max(self.heads)] if self.heads else BEGINNING


def path_for(url: str) -> Path:
    """Return the heads file's path: beside an SQLite file; for PostgreSQL in .data, by host and name."""
    address = addresses.parse(url)
    if isinstance(address, Path):
        return address.with_name(address.name + ".heads")
    return Path(".data") / f"{address.host or 'localhost'}-{address.database}.heads"


def line_of(head: Head, signature: bytes, kind: str = "chained") -> str:
    """Format one line of the file."""
    numbers = {name: value.hex() if isinstance(value, bytes) else value for name, value in asdict(head).items()}
    return json.dumps({"kind": kind, **numbers, "signature": signature.hex()}, separators=(",", ":"))


def lines_after(tx: Tx, number: int) -> list[str]:
    """Return the lines of batches above this number; skip those not signed with the key."""
    return [line_of(batch.head(), batch.signature) for batch in batches(tx, number) if batch.is_signed(tx.cipher)]


class HeadsFile:
    """The heads file, created with mode 0600 at the first line. Raises UnavailableError if unreadable or unwritable."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def exists(self) -> bool:
        """Tell whether the file exists."""
        return self._path.exists()

    def newest_number(self) -> int:
        """Return the number in the last complete line; 0 if there is none."""
        if not self._path.exists():
            return 0
        try:
            with self._path.open("rb") as file:
                return _end_of(file)[0]
        except OSError as error:
            raise UnavailableError("heads_unreadable", path=self._path) from error

    def append(self, lines: Iterable[str]) -> None:
        """Append lines numbered above the file's newest: two nodes sharing a file write each once."""
        self._write(lines, lambda number, newest: number > newest)

    def append_restored(self, head: Head, cipher: FieldCipher) -> None:
        """Record that the database was restored from a backup ending in this batch: later numbers may recur."""
        line = line_of(head, head.signed_by(cipher, _PURPOSES["restored"]), "restored")
        self._write([line], lambda _number, _newest: True)

    def witnessed(self, cipher: FieldCipher) -> HeadFile | None:
        """Read the file; None if it does not exist."""
        if not self._path.exists():
            return None
        heads: dict[int, Head] = {}
        broken = []
        try:
            with self._path.open("rb") as file:
                for number, line in enumerate(file, 1):
                    if not line.endswith(b"\n"):
                        break
                    read = _read(line, cipher)
                    if read is None:
                        broken.append(number)
                        continue
                    kind, head = read
                    if kind == "restored":
                        heads = {known: value for known, value in heads.items() if known < head.number}
                    if head.number:
                        heads[head.number] = head
        except OSError as error:
            raise UnavailableError("heads_unreadable", path=self._path) from error
        return HeadFile(heads, broken)

    def _write(self, lines: Iterable[str], wanted: Callable[[int, int], bool]) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with open(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                newest, end = _end_of(file)
                # After the last complete line there is only a line cut short by a crash.
                file.truncate(end)
                file.seek(end)
                file.writelines(line.encode() + b"\n" for line in lines if wanted(json.loads(line)["number"], newest))
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise UnavailableError("heads_unwritable", path=self._path) from error


def _end_of(file: BinaryIO) -> tuple[int, int]:
    """Return the number in the last complete line (0 if none) and its end offset."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _TAIL_BYTES))
    tail = file.read()
    end = size - len(tail) + tail.rfind(b"\n") + 1
    for line in reversed(tail[: tail.rfind(b"\n") + 1].splitlines()):
        fields = _fields(line)
        if fields is not None:
            return fields[1].number, end
    return 0, end


def _read(line: bytes, cipher: FieldCipher) -> tuple[str, Head] | None:
    """Parse kind and head of a line; None unless signed with this key."""
    fields = _fields(line)
    if fields is None:
        return None
    kind, head, signature = fields
    return (kind, head) if hmac.compare_digest(head.signed_by(cipher, _PURPOSES[kind]), signature) else None


def _fields(line: bytes) -> tuple[str, Head, bytes] | None:
    try:
        fields = json.loads(line)
        kind, numbers = fields["kind"], [fields[name] for name in ("number", "after", "last", "rows")]
        digests = [bytes.fromhex(fields[name]) for name in ("previous", "head", "signature")]
    except (ValueError, LookupError, TypeError):
        return None
    if kind not in _PURPOSES or not all(isinstance(number, int) for number in numbers):
        return None
    return kind, Head(*numbers, *digests[:2]), digests[2]
