"""Phrases are what overlapping tokens cover together, wherever they are."""

from hypothesis import given
from hypothesis import strategies as st

from matchmaking.text.phrases import Phrases

TEXT = st.text(alphabet="主轴承泵a", max_size=40)


def covered(tokens: list[str], text: str) -> list[str]:
    """Compute character by character: a token joins its characters."""
    inside, held = [False] * len(text), [False] * len(text)
    for token in tokens:
        for at in range(len(text) - len(token) + 1):
            if text[at : at + len(token)] == token:
                for place in range(at, at + len(token)):
                    inside[place] = True
                    held[place] = held[place] or place > at
    phrases, phrase = [], ""
    for place, char in enumerate(text):
        if phrase and not held[place]:
            phrases.append(phrase)
            phrase = ""
        if inside[place]:
            phrase += char
    return sorted({*phrases, *([phrase] if phrase else [])}, key=lambda phrase: (-len(phrase), phrase))


def test_overlapping_tokens_are_one_phrase_and_neighbours_are_two() -> None:
    assert Phrases("大直径主轴承，水泵").of(["主轴", "轴承", "直径", "泵", "没有"]) == ["主轴承", "直径", "泵"]


@given(TEXT, st.lists(st.text(alphabet="主轴承泵a", min_size=1, max_size=4), max_size=6))
def test_phrases_are_what_the_tokens_cover_together(text: str, tokens: list[str]) -> None:
    phrases = Phrases(text)
    assert phrases.of(tokens) == covered(tokens, text)
    assert phrases.of(tokens) == phrases.of(reversed(tokens))


def test_the_last_of_many_places_counts_too() -> None:
    assert Phrases("泵阀。" * 4_000 + "泵阀门").of(["泵阀", "阀门"]) == ["泵阀门", "泵阀"]
