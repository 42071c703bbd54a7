"""What a person is told beside their answer: notices of the outbox, above the next reply; 我的消息 lists them again."""

from functools import partial

from bot.chat.context import Chat
from config.calendar import SHANGHAI
from notifications.outbox import goes_by_itself
from storage.notices import outbox


def with_notices(chat: Chat, said: str) -> str:
    """The reply, under the notices that were waiting for this visit: above it, so that a long answer hides none."""
    found = outbox.take_waiting(chat.tx, chat.person.id, aside=partial(goes_by_itself, chat.tx))
    if not found:
        return said
    lines = [chat.say("notices.line", text=notice.text) for notice in found]
    left = outbox.waiting(chat.tx, chat.person.id)
    lines += [chat.say("notices.left", count=left)] if left else []
    return "\n".join([*lines, chat.say("notices.rule"), said])


def list_notices(chat: Chat) -> str:
    """我的消息: the newest notices, told or not, with their days."""
    found = outbox.listed(chat.tx, chat.person.id)
    if not found:
        return chat.say("notices.none")
    lines = [
        chat.say("notices.dated", day=f"{notice.planned.astimezone(SHANGHAI):%m-%d}", text=notice.text)
        for notice in found
    ]
    return "\n".join([chat.say("notices.head"), *lines])
