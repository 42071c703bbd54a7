"""邮箱 and 短信: further channels for what this chat cannot carry: add and remove.

No content goes to an address before its owner has typed the code sent there.
"""

import re

from bot.chat.context import Chat
from bot.services.people import contact_channels as contact_channel_service
from bot.services.people.contact_channels import CodeRequestResult
from storage.notices import channel_codes

MAIL = re.compile(r"(?:邮箱|邮件提醒)(?:\s*+[:：]?\s*+(\S{1,100}))?")
SMS = re.compile(r"短信(?:提醒)?(?:\s*+[:：]?\s*+(\S{1,20}))?")
_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}")
_PHONE = re.compile(r"1[3-9]\d{9}")
_OFF = frozenset({"关", "关闭", "删除", "取消"})
CODE = re.compile(r"(?:(?:邮箱|邮件|短信|手机)?验证码\s*+(?:是|[:：])?\s*+)?([0-9]{3})\s?([0-9]{3})\s*+[。.]?")


def ask_mail(chat: Chat, asked: re.Match[str]) -> str | None:
    """邮箱: take an address and send a code there, say how, or end it; None where no mail is sent."""
    return _ask(chat, "mail", asked[1] or "", _ADDRESS)


def ask_sms(chat: Chat, asked: re.Match[str]) -> str | None:
    """短信: the same for a telephone."""
    return _ask(chat, "sms", asked[1] or "", _PHONE)


def _ask(chat: Chat, channel: str, given: str, form: re.Pattern[str]) -> str | None:
    if channel not in chat.setup.outside:
        return None
    if given in _OFF:
        contact_channel_service.end(chat.tx, chat.person.id, channel)
        return chat.say(f"other_ways.{channel}_off")
    if not form.fullmatch(given):
        return chat.say(f"other_ways.{channel}_how")
    most, code_to_send = chat.parts.quotas.codes_a_day.get(channel), chat.parts.way_code()
    return _asked(
        chat, channel, contact_channel_service.request_code(chat.tx, chat.person.id, channel, given, code_to_send, most)
    )


def _asked(chat: Chat, channel: str, became: CodeRequestResult) -> str:
    match became:
        case CodeRequestResult.KNOWN:
            return chat.say(f"other_ways.{channel}_on")
        case CodeRequestResult.PERSON_FULL:
            return chat.say("other_ways.person_full", most=channel_codes.MOST_OF_A_PERSON)
        case CodeRequestResult.ADDRESS_FULL:
            return chat.say(f"other_ways.{channel}_full")
        case CodeRequestResult.ALL_FULL:
            return chat.say("other_ways.all_full")
    minutes = int(channel_codes.GOOD_FOR.total_seconds() // 60)
    return chat.say(f"other_ways.{channel}_sending", minutes=minutes)


def confirm(chat: Chat, typed: re.Match[str]) -> str | None:
    """Take the code that went to an address; None where no address waits for one."""
    if not chat.setup.outside:
        return None
    became = contact_channel_service.confirm(chat.tx, chat.person.id, chat.setup.outside, typed[1] + typed[2])
    if became is None:
        return None
    if became.right:
        return chat.say(f"other_ways.{became.channel}_on")
    if became.late:
        return chat.say(f"other_ways.{became.channel}_expired")
    if became.left:
        return chat.say("other_ways.wrong", left=became.left)
    return chat.say(f"other_ways.{became.channel}_spent")
