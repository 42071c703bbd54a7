"""Files of a challenge or bid: in the database, in sealed chunks, so that backups include them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlmodel import Field

from storage.engine.columns import BigId, TableRow, UtcTime, table_of
from storage.engine.transactions import Tx

PIECE_BYTES = 1024 * 1024
# File and bid ids are random and reveal no counts; JSON numbers hold this many bits exactly.
ID_BITS = 53


class ChallengeFileRow(TableRow, table=True):
    """One file; its id is random. `bid_id` None: the poster's own. `digest`: SHA-256, empty if sealed to a bid."""

    __tablename__ = "challenge_file"

    id: int = Field(primary_key=True, sa_type=BigId, sa_column_kwargs={"autoincrement": False})
    challenge_id: int = Field(foreign_key="challenge.id", index=True, sa_type=BigId)
    bid_id: int | None = Field(default=None, index=True, sa_type=BigId)
    kind: str = Field(max_length=16)
    name: bytes
    form: str = Field(max_length=8)
    size: int
    digest: str = Field(max_length=64)
    person_id: int = Field(sa_type=BigId)
    sealed_to_bid: bool
    added: datetime = Field(sa_type=UtcTime)


class ChallengeFilePieceRow(TableRow, table=True):
    """A sealed chunk of a file."""

    __tablename__ = "challenge_file_piece"

    file_id: int = Field(foreign_key="challenge_file.id", primary_key=True, sa_type=BigId)
    number: int = Field(primary_key=True)
    sealed: bytes


FILES = table_of(ChallengeFileRow)
PIECES = table_of(ChallengeFilePieceRow)


@dataclass(frozen=True, slots=True)
class ChallengeFile:
    """A file without content. `sealed_to_bid`: readable only with the challenge's opened key."""

    id: int
    challenge_id: int
    bid_id: int | None
    kind: str
    name: str
    form: str
    size: int
    digest: str
    sealed_to_bid: bool = False
    added: datetime | None = None


def context_of(file_id: int, number: int) -> str:
    """Return the context a chunk is bound to: it opens nowhere else."""
    return f"challenge_file:{file_id}:{number}"


def pieces_of(content: bytes) -> list[bytes]:
    """Split the content into chunks for sealing."""
    return [content[start : start + PIECE_BYTES] for start in range(0, len(content), PIECE_BYTES)]


def add(tx: Tx, file: ChallengeFile, person_id: int, sealed: Sequence[bytes]) -> None:
    """Save the file with its sealed chunks."""
    row = {
        "id": file.id,
        "challenge_id": file.challenge_id,
        "bid_id": file.bid_id,
        "kind": file.kind,
        "name": tx.cipher.seal(file.name, f"challenge_file.name:{file.id}"),
        "form": file.form,
        "size": file.size,
        "digest": file.digest,
        "person_id": person_id,
        "sealed_to_bid": file.sealed_to_bid,
        "added": tx.now,
    }
    tx.execute(insert(FILES).values(row))
    tx.execute(insert(PIECES), [{"file_id": file.id, "number": n, "sealed": piece} for n, piece in enumerate(sealed)])


def get(tx: Tx, file_id: int) -> ChallengeFile | None:
    """Return the file with this id."""
    return tx.one(select(FILES).where(FILES.c.id == file_id), lambda row: _file(tx, row))


def sealed_pieces(tx: Tx, file_id: int) -> list[bytes]:
    """Return its chunks, still sealed."""
    mine = select(PIECES.c.sealed).where(PIECES.c.file_id == file_id).order_by(PIECES.c.number)
    return [bytes(sealed) for sealed in tx.execute(mine).scalars()]


def of_challenge(tx: Tx, challenge_id: int) -> list[ChallengeFile]:
    """Return the poster's own files."""
    mine = select(FILES).where(FILES.c.challenge_id == challenge_id, FILES.c.bid_id.is_(None)).order_by(FILES.c.added)
    return [_file(tx, row) for row in tx.execute(mine)]


def of_bid(tx: Tx, bid_id: int) -> list[ChallengeFile]:
    """Return a bid's files."""
    return [_file(tx, row) for row in tx.execute(select(FILES).where(FILES.c.bid_id == bid_id).order_by(FILES.c.added))]


def of_bids(tx: Tx, challenge_id: int) -> dict[int, list[ChallengeFile]]:
    """Return the files of all the challenge's bids, by bid."""
    mine = (FILES.c.challenge_id == challenge_id) & FILES.c.bid_id.is_not(None)
    found: dict[int, list[ChallengeFile]] = {}
    for row in tx.execute(select(FILES).where(mine).order_by(FILES.c.added)):
        found.setdefault(row.bid_id, []).append(_file(tx, row))
    return found


def remove(tx: Tx, file_id: int) -> None:
    """Delete the file and its chunks."""
    tx.execute(delete(PIECES).where(PIECES.c.file_id == file_id))
    tx.execute(delete(FILES).where(FILES.c.id == file_id))


def _file(tx: Tx, row: object) -> ChallengeFile:
    found = dict(row._mapping)  # type: ignore[attr-defined]  # a row of Core
    found["name"] = tx.cipher.open(found["name"], f"challenge_file.name:{found['id']}")
    del found["person_id"]
    return ChallengeFile(**found)
