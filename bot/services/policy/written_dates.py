"""Moments as officials type them (3月15日17:00, 12月31日24点前, 即日起) and as shown to people."""

import re
import unicodedata
from datetime import date, datetime, timedelta

from config.calendar import SHANGHAI
from config.errors import InputError
from matchmaking.text.money_and_dates import deadlines
from storage.policy.application_windows import Closing, Opening

_AT_ONCE = ("即日起", "即日", "即时起", "现在起")
_LATER = ("另行通知", "待通知", "以通知为准", "待定")
_UNTIL_FULL = ("额满为止", "额满即止", "额满", "用完为止", "用完即止")
_WITH_DASHES = re.compile(r"(20\d\d)[-/.](\d{1,2})[-/.](\d{1,2})(?:日)?T?")
_AFTERNOON = re.compile(r"(?:下午|晚上|晚)(\d{1,2})")
_MINUTES = re.compile(r"(\d{1,2})[点时](\d{1,2})分?")
_HALF = re.compile(r"(\d{1,2})[点时]半")
_AROUND = re.compile(r"^(?:截至|截止到|截止至|截止|自|从|于)|(?:之前|以前|前|截止|为止|止|起|开始)$")
# A day must be named: 12月上旬 or a bare month would be a guess.
_NAMES_A_DAY = re.compile(r"\d[日号]")
_NAMES_A_LAST_DAY = re.compile(r"\d[日号]|月(?:份)?[底末]")
_IN_DAYS = {"今天": 0, "明天": 1, "后天": 2, "大后天": 3}
_WEEKDAYS = "一二三四五六日"
_RELATIVE = re.compile(
    r"(?P<day>大后天|[今明后]天)|(?P<week>下下个?|下个?|[本这]个?)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])"
    r"|下个?月(?P<next>\d{1,2})[日号]"
)
_HOUR = re.compile(r"[点时:]")
_PARTS = re.compile("[,;、]")
_MORNING = re.compile("上午|早上|中午")
# A date without a year further ahead than this is in the past: 11月1日, typed in late November.
_FURTHEST = timedelta(days=183)


def opening(text: str, today: date) -> tuple[datetime | None, Opening]:
    """Parse when something opens: a moment, or a word without one. Raises InputError for anything else."""
    words = _plain(text)
    if not words:
        return None, ""
    if words in _AT_ONCE:
        return None, "now"
    if words in _LATER:
        return None, "notice"
    core = _AROUND.sub("", words)
    moment = _moment(core, text, today) if _NAMES_A_DAY.search(core) else None
    if moment is None:
        raise InputError("moment_wrong", given=text[:30])
    if not _HOUR.search(core):
        moment -= timedelta(days=1)
    if "年" not in core and moment.date() - today > _FURTHEST and (moment.month, moment.day) != (2, 29):
        moment = moment.replace(year=moment.year - 1)
    return moment, ""


def closing(text: str, today: date) -> tuple[datetime | None, Closing]:
    """Parse the end: the first moment too late, with or without 额满为止 or 另行通知. A named day still counts."""
    moment: datetime | None = None
    word: Closing = ""
    for part in _PARTS.split(_plain(text)):
        if part in _UNTIL_FULL:
            word = "full"
        elif part in _LATER:
            word = "notice"
        elif part:
            core = _AROUND.sub("", part)
            moment = _moment(core, text, today) if _NAMES_A_LAST_DAY.search(core) else None
            if moment is None:
                raise InputError("moment_wrong", given=text[:30])
    return moment, word


def with_dates(text: str, today: date) -> str:
    """Replace the first relative day (明天, 下周三, 下月5号) in the text by its date.

    A bare weekday is the next one, today included; 下周 is the week from next Monday on.
    """
    found = _RELATIVE.search(text)
    day = None if found is None else _named(found, today)
    if found is None or day is None:
        return text
    return f"{text[: found.start()]}{day.year}年{day.month}月{day.day}日{text[found.end() :]}"


def _named(found: re.Match[str], today: date) -> date | None:
    if found["day"]:
        return today + timedelta(days=_IN_DAYS[found["day"]])
    if found["next"]:
        first = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
        try:
            return first.replace(day=int(found["next"]))
        except ValueError:
            return None
    weekday = _WEEKDAYS.index(found["weekday"].replace("天", "日"))
    if not found["week"]:
        return today + timedelta(days=(weekday - today.weekday()) % 7)
    monday = today - timedelta(days=today.weekday())
    return monday + timedelta(days=weekday + 7 * found["week"].count("下"))


def written(moment: datetime) -> str:
    """Format an opening moment: 2026年12月1日, with the hour unless midnight."""
    local = moment.astimezone(SHANGHAI)
    hour = f"{local:%H:%M}" if (local.hour, local.minute) != (0, 0) else ""
    return f"{local.year}年{local.month}月{local.day}日{hour}"


def written_last(moment: datetime) -> str:
    """Format a closing moment: 2026年12月15日17:00; midnight as 24点 of the day before."""
    local = moment.astimezone(SHANGHAI)
    if (local.hour, local.minute) != (0, 0):
        return written(moment)
    return f"{written(moment - timedelta(days=1))}24点"


def _plain(text: str) -> str:
    words = "".join(unicodedata.normalize("NFKC", text).split())
    words = _WITH_DASHES.sub(r"\1年\2月\3日", words)
    words = _AFTERNOON.sub(lambda hit: f"{int(hit[1]) + (12 if int(hit[1]) < 12 else 0)}", words)
    words = _MORNING.sub("", words)
    return _MINUTES.sub(r"\1:\2", _HALF.sub(r"\1:30", words)).rstrip("。")


def _moment(core: str, text: str, today: date) -> datetime | None:
    found = [limit for limit in deadlines(f"{core}前", today, SHANGHAI) if limit.until is not None]
    return found[0].until if len(found) == 1 and found[0].text == f"{core}前" else None
