"""Replies to plain pushes while a key is set: public information only, nothing about the person named.

The signature of such a push does not cover its content, so anyone who saw one callback address may have written it.
Only the commands listed here are served, as to an unknown person; only an unread overflow and the meaning of a number
are stored, under a separate name. Everything else waits until the push comes encrypted.
"""

from bot.chat import conversation, routes
from bot.chat.context import Chat, ChatServices, ChatSetup, DialogReply, ReadBefore
from bot.chat.policy.published_lines import beside_for, published_reply, with_officials_word
from bot.chat.tickets.contact_lines import contacts_for
from bot.live.read_first import ReadNeededError
from bot.wechat import messages
from config.commands import TypedText
from storage.chat import dialog_states
from storage.engine.transactions import Tx
from storage.people import people
from storage.people.people import exposed_name

# Unlisted commands are refused: a new command must be reviewed before it is exposed.
PUBLIC = frozenset({"clauses", "help", "windows", "challenges", "events", "more"})
_NOBODY = people.KnownPerson(0, None, None)


def answer(
    tx: Tx,
    parts: ChatServices,
    setup: ChatSetup,
    push: messages.Push,
    said: TypedText | None,
    before: ReadBefore | None,
) -> str | None:
    """What is said to this push; None for events that report or erase: those are believed only encrypted.

    Raises ReadNeededError.
    """
    name = exposed_name(push.openid)
    running = dialog_states.load(tx, name)
    if before is not None and before.running != running:
        raise ReadNeededError
    chat = Chat(tx, parts, _NOBODY, name, said or parts.words.read(""), setup=setup, running=running, before=before)
    match push:
        case messages.Subscribe() | messages.Scan():
            return conversation.fit(chat, conversation.welcome(chat, first=True))
        case messages.Click():
            return conversation.fit(chat, _tap(chat, parts.words.key(push.event_key) or "help"))
        case messages.Text(content=words) | messages.Voice(recognition=words) if words:
            return conversation.fit(chat, conversation.say_long(chat) if chat.said.too_long else _hear(chat))
        case messages.Message():
            return chat.say("plain.refused")
    return None


def _hear(chat: Chat) -> str:
    said = chat.said
    if said.command is not None:
        return _tap(chat, said.command)
    if not said.normalised:
        return chat.say("unclear.empty")
    if said.verb not in (None, *PUBLIC):
        return chat.say("plain.refused")
    turn = None if chat.running is None else conversation.hear_dialog(chat)
    if isinstance(turn, DialogReply) and turn.understood:
        return conversation.settle(chat, turn)
    if chat.before is None:
        raise ReadNeededError
    about = conversation.CHALLENGES.about(chat)
    if about is not None:
        return about
    found = chat.parts.talk.answer(said, chat.now, None, contacts_for(chat, None), beside_for(chat, None, said.raw))
    published = published_reply(chat, found)
    if published is not None:
        return published
    if found.offered:
        return conversation.settle(chat, conversation.CHOICES.start(chat, found))
    if not found.sure:
        return found.text + "\n" + chat.say("plain.refused")
    chat.later.append(found.more)
    return with_officials_word(chat, found)


def _tap(chat: Chat, command: str) -> str:
    if command not in PUBLIC:
        return chat.say("plain.refused")
    told = routes.tap(chat, command)
    return f"{told}\n{chat.say('plain.refused')}" if command == "help" else str(told)
