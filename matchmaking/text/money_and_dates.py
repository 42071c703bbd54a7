"""Sums of money and deadlines as people write them: 300万元, 一亿二千万, 2027年6月底前, 签约后12个月, 24点前."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

_DIGITS = {
    digit: value
    for value, digits in enumerate(["零〇", "一壹", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"])
    for digit in digits
}
_STEPS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_MYRIADS = {"亿": 100_000_000, "万": 10_000}
_SIGNS = "".join([*_DIGITS, *_STEPS, *_MYRIADS])
# Bounded and possessive: no text, however long, allows more than a few dozen attempts.
_NUMBER = rf"(?:\d[\d,]{{0,17}}+(?:\.\d{{1,6}}+)?+(?:\s?[{_SIGNS}\d]{{1,20}}+)?+|[{_SIGNS}]{{1,20}}+)"
_BLANKS = r"\s{0,8}+"
# In yuan. Larger values are never meant, and would not fit into a column.
MOST_YUAN = 10**15
_PART = re.compile(r"(\d+(?:\.\d+)?|[零〇一壹二贰两三叁四肆五伍六陆七柒八捌九玖])?([十拾百佰千仟])?")
_MEASURES = "台件吨人次套辆平亩米瓦只个条点像级倍千小公克升伏安赫年月天日项家户单座颗立转册页字股桶"
_MONEY = re.compile(
    rf"(?P<low>{_NUMBER})(?P<yuan_low>元)?(?:{_BLANKS}[-~～—至到]{{1,4}}+{_BLANKS}(?P<high>{_NUMBER}))?{_BLANKS}(?:(?P<yuan>元|块钱|人民币)|(?<=[万亿])(?!{_BLANKS}[{_MEASURES}]))"
)
_YEAR = r"(?:(?P<year>\d{4}|[〇零一二三四五六七八九]{4}|今|明|后)年)"
_DATE = re.compile(
    rf"(?:{_YEAR}{_BLANKS})?(?:(?P<month>\d{{1,2}}|[一二三四五六七八九十]{{1,2}})月(?:份)?{_BLANKS})?"
    rf"(?:(?P<day>\d{{1,2}}|[一二三四五六七八九十]{{1,3}})[日号]{_BLANKS})?(?P<part>上旬|中旬|下旬|底|末|初)?{_BLANKS}"
    rf"(?:(?P<hour>\d{{1,2}})(?:[点时]|[:：](?P<minute>\d{{2}})))?{_BLANKS}(?:之?前|以前|为止|截止|截至|止)"
)
_SPAN = re.compile(
    rf"(?:(?P<event>[一-鿿]{{2,8}}?)(?:之日起|之后|后|起))?{_BLANKS}(?P<count>{_NUMBER}|半){_BLANKS}(?P<and_a_half>个半)?"
    r"(?P<unit>个?工作日|个?月|天|日|周|个?星期|年)(?P<within>之?内|以内|完成|交付|验收|时间)?"
)
_GROUPING = re.compile(r"[,\s]")
_UNIT_OF_HIGH = re.compile(r"[百千万亿]{1,8}$")
_HAS_UNIT = re.compile(r"[百千万亿元]")
_UNITS = {"工作日": "workday", "月": "month", "天": "day", "日": "day", "周": "week", "星期": "week", "年": "year"}


@dataclass(frozen=True)
class MoneyRange:
    """An amount in yuan, from `low` to `high` (equal for one figure), and its text."""

    low: int
    high: int
    text: str


@dataclass(frozen=True)
class TimeLimit:
    """A time limit and its text: the instant already too late, or so many units after an event.

    `event` is empty if the text does not name it.
    """

    text: str
    until: datetime | None = None
    event: str = ""
    count: float = 0.0
    unit: str = ""


def number(text: str) -> float | None:
    """Parse 1,200.5, 三百五十, 壹佰万, 1.2亿, 1亿2000万 or 三百五 (350); None if it is no number."""
    text = _GROUPING.sub("", text)
    for sign, size in _MYRIADS.items():
        left, found, right = text.rpartition(sign)
        if found:
            times, rest = number(left), number(right) if right else 0.0
            # 一亿二: a single last numeral stands for the next smaller unit.
            short = len(right) == 1 and right in _DIGITS
            return None if times is None or rest is None else times * size + rest * (size / 10 if short else 1)
    if len(text) > 1 and all(sign in _DIGITS for sign in text):
        return float("".join(str(_DIGITS[sign]) for sign in text))
    total, position, step = 0.0, 0, 1
    while position < len(text):
        part = _PART.match(text, position)
        if part is None or part.end() == position:
            return None
        digits, sign = part[1], part[2]
        value = 1.0 if digits is None else float(_DIGITS[digits]) if digits in _DIGITS else float(digits)
        last = part.end() == len(text)
        # 三百五: fifty; 三百零五 has its own sign.
        lone = last and sign is None and step > 10 and digits in _DIGITS and text[position - 1] not in "零〇"
        total += value * (_STEPS[sign] if sign else step / 10 if lone else 1)
        step = _STEPS[sign] if sign else step
        position = part.end()
    return total if text else None


def sums(text: str) -> list[MoneyRange]:
    """Return a text's amounts of money, in order. In 300-500万元 the unit applies to both ends."""
    found: list[MoneyRange] = []
    for hit in _MONEY.finditer(text):
        low = number(hit["low"])
        high = number(hit["high"]) if hit["high"] else low
        if low is None or high is None or not low or not (hit["yuan"] or hit["low"][-1] in "万亿" or hit["high"]):
            continue
        tail = _UNIT_OF_HIGH.search(hit["high"] or "")
        if tail and not _HAS_UNIT.search(hit["low"]) and not hit["yuan_low"]:
            low *= number("1" + tail[0]) or 1
        if max(low, high) > MOST_YUAN:
            continue
        found.append(MoneyRange(round(low), round(high), hit[0].strip()))
    return found


