"""Bids are sealed to a challenge's own key; its private half lives only in three shares, any two of which open.

Forms, each with a version byte: a sealed part is 1, ephemeral public key (32), nonce (12), AES-256-GCM; its key is HKDF
of the X25519 secret, salted with both public keys, and the context is bound in twice (info and associated data). A
wrapped share is a part sealed to an opener's key, whose private half is scrypt of the opener's passphrase and salt: the
opener sets it on a visit of their own, before the challenge has a key, and nothing of it is stored but the public half.

A share's commitment is SHA-256 of a tag, the challenge's id and the share with its number. A share is random as a key
is, so nobody finds it from its hash; and whoever hands one in learns at once whether it is the one that was made.
"""

import base64
import binascii
import hashlib
import hmac
import os
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from config.errors import InputError
from storage.challenges.secret_sharing import combine, split

_FORM = b"\x01"
_KEY = 32
_NONCE = 12
_SALT = 16
_TAG = 16
_CHECK = 2
_SHARE = "share"
_COMMITMENT = b"srdi:share:1:"
_DIGEST = 32
# 32 MB and about a fifth of a second: two of them at an opening, not on any hot path.
_COST, _BLOCK, _LANES = 2**15, 8, 3
FEWEST_LETTERS = 12


@dataclass(frozen=True, slots=True)
class NewKey:
    """A challenge's key as publishing makes it: what is stored, and the printed share, which is not."""

    public: bytes
    first: bytes
    second: bytes
    printed: str
    commitments: bytes


def opener_public(passphrase: str, salt: bytes) -> bytes:
    """The public half of an opener's key. Takes a fifth of a second; raises InputError for a short passphrase."""
    if len(_normal(passphrase)) < FEWEST_LETTERS:
        raise InputError("opener_passphrase_short", fewest=FEWEST_LETTERS)
    return _opener(passphrase, salt).public_key().public_bytes_raw()


def fresh_salt() -> bytes:
    """The salt of one opener's passphrase."""
    return os.urandom(_SALT)


def make_key(challenge_id: int, first: bytes, second: bytes) -> NewKey:
    """A fresh key pair, its private half split 2 of 3 and dropped: two shares for these openers' public keys."""
    private = X25519PrivateKey.generate()
    shares = split(private.private_bytes_raw(), 3, 2, os.urandom(_KEY))
    return NewKey(
        private.public_key().public_bytes_raw(),
        seal_to(first, shares[0], _SHARE),
        seal_to(second, shares[1], _SHARE),
        printed(shares[2]),
        b"".join(commitment_of(challenge_id, share) for share in shares),
    )


def commitment_of(challenge_id: int, share: bytes) -> bytes:
    """Return the commitment of a share, whose first byte is its number."""
    return hashlib.sha256(_COMMITMENT + challenge_id.to_bytes(8) + share).digest()


def is_share(commitments: bytes | None, challenge_id: int, number: int, share: bytes) -> bool:
    """Tell whether this is the challenge's share with this number; without commitments, whether it could be."""
    if share[:1] != bytes([number]):
        return False
    if commitments is None:
        return True
    made = commitments[(number - 1) * _DIGEST : number * _DIGEST]
    return hmac.compare_digest(made, commitment_of(challenge_id, share))


def seal_to(public: bytes, content: bytes, context: str) -> bytes:
    """The content, readable only with the private half of this key and in this context."""
    once = X25519PrivateKey.generate()
    mine = once.public_key().public_bytes_raw()
    key = _shared(once.exchange(X25519PublicKey.from_public_bytes(public)), mine, public, context)
    nonce = os.urandom(_NONCE)
    return _FORM + mine + nonce + AESGCM(key).encrypt(nonce, content, context.encode())


def open_with(private: bytes, sealed: bytes, context: str) -> bytes:
    """What was sealed to this key in this context. Raises InputError `bid_unreadable` for anything else."""
    if sealed[:1] != _FORM or len(sealed) < 1 + _KEY + _NONCE + _TAG:
        raise InputError("bid_unreadable")
    theirs, nonce = sealed[1 : 1 + _KEY], sealed[1 + _KEY : 1 + _KEY + _NONCE]
    mine = X25519PrivateKey.from_private_bytes(private)
    try:
        secret = mine.exchange(X25519PublicKey.from_public_bytes(theirs))
        key = _shared(secret, theirs, mine.public_key().public_bytes_raw(), context)
        return AESGCM(key).decrypt(nonce, sealed[1 + _KEY + _NONCE :], context.encode())
    except (InvalidTag, ValueError):
        raise InputError("bid_unreadable") from None


def private_from(shares: Sequence[bytes], public: bytes) -> bytes:
    """The private key that two shares give, proven against the public one. Raises InputError `shares_wrong`."""
    try:
        private = combine(shares)
        proven = X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw() == public
    except ValueError:
        raise InputError("shares_wrong") from None
    if not proven:
        raise InputError("shares_wrong")
    return private


def unwrap(wrapped: bytes, passphrase: str, salt: bytes) -> bytes:
    """The share inside. Takes a fifth of a second; raises InputError `opener_passphrase_wrong`."""
    try:
        return open_with(_opener(passphrase, salt).private_bytes_raw(), wrapped, _SHARE)
    except InputError:
        raise InputError("opener_passphrase_wrong") from None


def printed(share: bytes) -> str:
    """The share as it stands on paper: groups of four letters and digits, the last of them proving the rest."""
    text = base64.b32encode(share + hashlib.sha256(share).digest()[:_CHECK]).decode().rstrip("=")
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def from_print(text: str) -> bytes:
    """The share that somebody typed from paper. Raises InputError `printed_share_wrong` at a slip."""
    letters = "".join(char for char in unicodedata.normalize("NFKC", text).upper() if char.isalnum())
    # The alphabet has no 0, 1 or 8: they can only be misread letters.
    letters = letters.translate(str.maketrans("018", "OIB"))
    try:
        whole = base64.b32decode(letters + "=" * (-len(letters) % 8))
    except binascii.Error:
        raise InputError("printed_share_wrong") from None
    share, check = whole[:-_CHECK], whole[-_CHECK:]
    if len(share) != _KEY + 1 or hashlib.sha256(share).digest()[:_CHECK] != check:
        raise InputError("printed_share_wrong")
    return share


def _shared(secret: bytes, ephemeral: bytes, recipient: bytes, context: str) -> bytes:
    info = b"srdi:bid:1:" + context.encode()
    return HKDF(algorithm=SHA256(), length=_KEY, salt=ephemeral + recipient, info=info).derive(secret)


def _opener(passphrase: str, salt: bytes) -> X25519PrivateKey:
    stretch = Scrypt(salt=salt, length=_KEY, n=_COST, r=_BLOCK, p=_LANES)
    return X25519PrivateKey.from_private_bytes(stretch.derive(_normal(passphrase).encode()))


def _normal(passphrase: str) -> str:
    return unicodedata.normalize("NFKC", passphrase).strip()
