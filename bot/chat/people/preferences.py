"""提醒设置, 退订, 恢复订阅: notification preferences, one tap each."""

import re

from bot.chat.context import Chat
from bot.services.people import account as account_service
from bot.services.reminders.reminders import TOPIC
from storage.notices import preferences
from storage.notices.preferences import Choice

SETTINGS = re.compile(
    r"(?:提醒设置|消息设置|通知设置|(?:怎么|为什么|为啥)(?:不|没|没有)(?:给我)?发?提醒了?)\s*+[。！？?]?"
)
OFF = re.compile(
    r"(?:我?[要想]?退订|td|TD|取消提醒|取消订阅|(?:不要|别)再?(?:给我)?发?(?:提醒|消息|通知)(?:我|了)?)\s*+[。！]?"
)
ON = re.compile(r"(?:恢复|恢复订阅|恢复提醒|重新订阅|订阅)\s*+[。！]?")
SET = re.compile(r"提醒\s++(\S{1,8})\s++(开|关|汇总)\s*+[。！]?")
OFF_ONE = re.compile(r"退订\s*+(\S{2,8}?)\s*+[。！]?")
_CHOICES: dict[str, Choice] = {"开": "on", "关": "off", "汇总": "digest"}


def choose_none(chat: Chat, _typed: re.Match[str]) -> str:
    """退订: switch everything off."""
    account_service.choose_all(chat.tx, chat.person.id, "off", chat.parts.reminding)
    return chat.parts.texts("reminders.settings.off_all")


def choose_all(chat: Chat, _typed: re.Match[str]) -> str:
    """恢复: switch everything on."""
    account_service.choose_all(chat.tx, chat.person.id, "on", chat.parts.reminding)
    return chat.parts.texts("reminders.settings.on_all")


def choose(chat: Chat, typed: re.Match[str]) -> str | None:
    """提醒 活动 关, 退订 活动: set one topic; None where it names no topic."""
    texts, topics = chat.parts.texts, chat.parts.reminding.topics
    topic = next((key for key, names in topics.items() if typed[1] in names), None)
    if topic is None:
        return None
    choice: Choice = "off" if typed.re is OFF_ONE else _CHOICES[typed[2]]
    account_service.choose(chat.tx, chat.person.id, topic, choice)
    return texts("reminders.settings.set", name=topics[topic][0], now=texts(f"reminders.settings.{choice}"))


def show_settings(chat: Chat, _typed: re.Match[str]) -> str:
    """提醒设置: what is on and off, each with its taps."""
    texts = chat.parts.texts
    lines = [texts("reminders.settings.head")]
    for topic, names in chat.parts.reminding.topics.items():
        now = preferences.is_wanted(chat.tx, chat.person.id, topic)
        # Only reminders have a digest; the rest is rare.
        ways: list[Choice] = ["on", "off", "digest"] if topic == TOPIC else ["on", "off"]
        others = [choice for choice in ways if choice != now]
        taps = " ".join(texts(f"reminders.settings.tap_{choice}", name=names[0]) for choice in others)
        lines.append(texts("reminders.settings.line", name=names[0], now=texts(f"reminders.settings.{now}"), taps=taps))
    return "\n".join([*lines, texts("reminders.settings.foot")])
