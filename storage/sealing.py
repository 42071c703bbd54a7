"""Personal fields are sealed before they reach a table, and looked up by keyed fingerprints."""

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


class FieldCipher:
    """Seals with AES-256-GCM, fingerprints with HMAC-SHA-256, each under its own subkey of SRDI_SECRET_KEY (HKDF)."""

    def __init__(self, key: bytes) -> None:
        if len(key) != 32:
            raise ValueError("the secret key has 32 bytes")
        self._aead = AESGCM(_subkey(key, "seal"))
        self._fingerprint_key = lru_cache(maxsize=64)(lambda purpose: _subkey(key, f"fingerprint:{purpose}"))

    def seal(self, text: str, context: str) -> bytes:
        """The text, readable only with the same key and the same context ("people.phone"): form, nonce, ciphertext."""
        return self.seal_bytes(text.encode(), context)

    def seal_bytes(self, content: bytes, context: str) -> bytes:
        """The same for a file, such as a picture."""
        nonce = os.urandom(_NONCE)
        return _FORM + nonce + self._aead.encrypt(nonce, content, context.encode())

    def open(self, sealed: bytes, context: str) -> str:
        """The text that was sealed in this context.

        Raises UnavailableError `sealed_unreadable` where key or context differ or the bytes were changed.
        """
        return self.open_bytes(sealed, context).decode()

    def open_bytes(self, sealed: bytes, context: str) -> bytes:
        """The file that was sealed in this context; raises as `open` does."""
        if sealed[:1] != _FORM or len(sealed) < len(_FORM) + _NONCE + _TAG:
            raise UnavailableError("sealed_unreadable", context=context)
        try:
            return self._aead.decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], context.encode())
        except InvalidTag:
            raise UnavailableError("sealed_unreadable", context=context) from None

    def fingerprint(self, text: str, purpose: str) -> str:
        """32 hex digits, same for same text, purpose and key: for look-ups and audit, useless without the key."""
        return self.mac(text.encode(), purpose)[:16].hex()

    def mac(self, content: bytes, purpose: str) -> bytes:
        """32 bytes that only a holder of the key can make for this content and purpose: it signs audit and backups."""
        return hmac.digest(self._fingerprint_key(purpose), content, "sha256")


def _subkey(key: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"srdi:{purpose}".encode()).derive(key)
