"""Vectors that the sentence model made of firms' texts: kept by the text's digest, so that no text is read twice."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlmodel import Field

from storage.engine.columns import Row, table_of
from storage.engine.transactions import Tx


class SentenceVector(Row, table=True):
    """One vector, as its bytes; the digest names the model too. Without its text it says nothing."""

    __tablename__ = "sentence_vector"

    digest: str = Field(primary_key=True, max_length=32)
    vector: bytes


VECTORS = table_of(SentenceVector)


def find(tx: Tx, digests: Sequence[str]) -> dict[str, bytes]:
    """The vectors that are kept under these digests."""
    rows = tx.execute(select(VECTORS).where(VECTORS.c.digest.in_(digests)))
    return {row.digest: row.vector for row in rows}


def keep(tx: Tx, vectors: Mapping[str, bytes]) -> None:
    """Keep these vectors; one that another node kept meanwhile stays."""
    tx.insert_new(VECTORS, [{"digest": digest, "vector": vector} for digest, vector in vectors.items()], ["digest"])
