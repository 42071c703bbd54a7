"""Encryption of personal fields, and HMACs for looking them up."""

import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from config.errors import UnavailableError

_FORM = b"\x01"
_NONCE = 12
_TAG = 16
_ROOT = "key_check.root"


class FieldCipher:
    """Encrypts with AES-256-GCM, computes HMAC-SHA-256, each with its own subkey of SRDI_SECRET_KEY (HKDF).

    If the key was replaced, HMACs stay under the first one, which the database stores: see `use_root`.
    """

    def __init__(self, key: bytes) -> None:
        if len(key) != 32:
            raise ValueError("the secret key has 32 bytes")
        self._key = key
        self._aead = AESGCM(_subkey(key, "seal"))
        self.use_root(key)

    def use_root(self, root: bytes) -> None:
        """Compute HMACs with this key from now on; called when a database is opened, before work."""
        self._root = root
        self._fingerprint_key = lru_cache(maxsize=64)(lambda purpose: _subkey(root, f"fingerprint:{purpose}"))

    def sealed_root(self, former: "FieldCipher") -> bytes:
        """Return the root key of another cipher's HMACs, sealed with this key."""
        return self.seal_bytes(former._root, _ROOT)

    def open_root(self, sealed: bytes) -> bytes:
        """Open what `sealed_root` sealed; raises UnavailableError if another key sealed it."""
        return self.open_bytes(sealed, _ROOT)

    def seal(self, text: str, context: str) -> bytes:
        """Seal the text, readable only with the same key and context ("people.phone"): version, nonce, ciphertext."""
        return self.seal_bytes(text.encode(), context)

    def seal_bytes(self, content: bytes, context: str) -> bytes:
        """Seal bytes, such as a picture."""
        nonce = os.urandom(_NONCE)
        return _FORM + nonce + self._aead.encrypt(nonce, content, context.encode())

    def open(self, sealed: bytes, context: str) -> str:
        """Open text sealed in this context.

        Raises UnavailableError `sealed_unreadable` if key or context differ or the bytes were changed.
        """
        return self.open_bytes(sealed, context).decode()

    def open_bytes(self, sealed: bytes, context: str) -> bytes:
        """Open bytes sealed in this context; raises as `open` does."""
        if sealed[:1] != _FORM or len(sealed) < len(_FORM) + _NONCE + _TAG:
            raise UnavailableError("sealed_unreadable", context=context)
        try:
            return self._aead.decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], context.encode())
        except InvalidTag:
            raise UnavailableError("sealed_unreadable", context=context) from None

    def fingerprint(self, text: str, purpose: str) -> str:
        """Return 32 hex digits, equal for equal text, purpose and key: for look-ups and audit, useless without
        the key.
        """
        return self.mac(text.encode(), purpose)[:16].hex()

    def own_mac(self, content: bytes, purpose: str) -> bytes:
        """Return 32 bytes that need SRDI_SECRET_KEY itself: they identify a database's present key."""
        return hmac.digest(_subkey(self._key, f"fingerprint:{purpose}"), content, "sha256")

    def mac(self, content: bytes, purpose: str) -> bytes:
        """Return 32 bytes that need the key, for this content and purpose: signs the audit."""
        return hmac.digest(self._fingerprint_key(purpose), content, "sha256")


def _subkey(key: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"srdi:{purpose}".encode()).derive(key)
