"""已报 / 不办 / 已到账 under a reminder, 我的提醒, 提醒我 3月15日 交材料: commands about one's own reminders."""

import re
from datetime import datetime, timedelta

from bot.chat.context import Chat
from bot.services.policy.written_dates import opening, with_dates, written
from bot.services.reminders import reminders as reminder_service
from bot.services.reminders.deadlines import Deadlines
from config.calendar import SHANGHAI, shanghai_day
from config.errors import InputError
from config.markup import harmless, visible_length
from config.reminder_kinds import Tap
from notifications.plans import Rules, in_words, taps_under
from notifications.quiet_hours import days_left
from storage.audit import audit
from storage.notices import card_templates
from storage.reminders import audience, dismissals, personal, reminders

PURPOSE = "reminder"
LONGEST = 300
LONGEST_OWN = 60
AHEAD = timedelta(days=60)
MOST_ENDS = 3
TAP = re.compile(r"(已报|不办|已到账|撤销)\s*+([A-Za-z]\d[\d-]{0,30})\s*+[。！]?")
MINE = re.compile(
    r"(?:我的提醒|提醒|提醒列表|快到期的|最近的截止日期?"
    r"|(?:我们?|最近)?(?:有|还有)?(?:什么|哪些|啥)(?:要交的)?(?:材料|申报|政策)?(?:快|要)?(?:到期|截止)了?)\s*+[。！？?]?"
)
OWN = re.compile(r"提醒我们?(?:一下)?\s*+[:：,，]?\s*+(\S.*)", re.DOTALL)
# Date first, as people write: 下周五提醒我交材料. A question (什么时候提醒我) has no date.
DAY_FIRST = re.compile(
    r"(?:请|麻烦)?在?([^\s?？]{2,20}?)\s*+[,，]?(?:请|麻烦)?提醒(?:一下)?我们?(?:一下)?\s*+[:：,，]?\s*+(\S.*)",
    re.DOTALL,
)
_DAY = re.compile(r"\d|[今明后]天|(?:周|星期|礼拜)[一二三四五六日天]")
CALENDAR = re.compile(r"加入日历|提醒日历|日历")
_HOUR = r"(?:上午|下午|晚上)?\d{1,2}(?:[:：]\d{2}|[点时](?:半|\d{1,2}分?)?)"
_WHEN = re.compile(rf"(\S*(?:[日号]|\d[-/.]\d{{1,2}})(?:\s*{_HOUR})?前?)\s*(.*)", re.DOTALL)
TAP_WORDS = {"已报": Tap.DONE, "不办": Tap.NO, "已到账": Tap.PAID}


def show_calendar(chat: Chat, _typed: re.Match[str]) -> str | None:
    """日历: where one's own dates can be taken into a calendar."""
    return None if chat.links is None else chat.links.calendar(chat)


def keep_own(chat: Chat, typed: re.Match[str]) -> str:
    """提醒我 3月15日 交材料: keep a date of one's own."""
    return _keep(chat, typed[1])


def keep_day_first(chat: Chat, typed: re.Match[str]) -> str | None:
    """下周五提醒我交材料: the same, the day first; None where no day is named."""
    return _keep(chat, f"{typed[1]} {typed[2]}") if _DAY.search(typed[1]) else None


def tap(chat: Chat, tapped: re.Match[str]) -> str:
    """已报, 不办, 已到账, 撤销 and the code under a reminder: end it, or take that back."""
    word, code = tapped[1], tapped[2].upper()
    texts, chain = chat.parts.texts, chat.parts.reminding.chain(code)
    if chain is None:
        return texts("reminders.ended.not_yours")
    if chain.startswith("own:"):
        if personal.drop(chat.tx, int(chain.partition(":")[2]), chat.person.id):
            audit.record(chat.tx, "drop_mark", f"person:{chat.person.id}")
            return texts("reminders.ended.own_done")
        return texts("reminders.ended.not_yours")
    if word == "撤销":
        undone = reminder_service.take_back_end(chat.tx, chat.person, chain)
        return texts("reminders.ended.undone") if undone else texts("reminders.ended.not_yours")
    what = TAP_WORDS[word]
    if not reminder_service.end(chat.tx, chat.person, chain, what):
        return texts("reminders.ended.not_yours")
    return texts(f"reminders.ended.{what}", day=shanghai_day(chat.now).isoformat(), code=code)


