"""The database knows its key by a fingerprint: under another key people would not be found and be entered twice."""

from contextlib import suppress

from sqlalchemy import insert, select, update
from sqlmodel import Field

from config.errors import UnavailableError
from storage.engine.columns import Row, table_of
from storage.engine.field_encryption import FieldCipher
from storage.engine.transactions import Tx

# The stores ask before there are transactions, also of a database that has not this column yet.
ROOT_COLUMN = "root"
ROOT_QUERY = f"SELECT {ROOT_COLUMN} FROM key_check"  # noqa: S608 - the name stands above


class KeyCheckRow(Row, table=True):
    """The single row with the fingerprint of SRDI_SECRET_KEY.

    `root`: where the key was replaced, the first one, under which fingerprints stay, sealed under the present one.
    """

    __tablename__ = "key_check"

    id: int = Field(primary_key=True)
    fingerprint: str = Field(max_length=32)
    root: bytes | None = None


KEY_CHECK = table_of(KeyCheckRow)


def check_key(tx: Tx) -> None:
    """Hold that the database was always written with this key; the first caller settles which one that is.

    Called as a write before serving. Raises UnavailableError `key_wrong`.
    """
    if not is_known(tx):
        tx.execute(insert(KEY_CHECK), {"id": 1, "fingerprint": fingerprint_of(tx.cipher)})


def has_key_of(tx: Tx, cipher: FieldCipher) -> bool:
    """Whether the database was last written with this cipher's key."""
    known = tx.execute(select(KEY_CHECK.c.fingerprint)).scalar_one_or_none()
    return known == fingerprint_of(cipher)


def is_known(tx: Tx) -> bool:
    """Whether the database knows its key: then it is this one. Raises UnavailableError `key_wrong`."""
    known = tx.execute(select(KEY_CHECK.c.fingerprint)).scalar_one_or_none()
    if known not in (None, fingerprint_of(tx.cipher)):
        raise UnavailableError("key_wrong")
    return known is not None


def fingerprint_of(cipher: FieldCipher) -> str:
    """By what a database or a backup knows the key it was written with."""
    return cipher.own_mac(b"the key of this database", "keycheck")[:16].hex()


def adopt_root(cipher: FieldCipher, sealed: bytes | None) -> None:
    """Make the cipher's fingerprints under the root that a database keeps, if it keeps one.

    One that does not open was sealed under another key: `check_key` and `is_known` say so.
    """
    if sealed is not None:
        with suppress(UnavailableError):
            cipher.use_root(cipher.open_root(sealed))


def adopt_stored_root(tx: Tx) -> None:
    """The same for a database that was filled just now."""
    adopt_root(tx.cipher, tx.execute(select(KEY_CHECK.c.root)).scalar_one_or_none())


def replace(tx: Tx, former: FieldCipher, new: FieldCipher) -> None:
    """From now on the database knows the new key; fingerprints stay under the former cipher's root."""
    values = {"fingerprint": fingerprint_of(new), "root": new.sealed_root(former)}
    tx.execute(update(KEY_CHECK).values(values))
