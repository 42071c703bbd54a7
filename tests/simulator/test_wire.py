"""Signatures and sealing against the published check vectors (protocol §1.1, §1.2)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.simulator.wire import CipherError, Seal, sign
from tests.simulator.stage import KEY, OTHER_KEY

SEALED = (
    "Q3stYC6hdFzMh9T8HCvyDDdUEH92xEHnYeSn0hV64nOMy/NVQ4UBKvhKAKNYrl6ilPJmkDLEiSwyP0Rc72FPJ2NoaI5OshtfVioPpEDbeYJRb9Rl"
    "pg1XplLSjQgM3WDd"
)
MESSAGE = b"<xml><ToUserName>gh_1</ToUserName></xml>"


def test_the_plain_signature_is_the_published_one() -> None:
    assert sign("AAAAA", "1714037059", "486452656") == "899cf89e464efb63f54ddac96b0a0a235f53aa78"


def test_sealing_opening_and_the_message_signature_are_the_published_ones() -> None:
    seal = Seal(KEY, "wx5823bf96d3bd56c7")
    assert seal.close(MESSAGE, b"0123456789abcdef") == SEALED
    assert seal.open(SEALED) == MESSAGE
    assert sign("QDG6eK", "1409659813", "1372623149", SEALED) == "4e570048236a8a44073857795e249e6c5137150e"


@given(st.binary(max_size=200), st.binary(min_size=16, max_size=16))
def test_what_is_sealed_opens_with_the_same_key_and_app_only(message: bytes, random: bytes) -> None:
    sealed = Seal(KEY, "wxdemo1").close(message, random)
    assert Seal(KEY, "wxdemo1").open(sealed) == message
    for other in (Seal(OTHER_KEY, "wxdemo1"), Seal(KEY, "wxdemo2")):
        with pytest.raises(CipherError):
            other.open(sealed)


@pytest.mark.parametrize("broken", ["", "no base64", SEALED[:-4], SEALED[:64], "QUJD"])
def test_a_broken_sealed_text_is_one_error(broken: str) -> None:
    with pytest.raises(CipherError):
        Seal(KEY, "wx5823bf96d3bd56c7").open(broken)
