"""The database knows its key by a fingerprint: under another key people would not be found and be entered twice."""

from sqlalchemy import insert, select
from sqlmodel import Field

from config.errors import UnavailableError
from storage.columns import Row, table_of
from storage.sealing import FieldCipher
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
    if not is_known(tx):
        tx.execute(insert(KEY_CHECK), {"id": 1, "fingerprint": fingerprint_of(tx.cipher)})


def is_known(tx: Tx) -> bool:
    """Whether the database knows its key: then it is this one. Raises UnavailableError `key_wrong`."""
    known = tx.execute(select(KEY_CHECK.c.fingerprint)).scalar_one_or_none()
    if known not in (None, fingerprint_of(tx.cipher)):
        raise UnavailableError("key_wrong")
    return known is not None


def fingerprint_of(cipher: FieldCipher) -> str:
    """By what a database or a backup knows the key it was written with."""
    return cipher.fingerprint("the key of this database", "keycheck")
