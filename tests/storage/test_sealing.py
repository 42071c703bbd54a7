"""Sealed fields: readable only with the same key in the same place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import UnavailableError
from config.texts import Texts
from storage.engine.field_encryption import FieldCipher

OURS = FieldCipher(bytes(range(32)))
OTHERS = FieldCipher(bytes(32))


@given(st.text(max_size=300))
def test_what_is_sealed_opens_as_it_was(text: str) -> None:
    assert OURS.open(OURS.seal(text, "person.phone"), "person.phone") == text


def test_the_same_text_is_never_sealed_twice_alike() -> None:
    assert OURS.seal("138", "person.phone") != OURS.seal("138", "person.phone")


def test_the_seal_does_not_show_the_text() -> None:
    assert b"13800000000" not in OURS.seal("13800000000", "person.phone")


@pytest.mark.parametrize(
    ("sealed", "context"),
    [
        pytest.param(OTHERS.seal("138", "person.phone"), "person.phone", id="under another key"),
        pytest.param(OURS.seal("138", "person.name"), "person.phone", id="in another place"),
        pytest.param(OURS.seal("138", "person.phone")[:-1], "person.phone", id="cut short"),
        pytest.param(b"", "person.phone", id="empty"),
        pytest.param(b"\x02" + OURS.seal("138", "person.phone")[1:], "person.phone", id="in an unknown form"),
    ],
)
def test_what_was_sealed_otherwise_does_not_open_and_the_error_names_the_key(sealed: bytes, context: str) -> None:
    with pytest.raises(UnavailableError) as refused:
        OURS.open(sealed, context)
    assert "SRDI_SECRET_KEY" in Texts.load().error(refused.value)


@given(st.binary(min_size=1, max_size=60), st.integers(min_value=0))
def test_one_changed_bit_is_noticed(text: bytes, place: int) -> None:
    sealed = bytearray(OURS.seal(text.hex(), "person.phone"))
    sealed[place % len(sealed)] ^= 1 << place % 8
    with pytest.raises(UnavailableError):
        OURS.open(bytes(sealed), "person.phone")


def test_a_fingerprint_is_the_same_for_the_same_text_key_and_purpose_only() -> None:
    mark = OURS.fingerprint("o-1", "person.openid")
    assert mark == FieldCipher(bytes(range(32))).fingerprint("o-1", "person.openid")
    assert len(mark) == 32
    others = {
        OURS.fingerprint("o-2", "person.openid"),
        OURS.fingerprint("o-1", "inbox.key"),
        OTHERS.fingerprint("o-1", "person.openid"),
    }
    assert mark not in others
    assert len(others) == 3


def test_a_key_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        FieldCipher(b"short")
