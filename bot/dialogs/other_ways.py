"""邮箱 and 短信: where else somebody wants to be told what this chat cannot carry, and where no more."""

import re
from collections.abc import Collection

from bot.dialogs.chat import Chat
from bot.services import other_ways as service

_MAIL = re.compile(r"\s*(?:邮箱|邮件提醒)(?:\s*[:：]?\s*(\S{1,100}))?\s*")
_SMS = re.compile(r"\s*短信(?:提醒)?(?:\s*[:：]?\s*(\S{1,20}))?\s*")
_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}")
_PHONE = re.compile(r"1[3-9]\d{9}")
_OFF = frozenset({"关", "关闭", "删除", "取消"})


def hear(chat: Chat, available: Collection[str], typed: str) -> str | None:
    """The reply to words about these ways; None for any others, and for all of them where none is open."""
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
        service.begin(chat.tx, chat.person.id, channel, given)
        return chat.say(f"other_ways.{channel}_on")
    return None
