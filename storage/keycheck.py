"""The database knows its key by a fingerprint: under another key people would not be found and be entered twice."""

from sqlalchemy import insert, select
from sqlmodel import Field

from config.errors import UnavailableError
from storage.columns import Row, table_of
from storage.transactions import Tx


class KeyCheckRow(Row, table=True):
    """The single row with the fingerprint of SRDI_SECRET_KEY."""

    __tablename__ = "key_check"

    id: int = Field(primary_key=True)
    fingerprint: str = Field(max_length=32)


KEY_CHECK = table_of(KeyCheckRow)


def check_key(tx: Tx) -> None:
    """Hold that the database was always written with this key; the first caller settles which one that is.

    Called as a write before serving. Raises UnavailableError `key_wrong`.
    """
    fingerprint = tx.cipher.fingerprint("the key of this database", "keycheck")
    known = tx.execute(select(KEY_CHECK.c.fingerprint)).scalar_one_or_none()
    if known is None:
        tx.execute(insert(KEY_CHECK), {"id": 1, "fingerprint": fingerprint})
    elif known != fingerprint:
        raise UnavailableError("key_wrong")
