"""Bids are sealed to a challenge's own key; its private half lives only sealed to each two of three shares.

Forms, each with a version byte: a sealed part is 1, ephemeral public key (32), nonce (12), AES-256-GCM; its key is HKDF
of the X25519 secret, salted with both public keys, and the context is bound in twice (info and associated data). A
wrapped share is a part sealed to an opener's key, whose private half is scrypt of the opener's passphrase and salt: the
opener sets it on a visit of their own, before the challenge has a key, and nothing of it is stored but the public half.

A share is a number and 32 random bytes, which serve as an X25519 private key. For each two of them the challenge's
private key is a part sealed to the one within a part sealed to the other: any two open, one alone reads nothing.

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

_FORM = b"\x01"
_KEY = 32
_NONCE = 12
_SALT = 16
_TAG = 16
_CHECK = 2
_SHARE = "share"
_PAIRS = ((1, 2), (1, 3), (2, 3))
# A part within a part, around a key.
_PAIR = 2 * (1 + _KEY + _NONCE + _TAG) + _KEY
_COMMITMENT = b"srdi:share:1:"
_DIGEST = 32
# 32 MB and about a fifth of a second: two per opening, never on a hot path.
_COST, _BLOCK, _LANES = 2**15, 8, 3
FEWEST_LETTERS = 12


@dataclass(frozen=True, slots=True)
class NewKey:
    """A challenge's key as made by publishing: what is stored, and the printed share, which is not."""

    public: bytes
    pairs: bytes
    first: bytes
    second: bytes
    printed: str
    commitments: bytes


def opener_public(passphrase: str, salt: bytes) -> bytes:
    """Return the public half of an opener's key. Takes a fifth of a second; raises InputError for a short
    passphrase.
    """
    if len(_normal(passphrase)) < FEWEST_LETTERS:
        raise InputError("opener_passphrase_short", fewest=FEWEST_LETTERS)
    return _opener(passphrase, salt).public_key().public_bytes_raw()


def fresh_salt() -> bytes:
    """Return a salt for one opener's passphrase."""
    return os.urandom(_SALT)


def make_key(challenge_id: int, first: bytes, second: bytes) -> NewKey:
    """Make a fresh key pair, seal its private half to each two of three shares, wrap two of these for the openers."""
    private = X25519PrivateKey.generate()
    shares = [bytes([number]) + os.urandom(_KEY) for number in (1, 2, 3)]
    publics = [_public(share[1:]) for share in shares]
    pairs = []
    for one, other in _PAIRS:
        context = _pair_context(challenge_id, one, other)
        inner = seal_to(publics[other - 1], private.private_bytes_raw(), context)
        pairs.append(seal_to(publics[one - 1], inner, context))
    return NewKey(
        private.public_key().public_bytes_raw(),
        b"".join(pairs),
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
    """Seal content, readable only with this key's private half and in this context."""
    once = X25519PrivateKey.generate()
    mine = once.public_key().public_bytes_raw()
    key = _shared(once.exchange(X25519PublicKey.from_public_bytes(public)), mine, public, context)
    nonce = os.urandom(_NONCE)
    return _FORM + mine + nonce + AESGCM(key).encrypt(nonce, content, context.encode())


def open_with(private: bytes, sealed: bytes, context: str) -> bytes:
    """Open what was sealed to this key in this context. Raises InputError `bid_unreadable` for anything else."""
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


def private_from(challenge_id: int, shares: Sequence[bytes], pairs: bytes, public: bytes) -> bytes:
    """Return the private key that two shares open, proven against the public one. Raises InputError `shares_wrong`."""
    held = {share[0]: share[1:] for share in shares if len(share) == 1 + _KEY}
    numbers = tuple(sorted(held))
    if len(shares) != len(held) or numbers not in _PAIRS:
        raise InputError("shares_wrong")
    at = _PAIRS.index(numbers) * _PAIR
    private, context = pairs[at : at + _PAIR], _pair_context(challenge_id, *numbers)
    try:
        for number in numbers:
            private = open_with(held[number], private, context)
    except InputError:
        raise InputError("shares_wrong") from None
    if _public(private) != public:
        raise InputError("shares_wrong")
    return private


def unwrap(wrapped: bytes, passphrase: str, salt: bytes) -> bytes:
    """Unwrap the share. Takes a fifth of a second; raises InputError `opener_passphrase_wrong`."""
    try:
        return open_with(_opener(passphrase, salt).private_bytes_raw(), wrapped, _SHARE)
    except InputError:
        raise InputError("opener_passphrase_wrong") from None


def printed(share: bytes) -> str:
    """Format the share for paper: groups of four letters and digits, the last ones a checksum."""
    text = base64.b32encode(share + hashlib.sha256(share).digest()[:_CHECK]).decode().rstrip("=")
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def from_print(text: str) -> bytes:
    """Parse a share typed from paper. Raises InputError `printed_share_wrong` for a typo."""
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


def _public(private: bytes) -> bytes:
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def _pair_context(challenge_id: int, *numbers: int) -> str:
    return ":".join(map(str, ("pair", challenge_id, *numbers)))


def _shared(secret: bytes, ephemeral: bytes, recipient: bytes, context: str) -> bytes:
    info = b"srdi:bid:1:" + context.encode()
    return HKDF(algorithm=SHA256(), length=_KEY, salt=ephemeral + recipient, info=info).derive(secret)


def _opener(passphrase: str, salt: bytes) -> X25519PrivateKey:
    stretch = Scrypt(salt=salt, length=_KEY, n=_COST, r=_BLOCK, p=_LANES)
    return X25519PrivateKey.from_private_bytes(stretch.derive(_normal(passphrase).encode()))


def _normal(passphrase: str) -> str:
    return unicodedata.normalize("NFKC", passphrase).strip()
