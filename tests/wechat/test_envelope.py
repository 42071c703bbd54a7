"""Signatures and encryption, against the protocol's check vectors and against everything that can be wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wechat.crypto import Envelope
from bot.wechat.errors import WireError
from tests.wechat import platform

STAMP = ("1795000000", "486452656")


def envelope(*keys: str) -> Envelope:
    return Envelope(platform.TOKEN, platform.APP_ID, keys or (platform.CURRENT_KEY, platform.PREVIOUS_KEY))


def opened(encrypted: str, box: Envelope | None = None) -> bytes:
    signed = platform.signature(platform.TOKEN, *STAMP, encrypted)
    return (box or envelope()).open(encrypted, signed, *STAMP)[0]


def test_the_first_check_vector_of_the_protocol_holds() -> None:
    Envelope("AAAAA", "").check("899cf89e464efb63f54ddac96b0a0a235f53aa78", "1714037059", "486452656")


VECTOR_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
VECTOR_XML = "<xml><ToUserName>gh_1</ToUserName></xml>"
VECTOR_ENCRYPT = (
    "Q3stYC6hdFzMh9T8HCvyDDdUEH92xEHnYeSn0hV64nOMy/NVQ4UBKvhKAKNYrl6i"
    "lPJmkDLEiSwyP0Rc72FPJ2NoaI5OshtfVioPpEDbeYJRb9Rlpg1XplLSjQgM3WDd"
)
VECTOR_SIGNATURE = "4e570048236a8a44073857795e249e6c5137150e"


def test_the_second_check_vector_opens() -> None:
    box = Envelope("QDG6eK", "wx5823bf96d3bd56c7", [VECTOR_KEY])
    xml, _ = box.open(VECTOR_ENCRYPT, VECTOR_SIGNATURE, "1409659813", "1372623149")
    assert xml.decode() == VECTOR_XML


def test_the_second_check_vector_is_sealed_the_same() -> None:
    box = Envelope("QDG6eK", "wx5823bf96d3bd56c7", [VECTOR_KEY], random=lambda _: b"0123456789abcdef")
    _, seal = box.open(VECTOR_ENCRYPT, VECTOR_SIGNATURE, "1409659813", "1372623149")
    sealed = box.seal(VECTOR_XML, seal, "1409659813", "1372623149")
    assert VECTOR_ENCRYPT in sealed
    assert VECTOR_SIGNATURE in sealed


@given(xml=st.binary(max_size=200), key=st.sampled_from([platform.CURRENT_KEY, platform.PREVIOUS_KEY]))
def test_what_was_sealed_with_either_key_opens(xml: bytes, key: str) -> None:
    assert opened(platform.encrypt(xml, key)) == xml


def test_the_reply_is_sealed_with_the_key_that_opened_the_push() -> None:
    for mine, other in [(platform.CURRENT_KEY, platform.PREVIOUS_KEY), (platform.PREVIOUS_KEY, platform.CURRENT_KEY)]:
        encrypted = platform.encrypt(b"<xml/>", mine)
        box = envelope()
        _, seal = box.open(encrypted, platform.signature(platform.TOKEN, *STAMP, encrypted), *STAMP)
        reply = box.seal("<xml>好</xml>", seal, *STAMP)
        sealed = reply.partition("<Encrypt><![CDATA[")[2].partition("]]>")[0]
        assert platform.decrypt(sealed, mine) == ("<xml>好</xml>", platform.APP_ID)
        with pytest.raises((AssertionError, UnicodeDecodeError)):
            assert platform.decrypt(sealed, other) == ("<xml>好</xml>", platform.APP_ID)


def test_while_the_token_is_changed_both_are_taken_and_each_answer_is_signed_with_its_own() -> None:
    box = Envelope("new", platform.APP_ID, [platform.CURRENT_KEY], previous_token="old")
    encrypted = platform.encrypt(b"<xml/>")
    for token in ("new", "old"):
        box.check(platform.signature(token, *STAMP), *STAMP)
        _, seal = box.open(encrypted, platform.signature(token, *STAMP, encrypted), *STAMP)
        reply = box.seal("<xml/>", seal, *STAMP)
        sealed = reply.partition("<Encrypt><![CDATA[")[2].partition("]]>")[0]
        assert platform.signature(token, *STAMP, sealed) in reply
    for token in ("", "older"):
        with pytest.raises(WireError):
            box.open(encrypted, platform.signature(token, *STAMP, encrypted), *STAMP)


def test_where_no_previous_token_is_set_a_push_signed_with_none_is_forged() -> None:
    with pytest.raises(WireError):
        Envelope("new", platform.APP_ID).check(platform.signature("", *STAMP), *STAMP)


@pytest.mark.parametrize("length", range(64))
def test_every_padding_from_1_to_32_is_genuine(length: int) -> None:
    xml = b"x" * length
    assert opened(platform.encrypt(xml)) == xml


def test_a_wrong_signature_is_forged() -> None:
    encrypted = platform.encrypt(b"<xml/>")
    for wrong in ["", "0" * 40, "é" * 40, platform.signature("other", *STAMP, encrypted)]:
        with pytest.raises(WireError) as caught:
            envelope().open(encrypted, wrong, *STAMP)
        assert caught.value.forged


def _with_last_bytes(tail: bytes) -> str:
    data = platform.padded(b"<xml>12345</xml>")
    return platform.encrypt_raw(data[: -len(tail)] + tail)


LONG_LENGTH = b"r" * 16 + (1000).to_bytes(4, "big") + b"x" * 27 + b"\x01"


@pytest.mark.parametrize(
    ("what", "encrypted"),
    [
        ("padding of nothing", _with_last_bytes(b"\x00")),
        ("padding of 33", _with_last_bytes(b"\x21" * 33)),
        ("padding of 255", _with_last_bytes(b"\xff")),
        ("padding whose bytes differ", _with_last_bytes(b"\x02\x03\x03")),
        ("a length beyond the end", platform.encrypt_raw(LONG_LENGTH)),
        ("sixteen bytes only", platform.encrypt_raw(b"\x10" * 16)),
        ("another app's id", platform.encrypt(b"<xml/>", app_id="wx0000000000000002")),
        ("an app id with something before it", platform.encrypt(b"<xml/>", app_id="x" + platform.APP_ID)),
        ("a key we do not have", platform.encrypt(b"<xml/>", VECTOR_KEY[::-1])),
    ],
)
def test_what_no_key_opens_cleanly_is_forged(what: str, encrypted: str) -> None:
    with pytest.raises(WireError) as caught:
        opened(encrypted, envelope(platform.CURRENT_KEY))
    assert (caught.value.reason, caught.value.forged) == ("no_key_opens", True), what


@pytest.mark.parametrize("encrypted", ["", "====", "AAAA", "好", "A" * 43, "QUJD\nREVG" * 8, "A" * 64 + "*" * 4])
def test_what_is_no_ciphertext_is_malformed(encrypted: str) -> None:
    with pytest.raises(WireError) as caught:
        opened(encrypted)
    assert not caught.value.forged


def test_without_a_key_nothing_opens() -> None:
    with pytest.raises(WireError):
        opened(platform.encrypt(b"<xml/>"), Envelope(platform.TOKEN, platform.APP_ID))
