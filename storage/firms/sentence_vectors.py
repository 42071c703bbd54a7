"""Sentence-model vectors of firms' texts, by the text's digest, so that no text is computed twice."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlmodel import Field

from storage.engine.columns import TableRow, table_of
from storage.engine.transactions import Tx


class SentenceVectorRow(TableRow, table=True):
    """A vector as bytes; its digest also covers the model. Reveals nothing without the text."""

    __tablename__ = "sentence_vector"

    digest: str = Field(primary_key=True, max_length=32)
    vector: bytes


VECTORS = table_of(SentenceVectorRow)


def find(tx: Tx, digests: Sequence[str]) -> dict[str, bytes]:
    """Return the vectors stored under these digests."""
    rows = tx.execute(select(VECTORS).where(VECTORS.c.digest.in_(digests)))
    return {row.digest: row.vector for row in rows}


def save(tx: Tx, vectors: Mapping[str, bytes]) -> None:
    """Save these vectors; ones already saved by another node stay."""
    tx.insert_new(VECTORS, [{"digest": digest, "vector": vector} for digest, vector in vectors.items()], ["digest"])