def show_mine(chat: Chat, _typed: re.Match[str]) -> str:
    """我的提醒: what is due, one's own dates, and what was ended."""
    texts, rules = chat.parts.texts, Rules(chat.parts.reminding, chat.parts.hours, chat.parts.texts)
    firm_id = audience.firm_of(chat.tx, chat.person, shanghai_day(chat.now))
    ends = [] if firm_id is None else dismissals.of_firm(chat.tx, firm_id)
    over = {one.chain for one in ends}
    lines: list[str] = []
    left = 0
    if firm_id is not None:
        coming = Deadlines(chat.tx, chat.published, rules, firm_id).coming(chat.now + AHEAD)
        for deadline, _ in coming:
            if deadline.chain in over:
                continue
            line = in_words(deadline, days_left(deadline.due, chat.now), texts)
            known = reminders.was_reminded(chat.tx, deadline.chain, firm_id=firm_id, person_id=chat.person.id)
            taps = taps_under(deadline.chain, rules) if known else ""
            told = texts("reminders.mine.line", number=len(lines) + 1, line=line, taps=taps).rstrip()
            if left or visible_length("\n".join([*lines, told])) > LONGEST - 80:
                left += 1
            else:
                lines.append(told)
    for mark in personal.of_person(chat.tx, chat.person.id)[:MOST_ENDS]:
        code = rules.reminding.code(f"own:{mark.id}")
        lines.append(texts("reminders.mine.own", day=written(mark.at), text=harmless(mark.text), code=code))
    if left:
        lines.append(texts("reminders.mine.rest", count=left))
    for end in ends[:MOST_ENDS]:
        line = reminders.line_of(chat.tx, end.chain, firm_id, chat.person.id)
        if line:
            what = texts(f"reminders.mine.what_{end.what}")
            day, code = shanghai_day(end.at).isoformat(), rules.reminding.code(end.chain)
            lines.append(texts("reminders.mine.end", line=_short(line), what=what, day=day, code=code))
    if not lines:
        return texts("reminders.mine.none")
    return "\n".join([texts("reminders.mine.head"), *lines, texts("reminders.mine.footer")])


def _short(line: str) -> str:
    return line if len(line) <= 24 else line[:23] + "…"


def _keep(chat: Chat, typed: str) -> str:
    texts, found = chat.parts.texts, _WHEN.fullmatch(with_dates(typed, shanghai_day(chat.now)))
    if found is None or not found[2].strip():
        return texts("reminders.own.wrong")
    text = " ".join(found[2].split())
    if len(text) > LONGEST_OWN:
        return texts("reminders.own.long", most=LONGEST_OWN)
    at = _moment(chat, "".join(found[1].split()))
    if at is None:
        return texts("reminders.own.wrong")
    if at <= chat.now:
        return texts("reminders.own.past")
    mark_id = personal.add(chat.tx, chat.person.id, at, text)
    if mark_id is None:
        return texts("reminders.own.many", most=personal.MOST)
    audit.record(chat.tx, "keep_mark", f"person:{chat.person.id}")
    kept = texts("reminders.own.kept", when=written(at), text=harmless(text))
    # A usable template message arrives without further consent.
    ways = {use for purpose, use in card_templates.usable(chat.tx) if purpose == PURPOSE}
    return kept + ("\n" + texts("reminders.own.allow") if ways == {"notice"} else "")


def _moment(chat: Chat, words: str) -> datetime | None:
    """Return when to send it: the named hour, else that day's morning. A past date means next year."""
    try:
        moment, _ = opening(words, shanghai_day(chat.now))
    except InputError:
        return None
    if moment is None:
        return None
    local = moment.astimezone(SHANGHAI)
    if (local.hour, local.minute) == (0, 0):
        local = local.replace(hour=9)
    if local <= chat.now and "年" not in words and (local.month, local.day) != (2, 29):
        ahead = local.replace(year=local.year + 1)
        # Yesterday is a mistake, last spring means next spring.
        if ahead - chat.now < timedelta(days=335):
            return ahead
    return local
