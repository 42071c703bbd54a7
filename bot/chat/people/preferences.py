"""提醒设置, 退订, 恢复订阅: what somebody wants to be told, each with one tap."""

import re

from bot.chat.context import Chat
from bot.services.people import account as service
from bot.services.reminders.reminders import TOPIC
from config.reminder_kinds import Reminding
from storage.notices import preferences
from storage.notices.preferences import Choice

_SETTINGS = re.compile(
    r"(?:提醒设置|消息设置|通知设置|(?:怎么|为什么|为啥)(?:不|没|没有)(?:给我)?发?提醒了?)\s*+[。！？?]?"
)
_OFF = re.compile(
    r"(?:我?[要想]?退订|td|TD|取消提醒|取消订阅|(?:不要|别)再?(?:给我)?发?(?:提醒|消息|通知)(?:我|了)?)\s*+[。！]?"
)
_ON = re.compile(r"(?:恢复|恢复订阅|恢复提醒|重新订阅|订阅)\s*+[。！]?")
_SET = re.compile(r"提醒\s++(\S{1,8})\s++(开|关|汇总)\s*+[。！]?")
_OFF_ONE = re.compile(r"退订\s*+(\S{2,8}?)\s*+[。！]?")
_CHOICES: dict[str, Choice] = {"开": "on", "关": "off", "汇总": "digest"}


def hear(chat: Chat, reminding: Reminding, typed: str) -> str | None:
    """The reply to words about what one wants to be told; None for any others."""
    texts = chat.parts.texts
    if _OFF.fullmatch(typed):
        service.choose_all(chat.tx, chat.person.id, "off", reminding)
        return texts("reminders.settings.off_all")
    if _ON.fullmatch(typed):
        service.choose_all(chat.tx, chat.person.id, "on", reminding)
        return texts("reminders.settings.on_all")
    if _SETTINGS.fullmatch(typed):
        return _settings(chat, reminding)
    asked = _SET.fullmatch(typed) or _OFF_ONE.fullmatch(typed)
    topic = None if asked is None else next((key for key, names in reminding.topics.items() if asked[1] in names), None)
    if asked is None or topic is None:
        return None
    choice: Choice = "off" if asked.re is _OFF_ONE else _CHOICES[asked[2]]
    service.choose(chat.tx, chat.person.id, topic, choice)
    return texts("reminders.settings.set", name=reminding.topics[topic][0], now=texts(f"reminders.settings.{choice}"))


def _settings(chat: Chat, reminding: Reminding) -> str:
    texts = chat.parts.texts
    lines = [texts("reminders.settings.head")]
    for topic, names in reminding.topics.items():
        now = preferences.wants(chat.tx, chat.person.id, topic)
        # Only reminders can be gathered; the rest comes rarely.
        ways: list[Choice] = ["on", "off", "digest"] if topic == TOPIC else ["on", "off"]
        others = [choice for choice in ways if choice != now]
        taps = " ".join(texts(f"reminders.settings.tap_{choice}", name=names[0]) for choice in others)
        lines.append(texts("reminders.settings.line", name=names[0], now=texts(f"reminders.settings.{now}"), taps=taps))
    return "\n".join([*lines, texts("reminders.settings.foot")])
