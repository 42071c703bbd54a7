"""No sum in a hand-written sentence differs from its item's: sentences name items, the loader fills in the sums."""

import re
from pathlib import Path

import pytest

from config.policy.figures import Table, filled
from config.policy.loader import load
from config.policy.model import Policy
from config.texts import Texts
from config.toml_errors import ConfigError
from tests.policy.test_folder import change, folder

__all__ = ["folder"]

ROOT = Path(__file__).parents[2]
SUM = re.compile(r"[\d零〇一二两三四五六七八九十百千]{1,9}(?:万|亿|元|块|%|％)|百分之")
# Sentences showing how to type a sum, or system limits.
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
        ("topics.toml", 'title = "有效期"', 'title = "有效期三十年，给三百万"'),
        ("topics.toml", "最高{1.2}，是上限", "最高{1.9}，是上限"),
        ("topics.toml", "最高{1.2}，是上限", "最高{amount}，是上限"),
        ("clause_04.toml", "上限提高至{amount}，", "上限提高至30%，"),
        ("clause_06.toml", "cautions = [", 'cautions = ["2030年以前都可以。",'),
        ("clause_05.toml", '"小巨人100万"', '"小巨人300万"'),
        ("clause_05.toml", '"一百万奖励"', '"三百万元的奖励"'),
        ("clause_04.toml", '"百分之二十扣除"', '"百分之三十扣除"'),
        ("clause_01.toml", 'asks = ["', 'asks = ["给五百万的那条", "'),
        ("topics.toml", 'asks = ["', 'asks = ["统计奖五百万", "'),
    ],
)
def test_a_sum_written_by_hand_or_of_another_item_stops_the_load(folder: Path, file: str, old: str, new: str) -> None:
    change(folder / file, old, new)
    with pytest.raises(ConfigError) as caught:
        load(folder)
    lines = (folder / file).read_text("utf-8").splitlines()
    assert caught.value.details["file"] == str(folder / file)
    assert new.partition("{")[0].removesuffix(' = "') in lines[caught.value.line - 1]
    assert re.search("由程序填|有金额的事项|别的事项|照原文改|不是这个事项的数字", caught.value.sentence)


def test_a_sentence_says_what_its_item_says(folder: Path, policy: Policy) -> None:
    change(folder / "clause_05.toml", "amount = 1_000_000", "amount = 1_500_000")
    text = (folder / "clause_05.toml").read_text("utf-8").replace("、100万元奖励", "、150万元奖励")
    begin = text.index('code = "5.2"')
    rest = text[begin:].partition('code = "5.3"')
    mine = rest[0].replace("100万", "150万").replace("一百万", "一百五十万")
    later = mine + rest[1] + rest[2]
    (folder / "clause_05.toml").write_text(text[:begin] + later, "utf-8")
    told = next(topic.answer for topic in load(folder).topics if topic.key == "sums")
    was = next(topic.answer for topic in policy.topics if topic.key == "sums")
    assert ("小巨人150万元（5.2）" in told, "小巨人100万元（5.2）" in was) == (True, True)


def test_a_table_without_sums_stays_as_it_is() -> None:
    topics = {"topic": [{"answer": "见 5.3。"}]}
    files: dict[str, Table] = {"policy.toml": {"closing": "至2028年12月31日。"}, "topics.toml": topics}
    assert filled(Path("anywhere"), files) == files


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
