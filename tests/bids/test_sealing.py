"""Sealing: shares of a key, parts sealed to it, and what a slip of one bit or one letter does."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import InputError
from storage.challenges import bid_sealing, secret_sharing
from storage.challenges.bid_sealing import (
    NewKey,
    from_print,
    make_key,
    open_with,
    opener_public,
    printed,
    private_from,
    seal_to,
    unwrap,
)

FIRST, SECOND = "第一位开启人的口令在此一", "第二位开启人的口令在此二"
SALTS = (b"1" * 16, b"2" * 16)
# As the service has it: read before any test makes it cheaper.
COST = bid_sealing._COST


@pytest.fixture(scope="module", autouse=True)
def passphrases_in_full() -> Iterator[None]:
    """Here a passphrase costs what it costs a guesser."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bid_sealing, "_COST", COST)
        yield


def a_key() -> NewKey:
    return make_key(7, opener_public(FIRST, SALTS[0]), opener_public(SECOND, SALTS[1]))


@pytest.mark.parametrize(
    ("one", "other", "product"),
    # FIPS 197, 4.2: the field's own examples.
    [(0x57, 0x83, 0xC1), (0x57, 0x13, 0xFE), (0x57, 0x02, 0xAE), (0x57, 0x10, 0x07), (1, 0xFF, 0xFF), (0, 9, 0)],
)
def test_bytes_multiply_as_in_the_standard(one: int, other: int, product: int) -> None:
    assert secret_sharing.multiply(one, other) == secret_sharing.multiply(other, one) == product


def test_every_byte_but_zero_has_its_inverse() -> None:
    assert all(secret_sharing.multiply(one, secret_sharing.inverse(one)) == 1 for one in range(1, 256))
    assert secret_sharing.inverse(0x53) == 0xCA


def test_shares_are_the_points_of_the_line() -> None:
    # 0x53 + 0x02 x at 1, 2, 3.
    assert secret_sharing.split(b"\x53", 3, 2, b"\x02") == [b"\x01\x51", b"\x02\x57", b"\x03\x55"]


@given(st.binary(min_size=1, max_size=40), st.integers(2, 5), st.integers(0, 3), st.randoms())
def test_as_many_as_are_needed_give_the_secret_whichever_they_are(
    secret: bytes, needed: int, spare: int, random: object
) -> None:
    shares = secret_sharing.split(secret, needed + spare, needed, os.urandom((needed - 1) * len(secret)))
    random.shuffle(shares)  # type: ignore[attr-defined]  # hypothesis hands a random.Random
    assert secret_sharing.combine(shares[:needed]) == secret


@given(st.integers(0, 255), st.integers(0, 255))
def test_one_share_alone_fits_every_secret(share: int, secret: int) -> None:
    fitting = [c for c in range(256) if secret_sharing.split(bytes([secret]), 3, 2, bytes([c]))[1][1] == share]
    assert len(fitting) == 1


@pytest.mark.parametrize(
    "shares", [[], [b"\x01a"], [b"\x01a", b"\x01b"], [b"\x01a", b"\x02bc"], [b"\x00a", b"\x01b"], [b"", b"\x01a"]]
)
def test_what_cannot_be_shares_of_one_secret_is_refused(shares: list[bytes]) -> None:
    with pytest.raises(ValueError, match="shares"):
        secret_sharing.combine(shares)


def test_any_two_of_three_open_and_one_does_not() -> None:
    key = a_key()
    shares = [unwrap(key.first, FIRST, SALTS[0]), unwrap(key.second, SECOND, SALTS[1]), from_print(key.printed)]
    sealed = seal_to(key.public, b"price 300", "bid:7:9:secret")
    for pair in ((0, 1), (0, 2), (1, 2), (2, 0)):
        private = private_from([shares[at] for at in pair], key.public)
        assert open_with(private, sealed, "bid:7:9:secret") == b"price 300"
    for wrong in ([shares[0]], [shares[0], shares[0]], [shares[0], b"\x02" + os.urandom(32)]):
        with pytest.raises(InputError, match="shares_wrong"):
            private_from(wrong, key.public)


def test_a_sealed_part_opens_in_its_own_context_and_unchanged_only() -> None:
    key = a_key()
    private = private_from([unwrap(key.first, FIRST, SALTS[0]), from_print(key.printed)], key.public)
    sealed = seal_to(key.public, b"secret", "bid:7:9:secret")
    assert seal_to(key.public, b"secret", "bid:7:9:secret") != sealed
    assert b"secret" not in sealed
    with pytest.raises(InputError, match="bid_unreadable"):
        open_with(private, sealed, "bid:7:8:secret")
    for at in range(len(sealed)):
        changed = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
        with pytest.raises(InputError, match="bid_unreadable"):
            open_with(private, changed, "bid:7:9:secret")
    for short in (b"", sealed[:1], sealed[:40], sealed[:-1]):
        with pytest.raises(InputError, match="bid_unreadable"):
            open_with(private, short, "bid:7:9:secret")


def test_a_wrong_passphrase_is_told_from_a_right_one() -> None:
    key = a_key()
    assert unwrap(key.first, f" {FIRST} ", SALTS[0]) == unwrap(key.first, FIRST, SALTS[0])
    for passphrase, salt in ((SECOND, SALTS[0]), (FIRST, SALTS[1])):
        with pytest.raises(InputError, match="opener_passphrase_wrong"):
            unwrap(key.first, passphrase, salt)


def test_a_guess_at_a_passphrase_takes_memory_and_time() -> None:
    # 128 bytes times cost times block: 32 MB for each guess.
    assert 128 * COST * bid_sealing._BLOCK >= 32 * 2**20


def test_a_weak_passphrase_is_refused() -> None:
    with pytest.raises(InputError, match="opener_passphrase_short"):
        opener_public("short", SALTS[0])


def test_paper_forgives_blanks_and_misread_letters_and_finds_every_slip() -> None:
    share = b"\x03" + bytes(range(32))
    text = printed(share)
    assert from_print(text.lower().replace("-", " ").replace("o", "0").replace("i", "1")) == share
    letters = [at for at, char in enumerate(text) if char != "-"]
    for at in letters:
        slip = text[:at] + ("A" if text[at] != "A" else "C") + text[at + 1 :]
        with pytest.raises(InputError, match="printed_share_wrong"):
            from_print(slip)
    with pytest.raises(InputError, match="printed_share_wrong"):
        from_print(text[:-5])
