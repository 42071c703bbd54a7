"""Callback signatures and encryption, as the platform makes and checks them (protocol §1.1, §1.2)."""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

# PKCS#7 with 32-byte blocks although AES works in 16: the platform's own choice.
_PADDING_BITS = 32 * 8
_HEAD = 16 + 4


class CipherError(Exception):
    """A sealed text not opened by this key, or of another app."""


def sign(*parts: str) -> str:
    """Return the sha1 over the sorted parts: token, timestamp, nonce and, if any, the Encrypt text."""
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def same(given: str, expected: str) -> bool:
    """Compare two signatures in constant time."""
    return hmac.compare_digest(given.encode(), expected.encode())


@dataclass(frozen=True)
class Seal:
    """One EncodingAESKey of one app: encrypts and decrypts messages."""

    aes_key: str
    app_id: str

    def close(self, message: bytes, random: bytes) -> str:
        """Encrypt a message; `random` is 16 bytes before it. Returns base64."""
        padder = padding.PKCS7(_PADDING_BITS).padder()
        plain = random + len(message).to_bytes(4, "big") + message + self.app_id.encode()
        encryptor = self._cipher().encryptor()
        sealed = encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()
        return base64.b64encode(sealed).decode()

    def open(self, text: str) -> bytes:
        """Decrypt base64 text; raises CipherError for a wrong key, padding, length or app id."""
        try:
            sealed = base64.b64decode(text, validate=True)
            decryptor = self._cipher().decryptor()
            padded = decryptor.update(sealed) + decryptor.finalize()
            unpadder = padding.PKCS7(_PADDING_BITS).unpadder()
            plain = unpadder.update(padded) + unpadder.finalize()
        except (binascii.Error, ValueError) as error:
            raise CipherError("not sealed with this key") from error
        length = int.from_bytes(plain[16:_HEAD], "big")
        if len(plain) < _HEAD or length > len(plain) - _HEAD:
            raise CipherError("the length lies outside the text")
        if plain[_HEAD + length :] != self.app_id.encode():
            raise CipherError("sealed for another app")
        return plain[_HEAD : _HEAD + length]

    def _cipher(self) -> Cipher[modes.CBC]:
        key = base64.b64decode(self.aes_key + "=")
        return Cipher(algorithms.AES(key), modes.CBC(key[:16]))
