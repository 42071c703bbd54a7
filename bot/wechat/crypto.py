"""Callback signatures and encryption (protocol §1.1-1.2), using wechatpy's cipher."""

import base64
import binascii
import hashlib
import hmac
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from wechatpy.crypto.base import WeChatCipher

from bot.wechat.errors import WireError

# The platform pads to 32 bytes although AES blocks are 16: up to 32 bytes of padding are valid.
PADDING_BLOCK = 32
RANDOM_BYTES = 16
LENGTH_BYTES = 4


class AesKey:
    """An EncodingAESKey with its key schedule computed once."""

    def __init__(self, encoding_aes_key: str) -> None:
        key = base64.b64decode(encoding_aes_key + "=")
        if len(key) != 32:
            raise ValueError("an EncodingAESKey is 43 letters and digits")
        self.cipher = WeChatCipher(key)


@dataclass(frozen=True, slots=True)
class Seal:
    """Key and token of a push; its answer uses the same."""

    key: AesKey
    token: str


class Envelope:
    """Decrypts what the platform sends and encrypts the answers.

    `keys`: the current EncodingAESKey first, then the previous one; none means plain mode only. `previous_token` is
    also accepted while the platform's console is being switched. `random` returns the 16 bytes before each encrypted
    message.
    """

    def __init__(
        self,
        token: str,
        app_id: str,
        keys: Sequence[str] = (),
        random: Callable[[int], bytes] = os.urandom,
        *,
        previous_token: str = "",
    ) -> None:
        self._tokens = tuple(filter(None, (token, previous_token)))
        self._app_id = app_id.encode()
        self._keys = tuple(AesKey(key) for key in keys if key)
        self._random = random

    @property
    def has_keys(self) -> bool:
        """Tell whether pushes can come encrypted."""
        return bool(self._keys)

    def check(self, signature: str, timestamp: str, nonce: str) -> None:
        """Verify the signature of a plain push or address check; raises WireError (forged) if invalid."""
        self._verify(signature, timestamp, nonce)

    def open(self, encrypted: str, msg_signature: str, timestamp: str, nonce: str) -> tuple[bytes, Seal]:
        """Decrypt an <Encrypt> text; return the plain XML and the key and token used.

        Raises WireError (forged) if the signature is invalid, no key decrypts it or it was meant for another app.
        """
        token = self._verify(msg_signature, timestamp, nonce, encrypted)
        try:
            data = base64.b64decode(encrypted, validate=True)
        except (binascii.Error, ValueError) as error:
            raise WireError("encrypt_not_base64") from error
        if not data or len(data) % 16:
            raise WireError("encrypt_length")
        for key in self._keys:
            xml = self._content(key.cipher.decrypt(data))
            if xml is not None:
                return xml, Seal(key, token)
        raise WireError("no_key_opens", forged=True)

    def seal(self, xml: str, seal: Seal, timestamp: str, nonce: str) -> str:
        """Encrypt and sign the reply's XML with the push's key and token, over this timestamp and nonce."""
        content = xml.encode()
        data = self._random(RANDOM_BYTES) + len(content).to_bytes(LENGTH_BYTES, "big") + content + self._app_id
        padding = PADDING_BLOCK - len(data) % PADDING_BLOCK
        encrypted = base64.b64encode(seal.key.cipher.encrypt(data + bytes([padding]) * padding)).decode()
        return (
            f"<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt>"
            f"<MsgSignature><![CDATA[{_sign(seal.token, timestamp, nonce, encrypted)}]]></MsgSignature>"
            f"<TimeStamp>{timestamp}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
        )

    def _content(self, data: bytes) -> bytes | None:
        """Return the content between length and app id, or None if padding, length or app id is wrong."""
        padding = data[-1]
        if not 1 <= padding <= PADDING_BLOCK or data[-padding:] != bytes([padding]) * padding:
            return None
        start = RANDOM_BYTES + LENGTH_BYTES
        end = start + int.from_bytes(data[RANDOM_BYTES:start], "big")
        body = data[:-padding]
        if end > len(body) or not hmac.compare_digest(body[end:], self._app_id):
            return None
        return body[start:end]

    def _verify(self, signature: str, *signed: str) -> str:
        """Return the token this was signed with; raises WireError (forged) if none matches."""
        given = signature.encode()
        for token in self._tokens:
            if hmac.compare_digest(_sign(token, *signed).encode(), given):
                return token
        raise WireError("signature", forged=True)


def _sign(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()
