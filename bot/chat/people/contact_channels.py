"""邮箱 and 短信: where else somebody wants to be told what this chat cannot carry, and where no more.

Nothing of substance goes to an address before its owner has typed the code that went there.
"""

import re
import unicodedata
from collections.abc import Collection

from bot.chat.context import Chat
from bot.services.people import contact_channels as service
from bot.services.people.contact_channels import Asked
from storage.notices import channel_codes

_MAIL = re.compile(r"(?:邮箱|邮件提醒)(?:\s*+[:：]?\s*+(\S{1,100}))?")
_SMS = re.compile(r"短信(?:提醒)?(?:\s*+[:：]?\s*+(\S{1,20}))?")
_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}")
_PHONE = re.compile(r"1[3-9]\d{9}")
_OFF = frozenset({"关", "关闭", "删除", "取消"})
_CODE = re.compile(r"(?:(?:邮箱|邮件|短信|手机)?验证码\s*+(?:是|[:：])?\s*+)?([0-9]{3})\s?([0-9]{3})\s*+[。.]?")


def hear(chat: Chat, available: Collection[str], typed: str) -> str | None:
    """The reply to words about these ways; None for any others, and for all of them where none is open."""
    code = _CODE.fullmatch(unicodedata.normalize("NFKC", typed).strip()) if available else None
    if code is not None:
        return _typed(chat, available, code[1] + code[2])
    for channel, asked, form in (("mail", _MAIL, _ADDRESS), ("sms", _SMS, _PHONE)):
        found = asked.fullmatch(typed) if channel in available else None
        if found is None:
            continue
        given = found[1] or ""
        if given in _OFF:
            service.end(chat.tx, chat.person.id, channel)
            return chat.say(f"other_ways.{channel}_off")
        if not form.fullmatch(given):
            return chat.say(f"other_ways.{channel}_how")
        most, code_to_send = chat.parts.quotas.codes_a_day.get(channel), chat.parts.way_code()
        return _asked(chat, channel, service.ask(chat.tx, chat.person.id, channel, given, code_to_send, most))
    return None


def _asked(chat: Chat, channel: str, became: Asked) -> str:
    match became:
        case Asked.KNOWN:
            return chat.say(f"other_ways.{channel}_on")
        case Asked.PERSON_FULL:
            return chat.say("other_ways.person_full", most=channel_codes.MOST_OF_A_PERSON)
        case Asked.ADDRESS_FULL:
            return chat.say(f"other_ways.{channel}_full")
        case Asked.ALL_FULL:
            return chat.say("other_ways.all_full")
    minutes = int(channel_codes.GOOD_FOR.total_seconds() // 60)
    return chat.say(f"other_ways.{channel}_sending", minutes=minutes)


def _typed(chat: Chat, available: Collection[str], code: str) -> str | None:
    became = service.confirm(chat.tx, chat.person.id, available, code)
    if became is None:
        return None
    if became.right:
        return chat.say(f"other_ways.{became.channel}_on")
    if became.late:
        return chat.say(f"other_ways.{became.channel}_expired")
    if became.left:
        return chat.say("other_ways.wrong", left=became.left)
    return chat.say(f"other_ways.{became.channel}_spent")
