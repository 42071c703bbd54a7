"""Suggestions before a challenge is posted. All firms here are invented."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from matchmaking.challenge_checks import ChallengeCheck, CheckedDraft, SuggestionKind
from matchmaking.text.tokens import TextReader

CHECK = ChallengeCheck(TextReader())
WHOLE = (
    "研制盾构机主轴承，寿命≥10000h，跳动≤0.02mm。2027年6月底前完成验收，榜单金额500万元。"
    "知识产权归双方共有。揭榜方应具有轴承研发能力。"
)


def check(text: str, poster: str = "", others: dict[str, str] | None = None) -> CheckedDraft:
    return CHECK.check("盾构机主轴承", text, date(2026, 11, 5), ZoneInfo("Asia/Shanghai"), poster=poster, others=others)


def kinds(checked: CheckedDraft) -> set[SuggestionKind]:
    return {finding.kind for finding in checked.findings}


def test_a_whole_challenge_gets_no_suggestion_and_is_read_back() -> None:
    checked = check(WHOLE)
    assert checked.findings == ()
    assert checked.targets == ("≥10000h", "≤0.02mm")
    assert [amount.low for amount in checked.sums] == [5_000_000]
    assert len(checked.deadlines) == 1


@pytest.mark.parametrize(
    ("left_out", "missing"),
    [
        ("，寿命≥10000h，跳动≤0.02mm", SuggestionKind.NO_TARGET),
        ("2027年6月底前", SuggestionKind.NO_DEADLINE),
        ("，榜单金额500万元", SuggestionKind.NO_BUDGET),
        ("知识产权归双方共有。", SuggestionKind.NO_RIGHTS),
        ("揭榜方应具有轴承研发能力。", SuggestionKind.NO_BIDDER),
    ],
)
def test_each_thing_left_out_is_named(left_out: str, missing: SuggestionKind) -> None:
    assert kinds(check(WHOLE.replace(left_out, ""))) == {missing}


@pytest.mark.parametrize(
    ("wording", "kind"),
    [
        ("仅限本地企业参与。", SuggestionKind.LOCAL_ONLY),
        ("投标人须为南京市注册企业。", SuggestionKind.LOCAL_ONLY),
        ("须在江苏省内设有研发中心。", SuggestionKind.LOCAL_ONLY),
        ("必须使用某某牌密封圈。", SuggestionKind.BRAND_ONLY),
        ("不接受其他品牌。", SuggestionKind.BRAND_ONLY),
        ("须持有专利号ZL202010123456.7。", SuggestionKind.PATENT_ONLY),
        ("须与南京云帆精密机械有限公司的产品一致。", SuggestionKind.NAMES_A_FIRM),
    ],
)
def test_wording_that_fits_few_is_quoted(wording: str, kind: SuggestionKind) -> None:
    checked = check(WHOLE + wording)
    assert kinds(checked) == {kind}
    assert checked.findings[0].quote


@pytest.mark.parametrize(
    "wording", ["采用不锈钢材质。", "应用于南京地铁。", "我市企业可优先试用。", "提供专利检索报告。"]
)
def test_harmless_wording_is_let_be(wording: str) -> None:
    assert kinds(check(WHOLE + wording)) == set()


def test_the_poster_may_name_itself() -> None:
    text = WHOLE + "由南京云帆精密机械有限公司提供试验台。"
    assert kinds(check(text, poster="南京云帆精密机械有限公司")) == set()


def test_a_near_double_is_named_and_a_stranger_is_not() -> None:
    others = {
        "old": WHOLE.replace("500", "600"),
        "other": "采购园林养护服务，苗木成活率不低于95%，按季结算。",
        "tiny": "盾构",
    }
    [finding] = check(WHOLE, others=others).findings
    assert (finding.kind, finding.quote) == (SuggestionKind.NEAR_DOUBLE, "old")


def test_an_empty_challenge_is_told_what_it_lacks() -> None:
    assert len(CHECK.check("", "", date(2026, 11, 5), ZoneInfo("Asia/Shanghai")).findings) == 5
