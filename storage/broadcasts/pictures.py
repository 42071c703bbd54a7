"""Broadcast pictures by content hash: what was approved is what is shown."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlmodel import Field

from storage.broadcasts.broadcasts import BROADCASTS
from storage.engine.columns import TableRow, UtcTime, table_of
from storage.engine.transactions import Tx

# How long a rejected form with its picture may stay open.
UNUSED_FOR = timedelta(days=2)


class BroadcastPictureRow(TableRow, table=True):
    """One JPEG, public to anyone who knows its name, as the platform's clients require."""

    __tablename__ = "broadcast_picture"

    name: str = Field(primary_key=True, max_length=64)
    content: bytes
    kept: datetime = Field(sa_type=UtcTime)


PICTURES = table_of(BroadcastPictureRow)


def save(tx: Tx, content: bytes) -> str:
    """Save this picture (idempotent) and return its name."""
    name = hashlib.sha256(content).hexdigest()
    tx.upsert(PICTURES, {"name": name, "content": content, "kept": tx.now}, {"kept": tx.now})
    return name


def exists(tx: Tx, name: str) -> bool:
    """Tell whether a picture of this name exists."""
    return tx.execute(select(PICTURES.c.name).where(PICTURES.c.name == name)).first() is not None


def get(tx: Tx, name: str) -> bytes | None:
    """Return the picture of this name."""
    found = tx.execute(select(PICTURES.c.content).where(PICTURES.c.name == name)).scalar_one_or_none()
    return None if found is None else bytes(found)


def tidy(tx: Tx) -> int:
    """Delete pictures that no broadcast shows and no open form can; return how many."""
    shown = {content.get("picture") for content in tx.execute(select(BROADCASTS.c.content)).scalars()}
    old = select(PICTURES.c.name).where(PICTURES.c.kept <= tx.now - UNUSED_FOR)
    unused = [name for name in tx.execute(old).scalars() if name not in shown]
    return tx.execute(delete(PICTURES).where(PICTURES.c.name.in_(unused))).rowcount if unused else 0
