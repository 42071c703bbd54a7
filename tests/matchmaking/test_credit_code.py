"""GB 32100: the last character checks the seventeen before it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaking.names.credit_code import ALPHABET, check_character, fault, normalise

# The standard's own worked example.
STANDARDS_EXAMPLE = "91350100M000100Y43"

bodies = st.text(ALPHABET, min_size=17, max_size=17)


def test_the_example_of_the_standard_holds() -> None:
    assert fault(STANDARDS_EXAMPLE) is None


@given(bodies)
def test_every_body_has_one_check_character(body: str) -> None:
    assert [character for character in ALPHABET if fault(body + character) is None] == [check_character(body)]


@given(bodies, st.integers(0, 16), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(body: str, place: int, character: str) -> None:
    code = body + check_character(body)
    changed = code[:place] + character + code[place + 1 :]
    assert (fault(changed) is None) == (changed == code)


@pytest.mark.parametrize(
    ("typed", "what"),
    [("", "length"), ("9135", "length"), ("91350100M000100Y4O", "character"), ("91350100M000100Y44", "check")],
)
def test_what_is_wrong_is_named(typed: str, what: str) -> None:
    assert fault(typed) == what


def test_full_width_blanks_and_small_letters_are_read_as_meant() -> None:
    assert normalise(" ９１３５０１００ｍ０００－１００y43 ") == STANDARDS_EXAMPLE
