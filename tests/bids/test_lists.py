"""Thirty lists as people paste them: the draft has the right fields, and the form keeps them."""

from datetime import date
from pathlib import Path

import pytest

from bot.services.challenges.draft_import import from_text
from config.challenges import ChallengeForm

FORM = ChallengeForm.load()
LISTS = [part.partition("\n") for part in Path(__file__).with_name("lists.txt").read_text("utf-8").split("=== ")[1:]]


@pytest.mark.parametrize(("head", "pasted"), [(head, text) for head, _, text in LISTS])
def test_a_pasted_list_fills_its_fields(head: str, pasted: str) -> None:
    title, *wanted = [part.strip() for part in head.split("|")]
    read = from_text(pasted, FORM, date(2026, 11, 5))
    assert read["title"] == title
    for pair in wanted:
        key, _, text = pair.partition("=")
        assert text in read.get(key, ""), (key, read)
    assert set(read) <= {field.key for field in FORM.fields}


def test_there_are_thirty() -> None:
    assert len(LISTS) == 30
