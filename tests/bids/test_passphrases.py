"""Passphrase strength, as a table; and generated ones are always strong enough."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.challenges.passphrases import FEWEST_BITS, bits, fresh, validate_strength
from config.errors import InputError

KNOWN = ("隧道巡检机器人防爆改造", "南京某某集团有限公司", "开启人甲某")
# Possible passphrases, and whether they are accepted.
TABLE = [
    ("111111111111", False),
    ("aaaaaaaaaaaaaaaaaaaaaaaa", False),
    ("啊啊啊啊啊啊啊啊啊啊啊啊", False),
    ("123456789012345", False),
    ("ABCDEFGHIJKLMNOP", False),
    ("qwertyuiopasdfghjkl", False),
    ("abcabcabcabcabcabc", False),
    ("password1234password", False),
    ("PassWord2026!2026!", False),
    ("我爱你中国我爱你中国我爱你", False),
    ("13800000000 2026", False),
    ("2026-12-01 2027-01-01", False),
    ("隧道巡检机器人防爆改造2026", False),
    ("防爆改造隧道巡检机器人", False),
    ("南京某某集团有限公司123", False),
    ("开启人甲某的口令2026", False),
    ("床前明月光疑是地上霜举头", False),
    ("abab1212abab1212", False),
    ("门前老槐树下第三块青石板", True),
    ("bamuli tekasu noripe wadigu", True),
    ("correct horse battery staple", True),
    ("g7kq-4mzt-w92h-pd6r-x5bv", True),
]


@pytest.mark.parametrize(("phrase", "will_do"), TABLE)
def test_what_is_easy_to_guess_will_not_do(phrase: str, will_do: bool) -> None:
    assert (bits(phrase, KNOWN) >= FEWEST_BITS) == will_do
    if will_do:
        validate_strength(phrase, KNOWN)
    else:
        with pytest.raises(InputError, match="opener_passphrase_weak"):
            validate_strength(phrase, KNOWN)


@given(st.binary(min_size=9, max_size=9))
def test_what_the_page_makes_is_strong_whatever_is_drawn(drawn: bytes) -> None:
    draws = iter((drawn, b"one draw!"))
    phrase = fresh(lambda _: next(draws))
    assert bits(phrase) >= FEWEST_BITS
    assert len(phrase.replace(" ", "")) == 24


def _drawn(number: int) -> str:
    """Return the phrase of these bits; if it is redrawn, a fixed second draw's."""
    draws = iter((number.to_bytes(9), b"one draw!"))
    phrase = fresh(lambda _: next(draws))
    return str(number) if next(draws, None) is None else phrase


@given(st.integers(0, 2**72 - 1), st.integers(0, 71))
def test_each_of_the_72_bits_that_are_drawn_changes_the_phrase(drawn: int, bit: int) -> None:
    phrases = [_drawn(number) for number in (drawn, drawn ^ 1 << bit)]
    assert phrases[0] != phrases[1]


def test_the_longest_passphrase_costs_no_more_than_its_length() -> None:
    assert bits("的" * 100_000) == bits("的" * 200) == 0
