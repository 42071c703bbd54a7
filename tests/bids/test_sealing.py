"""Sealing: shares of a key, parts sealed to it, and the effect of a wrong bit or letter."""

import os
from collections.abc import Iterator

import pytest

from config.errors import InputError
from storage.challenges import bid_sealing
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
# The production value, read before any test lowers it.
COST = bid_sealing._COST


@pytest.fixture(scope="module", autouse=True)
def passphrases_in_full() -> Iterator[None]:
    """Use the production cost of a passphrase here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bid_sealing, "_COST", COST)
        yield


def a_key() -> NewKey:
    return make_key(7, opener_public(FIRST, SALTS[0]), opener_public(SECOND, SALTS[1]))


def the_shares(key: NewKey) -> list[bytes]:
    return [unwrap(key.first, FIRST, SALTS[0]), unwrap(key.second, SECOND, SALTS[1]), from_print(key.printed)]


def layers(key: NewKey) -> list[bytes]:
    """What is sealed to each two of the shares."""
    size = len(key.pairs) // 3
    return [key.pairs[at * size : (at + 1) * size] for at in range(3)]


def reading(share: bytes, part: bytes) -> bytes | None:
    """What this share alone reads of a part, in whichever context it is sealed."""
    for pair in ("1:2", "1:3", "2:3"):
        try:
            return open_with(share[1:], part, f"pair:7:{pair}")
        except InputError:
            continue
    return None


def test_a_share_is_its_number_and_fresh_bytes_that_say_nothing_of_the_others() -> None:
    one, other = the_shares(a_key()), the_shares(a_key())
    assert [share[0] for share in one] == [1, 2, 3]
    assert {len(share) for share in one} == {33}
    assert len({share[1:] for share in one + other}) == 6


def test_one_share_alone_reads_nothing_of_what_is_stored() -> None:
    key = a_key()
    shares = the_shares(key)
    private = private_from(7, shares[:2], key.pairs, key.public)
    for share in shares:
        for part in layers(key):
            inner = reading(share, part)
            assert inner is None or (reading(share, inner) is None and private not in inner)
    opened = [sum(reading(share, part) is not None for part in layers(key)) for share in shares]
    assert opened == [2, 1, 0], "a part is sealed to the lower number outside, to the higher one inside"
    assert private not in key.pairs


def test_what_is_sealed_to_two_shares_is_bound_to_them_and_their_challenge_and_unchanged() -> None:
    key = a_key()
    shares = the_shares(key)
    one, two, three = layers(key)
    with pytest.raises(InputError, match="shares_wrong"):
        private_from(8, shares[:2], key.pairs, key.public)
    with pytest.raises(InputError, match="shares_wrong"):
        private_from(7, shares[:2], two + one + three, key.public)
    with pytest.raises(InputError, match="shares_wrong"):
        private_from(7, shares[:2], key.pairs, a_key().public)
    for at in range(0, len(one), 7):
        changed = one[:at] + bytes([one[at] ^ 1]) + one[at + 1 :]
        with pytest.raises(InputError, match="shares_wrong"):
            private_from(7, shares[:2], changed + two + three, key.public)


@pytest.mark.parametrize(
    "shares", [[], [b"\x01a"], [b"\x01a", b"\x01b"], [b"\x01a", b"\x02bc"], [b"\x00a", b"\x01b"], [b"", b"\x01a"]]
)
def test_what_cannot_be_shares_of_one_secret_is_refused(shares: list[bytes]) -> None:
    key = a_key()
    whole = [share[:1] + share[1:].ljust(32, b"x") for share in shares]
    for handed in (shares, whole):
        with pytest.raises(InputError, match="shares_wrong"):
            private_from(7, handed, key.pairs, key.public)


def test_any_two_of_three_open_and_one_does_not() -> None:
    key = a_key()
    shares = the_shares(key)
    sealed = seal_to(key.public, b"price 300", "bid:7:9:secret")
    for pair in ((0, 1), (0, 2), (1, 2), (2, 0)):
        private = private_from(7, [shares[at] for at in pair], key.pairs, key.public)
        assert open_with(private, sealed, "bid:7:9:secret") == b"price 300"
    for wrong in ([shares[0]], [shares[0], shares[0]], [shares[0], b"\x02" + os.urandom(32)]):
        with pytest.raises(InputError, match="shares_wrong"):
            private_from(7, wrong, key.pairs, key.public)


def test_a_sealed_part_opens_in_its_own_context_and_unchanged_only() -> None:
    key = a_key()
    private = private_from(7, the_shares(key)[::2], key.pairs, key.public)
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
    # 128 bytes times cost times block: 32 MB per guess.
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
