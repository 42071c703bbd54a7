"""The platform's side of the protocol for these tests, written only from the protocol: signs, encrypts, decrypts
replies.
"""

import base64
import hashlib
from dataclasses import dataclass, field
from urllib.parse import urlencode

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

TOKEN = "a-token-of-the-tests"
APP_ID = "wx0000000000000001"
ACCOUNT = "gh_000000000001"
OPENID = "oAAAAAAAAAAAAAAAAAAAAAAAAAAA"
CURRENT_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
PREVIOUS_KEY = "GFEDCBA9876543210zyxwvutsrqponmlkjihgfedcba"
NOW = 1_795_000_000


def signature(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def _cipher(key: str) -> Cipher[modes.CBC]:
    raw = base64.b64decode(key + "=")
    return Cipher(algorithms.AES(raw), modes.CBC(raw[:16]))


def encrypt_raw(data: bytes, key: str = CURRENT_KEY) -> str:
    """Return base64 of the ciphertext of already padded bytes."""
    encryptor = _cipher(key).encryptor()
    return base64.b64encode(encryptor.update(data) + encryptor.finalize()).decode()


def padded(xml: bytes, app_id: str = APP_ID) -> bytes:
    data = b"0123456789abcdef" + len(xml).to_bytes(4, "big") + xml + app_id.encode()
    missing = 32 - len(data) % 32
    return data + bytes([missing]) * missing


def encrypt(xml: bytes, key: str = CURRENT_KEY, app_id: str = APP_ID) -> str:
    return encrypt_raw(padded(xml, app_id), key)


def decrypt(encrypted: str, key: str = CURRENT_KEY) -> tuple[str, str]:
    """Return the XML and the app id inside."""
    decryptor = _cipher(key).decryptor()
    data = decryptor.update(base64.b64decode(encrypted)) + decryptor.finalize()
    assert 1 <= data[-1] <= 32
    assert len(data) % 32 == 0
    data = data[: -data[-1]]
    length = int.from_bytes(data[16:20], "big")
    return data[20 : 20 + length].decode(), data[20 + length :].decode()


def message(kind: str, nodes: str = "", *, sender: str = OPENID, created: int = NOW, msg_id: str = "") -> bytes:
    """Return one push's XML: the common nodes, then those of this kind."""
    tail = f"<MsgId>{msg_id}</MsgId>" if msg_id else ""
    return (
        f"<xml><ToUserName><![CDATA[{ACCOUNT}]]></ToUserName><FromUserName><![CDATA[{sender}]]></FromUserName>"
        f"<CreateTime>{created}</CreateTime><MsgType><![CDATA[{kind}]]></MsgType>{nodes}{tail}</xml>"
    ).encode()


def text(content: str, msg_id: int = 1_234_567_890_123_456) -> bytes:
    return message("text", f"<Content><![CDATA[{content}]]></Content>", msg_id=str(msg_id))


def event(name: str, nodes: str = "", **head: int) -> bytes:
    return message("event", f"<Event><![CDATA[{name}]]></Event>{nodes}", **head)  # type: ignore[arg-type]


@dataclass
class Post:
    """A POST as the platform makes it; change a field to break it."""

    body: bytes
    query: dict[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        return "/wechat?" + urlencode(self.query)


def plain(xml: bytes, now: int = NOW, nonce: str = "486452656") -> Post:
    stamp = str(now)
    return Post(xml, {"signature": signature(TOKEN, stamp, nonce), "timestamp": stamp, "nonce": nonce})


def sealed(encrypted: str, now: int = NOW, nonce: str = "486452656", beside: str = "") -> Post:
    """Return a push in safe mode, or in compatible mode with the plain fields `beside` it."""
    post = plain(b"", now, nonce)
    post.query |= {"encrypt_type": "aes", "msg_signature": signature(TOKEN, str(now), nonce, encrypted)}
    post.body = (
        f"<xml><ToUserName><![CDATA[{ACCOUNT}]]></ToUserName>{beside}<Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
    ).encode()
    return post


def safe(xml: bytes, key: str = CURRENT_KEY, now: int = NOW) -> Post:
    return sealed(encrypt(xml, key), now)
