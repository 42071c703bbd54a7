"""No sum in a sentence written by hand differs from its item's: sentences name items, the loader fills the sums in."""

import re
from pathlib import Path
from typing import Any

import pytest

from config.errors import UnavailableError
from config.policy.figures import filled
from config.policy.loader import load
from config.policy.model import Policy
from config.texts import Texts
from tests.policy.test_folder import change, folder

__all__ = ["folder"]

ROOT = Path(__file__).parents[2]
SUM = re.compile(r"[\d零〇一二两三四五六七八九十百千]{1,9}(?:万|亿|元|块|%|％)|百分之")
# Sentences that show how a sum is typed, or what the system itself can bear.
EXAMPLES = {
    "errors.detail_amount",
    "events.settled_ask_amount",
    "chat.registration.size_ways",
    "chat.registration.figures_wrong",
    "chat.registration.sample_revenue",
    "chat.registration.sample_assets",
}


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("topics.toml", "小巨人{5.2}", "小巨人300万元（5.2）"),
        ("topics.toml", "小巨人{5.2}", "小巨人100万元（5.2）"),
        ("topics.toml", "小巨人{5.2}", "小巨人{5.1}"),
        ("topics.toml", "大模型备案一次性{8.3}", "大模型备案一次性{1.2}"),
        ("topics.toml", "最高{1.2}，是上限", "最高{1.1}，是上限"),
        ("topics.toml", "至2028年12月31日（含当日）", "至2029年12月31日（含当日）"),
        ("topics.toml", "全文共{clauses}条", "全文共16条"),
        ("clause_05.toml", "没有。{amount}只给", "没有。三百万元只给"),
        ("clause_05.toml", "没有。{amount}只给", "没有。300万只给"),
        ("clause_05.toml", "须是首次获评；", "须是首次获评，给300万元；"),
        ("clause_05.toml", 'for_whom = "首次获评国家专精特新', 'for_whom = "能拿300万元的国家专精特新'),
        ("clause_04.toml", "上限提高至{amount}，", "上限提高至百分之三十，"),
        ("clause_13.toml", "“（限{amount}）”", "“（限五名）”"),
        ("clause_05.toml", "amount = 1_000_000", "amount = 3_000_000"),
        ("clause_05.toml", 'figure = "100万元"', 'figure = "200万元"'),
        ("policy.toml", 'silence = "', 'silence = "最高500万元。'),
        ("facts.toml", 'question = "', 'question = "能拿20万元吗？'),
    ],
)
def test_a_sum_written_by_hand_or_of_another_item_stops_the_load(folder: Path, file: str, old: str, new: str) -> None:
    change(folder / file, old, new)
    with pytest.raises(UnavailableError) as caught:
        load(folder)
    assert caught.value.code == "policy_sum"
    assert caught.value.details["file"] in (file, "5.1", "5.2")


def test_a_sentence_says_what_its_item_says(folder: Path, policy: Policy) -> None:
    for old, new in (("、100万元奖励", "、150万元奖励"), ("amount = 1_000_000", "amount = 1_500_000")):
        change(folder / "clause_05.toml", old, new)
    text = (folder / "clause_05.toml").read_text("utf-8")
    begin = text.index('code = "5.2"')
    later = text[begin:].replace("、100万元奖励", "、150万元奖励", 1).replace('"100万元"', '"150万元"', 1)
    (folder / "clause_05.toml").write_text(text[:begin] + later, "utf-8")
    told = next(topic.answer for topic in load(folder).topics if topic.key == "sums")
    was = next(topic.answer for topic in policy.topics if topic.key == "sums")
    assert ("小巨人150万元（5.2）" in told, "小巨人100万元（5.2）" in was) == (True, True)


def test_a_table_without_sums_stays_as_it_is() -> None:
    topics = {"topic": [{"answer": "见 5.3。"}]}
    files: dict[str, dict[str, Any]] = {"policy.toml": {"closing": "至2028年12月31日。"}, "topics.toml": topics}
    assert filled(files) == files


def test_texts_hold_no_sum_but_as_an_example_of_typing() -> None:
    texts = Texts.load()
    assert {key for key in texts.every_key() if SUM.search(texts.raw(key))} == EXAMPLES


def test_pages_and_documents_give_an_item_only_its_own_sum(policy: Policy) -> None:
    paths = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("bot/**/*.html")]
    told = [
        (path.name, found[2], found[1])
        for path in paths
        for found in re.finditer(r"(\d{1,9}(?:万元|元/月|元|%))（(\d{1,2}\.\d)", path.read_text("utf-8"))
    ]
    assert [one for one in told if one[2] not in (policy.items[one[1]].figure or "")] == []
