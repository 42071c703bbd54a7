"""Key check by fingerprint: with a wrong key people would not be found and be entered twice."""

from contextlib import suppress

from sqlalchemy import insert, select, update
from sqlmodel import Field

from config.errors import UnavailableError
from storage.engine.columns import TableRow, table_of
from storage.engine.field_encryption import FieldCipher
from storage.engine.transactions import Tx

# Queried before there are transactions, also in a database without this column.
ROOT_COLUMN = "root"
ROOT_QUERY = f"SELECT {ROOT_COLUMN} FROM key_check"  # noqa: S608 - the name stands above


class KeyCheckRow(TableRow, table=True):
    """The single row with the fingerprint of SRDI_SECRET_KEY.

    `root`: if the key was replaced, the first one, still used for HMACs, sealed under the present key.
    """

    __tablename__ = "key_check"

    id: int = Field(primary_key=True)
    fingerprint: str = Field(max_length=32)
    root: bytes | None = None


KEY_CHECK = table_of(KeyCheckRow)


def check_key(tx: Tx) -> None:
    """Require that the database was always written with this key; the first caller sets it.

    Called as a write before serving. Raises UnavailableError `key_wrong`.
    """
    if not is_known(tx):
        tx.execute(insert(KEY_CHECK), {"id": 1, "fingerprint": fingerprint_of(tx.cipher)})


def has_key_of(tx: Tx, cipher: FieldCipher) -> bool:
    """Tell whether the database was last written with this cipher's key."""
    known = tx.execute(select(KEY_CHECK.c.fingerprint)).scalar_one_or_none()
    return known == fingerprint_of(cipher)


def is_known(tx: Tx) -> bool:
    """Tell whether the database has a key, which then is this one. Raises UnavailableError `key_wrong`."""
    known = tx.execute(select(KEY_CHECK.c.fingerprint)).scalar_one_or_none()
    if known not in (None, fingerprint_of(tx.cipher)):
        raise UnavailableError("key_wrong")
    return known is not None


def fingerprint_of(cipher: FieldCipher) -> str:
    """Return the fingerprint that identifies a database's or backup's key."""
    return cipher.own_mac(b"the key of this database", "keycheck")[:16].hex()


def adopt_root(cipher: FieldCipher, sealed: bytes | None) -> None:
    """Use the root key stored in the database for the cipher's HMACs, if any.

    A root that does not open was sealed with another key: `check_key` and `is_known` report that.
    """
    if sealed is not None:
        with suppress(UnavailableError):
            cipher.use_root(cipher.open_root(sealed))


def adopt_stored_root(tx: Tx) -> None:
    """Do the same for a database filled just now."""
    adopt_root(tx.cipher, tx.execute(select(KEY_CHECK.c.root)).scalar_one_or_none())


def replace(tx: Tx, former: FieldCipher, new: FieldCipher) -> None:
    """Store the new key's fingerprint; HMACs stay under the former cipher's root."""
    values = {"fingerprint": fingerprint_of(new), "root": new.sealed_root(former)}
    tx.execute(update(KEY_CHECK).values(values))
