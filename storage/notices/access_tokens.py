"""The platform's access token, one per account, shared by every node."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Field

from storage.engine.columns import TableRow, UtcTime, table_of
from storage.engine.transactions import Tx


class AccessTokenRow(TableRow, table=True):
    """An app id's newest token, sealed."""

    __tablename__ = "access_token"

    app_id: str = Field(primary_key=True, max_length=32)
    sealed: bytes
    expires: datetime = Field(sa_type=UtcTime)
    asked: datetime = Field(sa_type=UtcTime)


TOKENS = table_of(AccessTokenRow)


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A token, its expiry, and when it was requested: the latest request wins."""

    value: str = field(repr=False)
    expires: datetime
    asked: datetime


def load(tx: Tx, app_id: str) -> AccessToken | None:
    """Return the newest token any node stored for this app id."""
    row = tx.execute(select(TOKENS).where(TOKENS.c.app_id == app_id)).one_or_none()
    if row is None:
        return None
    return AccessToken(tx.cipher.open(row.sealed, f"access_token.sealed:{app_id}"), row.expires, row.asked)


def save(tx: Tx, app_id: str, token: AccessToken) -> None:
    """Save this token unless a later-requested one is stored."""
    new = {
        "app_id": app_id,
        "sealed": tx.cipher.seal(token.value, f"access_token.sealed:{app_id}"),
        "expires": token.expires,
        "asked": token.asked,
    }
    tx.upsert(TOKENS, new, where=TOKENS.c.asked <= token.asked)
