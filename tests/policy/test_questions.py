"""The table questions.tsv: a question's subject, and whether that is sure."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.policy.loader import load
from matchmaking.questions.intents import questions_of

TABLE = Path(__file__).parent / "questions.tsv"
POLICY = load()
INDEX = questions_of(POLICY)


def rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t"))


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["问"])
def test_each_question_finds_what_it_asks_about(row: dict[str, str]) -> None:
    found = INDEX.find(row["问"])
    clauses = [f"第{number}条" for number in found.clauses]
    about = " ".join(filter(None, (*clauses, found.topic, *found.items)))
    if not found.sure:
        about = ""
    assert (about, "是" if found.sure else "否") == (row["答"], row["确定"])


@pytest.mark.parametrize("code", POLICY.items)
def test_every_item_is_found_by_its_own_title_and_every_word_listed_for_it(code: str) -> None:
    item = POLICY.items[code]
    missed = []
    for words in (item.title, *item.asks):
        found = INDEX.find(words)
        topics = [topic.items for topic in POLICY.topics if topic.key == found.topic]
        clauses = [tuple(item.code for item in POLICY.clause(number).items) for number in found.clauses]
        if not found.sure or not any(code in codes for codes in (found.items, *topics, *clauses)):
            missed.append((words, found))
    assert missed == []


@given(st.text(max_size=400))
def test_anything_typed_is_taken_without_an_error(typed: str) -> None:
    found = INDEX.find(typed)
    assert len(found.items) <= 3
    assert not found.sure or found.items or found.clauses or found.topic or found.agency or found.premise
