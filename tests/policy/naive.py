"""A second implementation of the policy, written from its item table alone: plain conditions, no data files.

It shares nothing with the real evaluator, so that an error in one shows as a difference.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone

DISTRICTS = ["玄武", "秦淮", "建邺", "鼓楼", "浦口", "栖霞", "雨花台", "江宁", "六合", "溧水", "高淳", "江北新区"]
TITLES = ["innovative", "srdi", "little_giant", "champion"]
SIZES = ["micro", "small", "medium", "large"]
ROLES = ["none", "national", "international"]
DEBTORS = ["public", "large_firm", "other"]
YES_OR_NO = [
    "in_nanjing",
    "private_firm",
    "undertakes_task",
    "national_key_task",
    "has_rd_facility",
    "pilot_platform",
    "major_renovation",
    "wants_university_results",
    "holds_patents",
    "wants_quality_certification",
    "first_of_kind_product",
    "bids_public_procurement",
    "builds_service_platform",
    "service_platform_first_award",
    "needs_financing",
    "needs_loan_bridging",
    "plans_listing",
    "wants_equity_board",
    "digital_renovation",
    "makes_industrial_software",
    "uses_domestic_os",
    "buys_compute",
    "ai_firm",
    "wants_industry_model",
    "ai_model_filed",
    "green_factory",
    "green_supply_chain",
    "green_product_or_esg",
    "microgrid",
    "exports",
    "needs_apec_card",
    "wants_aeo",
    "wants_title_review",
    "title_review_qualified",
    "hires_doctor",
    "hires_master",
    "wants_order_class",
    "needs_land",
    "uses_gas",
    "buys_power",
    "data_assets",
    "is_owed",
    "low_credit_risk",
    "low_pollution",
]

SHANGHAI = timezone(timedelta(hours=8))
Firm = Mapping[str, object]
Maybe = bool | None


def verdicts(firm: Firm, on: datetime, published: date | None = None) -> dict[str, str]:
    """Return yes, no or unknown for each item."""
    today = on.astimezone(SHANGHAI).date()
    answers = {code: _word(answer) for code, answer in _answers(_without_conflicts(firm)).items()}
    for code, title in (("5.1", "champion"), ("5.2", "little_giant")):
        if answers[code] == "yes" and not _awarded_since(firm, title, published, today):
            answers[code] = "unknown"
    paid = firm.get("already_received")
    if isinstance(paid, list):
        for code in ("5.1", "5.2", "5.4"):
            if code in paid:
                answers[code] = "no"
        if "8.3" in paid and answers["8.3"] == "yes":
            answers["8.3"] = "unknown"
    for code in ("5.3", "13.5"):
        if answers[code] == "yes":
            answers[code] = "unknown"
    if published is not None and today < published:
        for code in answers:
            answers[code] = "no"
    last_moment = datetime(2028, 12, 31, 23, 59, 59, 999999, tzinfo=timezone(timedelta(hours=8)))
    if on > last_moment:
        for code in answers:
            answers[code] = "no"
    return answers


def _answers(firm: Firm) -> dict[str, Maybe]:
    here = _here(firm)
    anywhere = True if here is True else None
    srdi = _both(here, _any_title(firm, "srdi", "little_giant"))
    top = _both(here, _any_title(firm, "little_giant", "champion"))

    srdi_anywhere = _both(anywhere, _any_title(firm, "srdi", "little_giant"))

    def is_(fact: str) -> Maybe:
        value = firm.get(fact)
        if value is None:
            return None
        return value is True

    small = _one_of(firm, "size", "micro", "small")
    sme = _one_of(firm, "size", "micro", "small", "medium")
    return {
        "1.1": _both(srdi, is_("has_rd_facility")),
        "1.2": _both(srdi, is_("national_key_task")),
        "1.3": _both(srdi, is_("pilot_platform")),
        "1.4": _both(top, is_("major_renovation")),
        "1.5": _both(srdi, _either(is_("undertakes_task"), is_("national_key_task"))),
        "1.6": srdi,
        "2.1": _both(srdi, is_("wants_university_results")),
        "2.2": _both(srdi, is_("wants_university_results")),
        "2.3": _both(srdi, is_("wants_university_results")),
        "3.1": _both(srdi, is_("holds_patents")),
        "3.2": _both(srdi, _one_of(firm, "standards_role", "national", "international")),
        "3.3": _both(srdi, is_("wants_quality_certification")),
        "4.1": _both(srdi, is_("first_of_kind_product")),
        "4.2": _both(_both(srdi_anywhere, small), is_("bids_public_procurement")),
        "5.1": _both(here, _both(_any_title(firm, "champion"), _first(firm, "champion"))),
        "5.2": _both(here, _both(_any_title(firm, "little_giant"), _first(firm, "little_giant"))),
        "5.3": srdi,
        "5.4": _both(here, is_("service_platform_first_award")),
        "5.5": srdi,
        "5.6": _both(here, _either(is_("builds_service_platform"), is_("service_platform_first_award"))),
        "6.1": _both(srdi, is_("needs_financing")),
        "6.2": _both(_both(srdi, is_("private_firm")), is_("needs_loan_bridging")),
        "6.3": _both(srdi, is_("plans_listing")),
        "6.4": _both(srdi, is_("wants_equity_board")),
        "7.1": _both(srdi, is_("digital_renovation")),
        "7.2": _both(srdi, is_("makes_industrial_software")),
        "7.3": _both(srdi, is_("uses_domestic_os")),
        "8.1": _both(srdi, is_("buys_compute")),
        "8.2": _both(_both(srdi, is_("ai_firm")), is_("wants_industry_model")),
        "8.3": _both(srdi, is_("ai_model_filed")),
        "9.1": _both(srdi, is_("green_factory")),
        "9.2": _both(srdi, is_("green_supply_chain")),
        "9.3": _both(srdi, is_("green_product_or_esg")),
        "9.4": _both(srdi, is_("microgrid")),
        "10.1": anywhere,
        "10.2": srdi,
        "10.3": _both(anywhere, sme),
        "10.4": srdi,
        "10.5": srdi_anywhere,
        "11.1": _both(srdi, is_("exports")),
        "11.2": _both(srdi, is_("needs_apec_card")),
        "11.3": _both(srdi, is_("wants_aeo")),
        "12.1": _both(_both(srdi, is_("wants_title_review")), is_("title_review_qualified")),
        "12.2": here if srdi is True or here is False else None,
        "13.1": top,
        "13.2": _both(srdi, is_("wants_order_class")),
        "13.3": _both(top, is_("hires_doctor")),
        "13.4": _both(top, is_("hires_master")),
        "13.5": srdi,
        "14.1": _both(here, is_("needs_land")),
        "14.2": _both(srdi, is_("uses_gas")),
        "14.3": _both(srdi, is_("buys_power")),
        "14.4": _both(srdi, is_("data_assets")),
        "14.5": _both(srdi, is_("needs_land")),
        "15.1": _both(_both(anywhere, sme), _both(is_("is_owed"), _one_of(firm, "debtor", "public", "large_firm"))),
        "15.2": _both(srdi, is_("low_credit_risk")),
        "15.3": _both(srdi, is_("low_pollution")),
    }


def _without_conflicts(firm: Firm) -> Firm:
    """What contradicts each other is not known: neither of the two."""
    pairs = (
        ("national_key_task", firm.get("national_key_task") is True, "undertakes_task"),
        ("service_platform_first_award", firm.get("service_platform_first_award") is True, "builds_service_platform"),
        ("district", firm.get("district") in DISTRICTS, "in_nanjing"),
    )
    clean = dict(firm)
    for first, says_so, second in pairs:
        if says_so and firm.get(second) is False:
            clean[first] = clean[second] = None
    return clean


def _awarded_since(firm: Firm, title: str, published: date | None, today: date) -> bool:
    dates = firm.get("award_dates")
    if published is None or not isinstance(dates, dict) or dates.get(title) is None:
        return False
    day = date.fromisoformat(dates[title])
    return published <= day <= today


def _here(firm: Firm) -> Maybe:
    if firm.get("district") in DISTRICTS:
        return True
    if firm.get("in_nanjing") is None:
        return None
    return firm["in_nanjing"] is True


def _any_title(firm: Firm, *wanted: str) -> Maybe:
    held = firm.get("titles")
    if held is None:
        return None
    assert isinstance(held, list)
    return any(title in held for title in wanted)


def _first(firm: Firm, wanted: str) -> Maybe:
    first = firm.get("first_award")
    if first is None:
        return None
    assert isinstance(first, list)
    return wanted in first


def _one_of(firm: Firm, fact: str, *wanted: str) -> Maybe:
    value = firm.get(fact)
    if value is None:
        return None
    return value in wanted


def _both(one: Maybe, other: Maybe) -> Maybe:
    if one is False or other is False:
        return False
    if one is None or other is None:
        return None
    return True


def _either(one: Maybe, settling: Maybe) -> Maybe:
    """A fact, or another one that settles it where it is true."""
    return True if settling is True else one


def _word(answer: Maybe) -> str:
    if answer is None:
        return "unknown"
    if answer:
        return "yes"
    return "no"