def deadlines(text: str, today: date, zone: tzinfo) -> list[TimeLimit]:
    """Return a text's time limits, in order.

    A day named as limit still counts: 6月30日前 and 6月底前 end at midnight after the 30th, as does 30日24点前. A date
    without a year is the next one from `today` on.
    """
    found: list[tuple[int, TimeLimit]] = []
    for hit in _DATE.finditer(text):
        until = _instant(hit, today, zone)
        if until:
            found.append((hit.start(), TimeLimit(hit[0].strip(), until)))
    for hit in _SPAN.finditer(text):
        count = 0.5 if hit["count"] == "半" else number(hit["count"])
        if count and (hit["event"] or hit["within"]):
            unit = _UNITS[hit["unit"].removeprefix("个")]
            count += 0.5 if hit["and_a_half"] else 0
            found.append(
                (hit.start(), TimeLimit(hit[0].strip(), None, (hit["event"] or "").removeprefix("自"), count, unit))
            )
    return [deadline for _, deadline in sorted(found, key=lambda one: one[0])]


def _instant(hit: re.Match[str], today: date, zone: tzinfo) -> datetime | None:
    if not (hit["month"] or hit["year"] or hit["day"] or hit["hour"]):
        return None
    year = {None: today.year, "今": today.year, "明": today.year + 1, "后": today.year + 2}.get(hit["year"])
    if year is None:
        year = int(number(hit["year"]) or 0)
    month = int(number(hit["month"]) or 0) if hit["month"] else (12 if hit["year"] else today.month)
    if not (1 <= month <= 12 and 1 <= year <= 9000):
        return None
    last = monthrange(year, month)[1]
    if hit["day"]:
        day = int(number(hit["day"]) or 0)
    elif not (hit["month"] or hit["year"]):
        day = today.day
    else:
        day = {"上旬": 10, "中旬": 20, "初": 5}.get(hit["part"] or "", last)
    hour, minute = int(hit["hour"] or 24), int(hit["minute"] or 0)
    if not (1 <= day <= last and hour <= 24 and minute < 60 and (hour < 24 or minute == 0)):
        return None
    until = datetime.combine(date(year, month, day), time(), zone) + timedelta(hours=hour, minutes=minute)
    if hit["year"] is None and hit["month"] and until <= datetime.combine(today, time(), zone):
        until = until.replace(year=year + 1) if (month, day) != (2, 29) else until
    return until
