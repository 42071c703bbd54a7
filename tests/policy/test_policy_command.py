"""`main.py policy`: the clauses for other programs."""

import json
from typing import Any

import pytest

from bot.cli.commands import run
from config.policy.model import Policy


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, Any]]:
    assert run(["policy", *words]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_without_a_number_there_is_a_line_for_every_clause(capsys: pytest.CaptureFixture[str], policy: Policy) -> None:
    lines = printed(capsys)
    assert [line["number"] for line in lines] == list(range(1, 16))
    assert [code for line in lines for code in line["items"]] == list(policy.items)
    fifth = lines[4]
    assert set(fifth) == {"number", "label", "title", "section", "agencies", "text", "items"}
    assert (fifth["label"], fifth["title"]) == ("第五条", "激励专精特新发展")
    assert fifth["section"] == "二、加强财税金融支持"
    assert fifth["text"] == policy.clause(5).text


def test_with_a_number_the_clause_comes_with_its_items_and_their_conditions(capsys: pytest.CaptureFixture[str]) -> None:
    [clause] = printed(capsys, "4")
    deduction = clause["items"][1]
    assert deduction["code"] == "4.2"
    assert deduction["when"] == {
        "titles": ["little_giant", "srdi"],
        "size": ["micro", "small"],
        "bids_public_procurement": True,
    }
    assert deduction["leaves_open"] == [{"in_nanjing": True, "says": "文件没有写须在南京注册"}]
    assert (deduction["channel"], deduction["lead"]) == ("buyer", "市财政局")
    assert (deduction["strength"], deduction["amount"], deduction["per"], deduction["figure"]) == (
        "ceiling",
        None,
        "percent",
        "上限20%",
    )
    assert deduction["quote"] in clause["text"]


def test_a_one_time_item_and_a_districts_item_say_so(capsys: pytest.CaptureFixture[str]) -> None:
    [clause] = printed(capsys, "5")
    assert [item["code"] for item in clause["items"] if item["one_time"]] == ["5.1", "5.2", "5.4"]
    assert [item["code"] for item in clause["items"] if item["by_district"]] == ["5.3"]


@pytest.mark.parametrize("number", ["0", "16", "-3"])
def test_a_clause_that_does_not_exist_is_wrong_usage(capsys: pytest.CaptureFixture[str], number: str) -> None:
    assert run(["policy", number]) == 2
    out, err = capsys.readouterr()
    assert (out, err) == ("", f"没有第 {number} 条：本措施共 15 条。\n")


def test_a_word_for_a_number_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        run(["policy", "five"])
    assert caught.value.code == 2
    assert capsys.readouterr().out == ""
