"""我的消息: the notices of the outbox once more, those that stood above an answer and those that still wait."""

from bot.chat.context import Chat
from config.calendar import SHANGHAI
from storage.notices import outbox


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
