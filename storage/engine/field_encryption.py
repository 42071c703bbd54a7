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
_ROOT = "key_check.root"


class FieldCipher:
    """Seals with AES-256-GCM, fingerprints with HMAC-SHA-256, each under its own subkey of SRDI_SECRET_KEY (HKDF).

    Where the key was replaced, fingerprints stay under the first one, which the database keeps: see `use_root`.
    """

    def __init__(self, key: bytes) -> None:
        if len(key) != 32:
            raise ValueError("the secret key has 32 bytes")
        self._key = key
        self._aead = AESGCM(_subkey(key, "seal"))
        self.use_root(key)

    def use_root(self, root: bytes) -> None:
        """Make fingerprints and marks under this key from now on. For a store that opens its database, before work."""
        self._root = root
        self._fingerprint_key = lru_cache(maxsize=64)(lambda purpose: _subkey(root, f"fingerprint:{purpose}"))

    def sealed_root(self, former: "FieldCipher") -> bytes:
        """Return the root of another cipher's fingerprints, sealed under this key."""
        return self.seal_bytes(former._root, _ROOT)

    def open_root(self, sealed: bytes) -> bytes:
        """Return what `sealed_root` sealed; raises UnavailableError where that was under another key."""
        return self.open_bytes(sealed, _ROOT)

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

    def own_mac(self, content: bytes, purpose: str) -> bytes:
        """32 bytes that only a holder of SRDI_SECRET_KEY itself can make: by it a database knows its present key."""
        return hmac.digest(_subkey(self._key, f"fingerprint:{purpose}"), content, "sha256")

    def mac(self, content: bytes, purpose: str) -> bytes:
        """32 bytes that only a holder of the key can make for this content and purpose: it signs the audit."""
        return hmac.digest(self._fingerprint_key(purpose), content, "sha256")


def _subkey(key: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"srdi:{purpose}".encode()).derive(key)
