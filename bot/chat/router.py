"""From a push of the platform to its reply: who is meant, what opens their window, who answers."""

from collections.abc import Collection
from datetime import datetime

from bot.chat import events as event_talk
from bot.chat import platform_events
from bot.chat.context import Chat, Parts, too_long
from bot.chat.conversation import Conversation
from bot.chat.page_links import PageLinks
from bot.chat.people import login
from bot.chat.people.notices import with_notices
from bot.chat.people.welcome import welcome
from bot.chat.policy_editions import Editions
from bot.chat.public_talk import PublicTalk
from bot.live.agency_answers import AnswerBook
from bot.live.matcher import Found
from bot.services.people import erasure, following
from bot.services.policy.published_cache import Board
from bot.wechat import messages
from bot.wechat.replies import Reply, TextReply
from bot.wechat.takeover import KeptReplies
from notifications.text_splitting import split
from storage.chat import reply_overflow, reply_windows
from storage.engine.transactions import Tx


class Router:
    """From one push to one reply, inside one transaction."""

    def __init__(
        self,
        parts: Parts,
        door: login.Door | None = None,
        kept: KeptReplies | None = None,
        outside: Collection[str] = (),
    ) -> None:
        """`outside`: which ways beside the platform there are, mail and SMS."""
        self._parts = parts
        self._door = door or login.Door()
        board = Board(parts.policy, parts.texts)
        self._editions = Editions(parts, board)
        self._answers = AnswerBook()
        self._conversation = Conversation(parts, board, self._answers, self._door, kept or KeptReplies(), outside)
        self._public = PublicTalk(board, self._answers, self._door.public_url)

    def get_ready(self, tx: Tx) -> None:
        """Load what officials have published, so that the first message need not wait for it."""
        self._editions.load(tx)
        self._answers.load(tx)

    def notice(self, text: str, now: datetime) -> str:
        """A notice as it stands alone in the chat."""
        return self._editions.last_seen.talk.dated(self._parts.texts("chat.notices.line", text=text), now)

    def answer(self, tx: Tx, push: messages.Push, thought: Found | None) -> Reply | None:
        """What is said to this push; None for an event that wants no answer. Raises NeedsThoughtError, AppError."""
        if push.exposed:
            said = self._public.answer(tx, self._editions.current(tx), push)
            return None if said is None else TextReply(said)
        match push:
            case messages.Unsubscribe():
                erasure.unfollow(tx, push.openid, self._parts.texts, push.created)
                return None
            case messages.AuthorizationCancelled():
                # The person closed their WeChat account: the same erasure, for whom the platform names.
                erasure.unfollow(tx, push.subject, self._parts.texts, push.created)
                return None
            case messages.Subscribe() | messages.Scan():
                person, first = following.follow(tx, push.openid, push.created)
                reply_windows.tapped(tx, person.id)
                chat = Chat(tx, self._editions.current(tx), person)
                greeting = event_talk.arrive(chat, push.scene or "") or welcome(chat, first)
                return self._fit(chat, push.openid, self._conversation.beside(chat, push.openid, greeting))
            case messages.Click():
                command = self._parts.words.key(push.event_key) or "help"
                links = PageLinks(self._door, secure=push.secure)
                person = following.meet(tx, push.openid, push.created)
                chat = Chat(tx, self._editions.current(tx), person, thought, links)
                reply_windows.tapped(tx, chat.person.id)
                return self._fit(chat, push.openid, self._conversation.tap(chat, push.openid, command))
            case messages.Text(content=words) | messages.Voice(recognition=words) if words or isinstance(
                push, messages.Text
            ):
                links = PageLinks(self._door, secure=push.secure)
                person = following.meet(tx, push.openid, push.created)
                chat = Chat(tx, self._editions.current(tx), person, thought, links)
                self._open_window(chat, push)
                # Every reader below may count on words without blanks around them, and on their being few.
                words = words.strip()
                refused = too_long(chat, words)
                if refused is not None:
                    return self._fit(chat, push.openid, self._conversation.beside(chat, push.openid, refused))
                about_entry = login.hear(chat, self._door, words, secure=push.secure)
                if about_entry is not None:
                    return about_entry
                answered = self._conversation.hear(chat, push.openid, words, secure=push.secure)
                return self._fit(chat, push.openid, answered)
            case messages.Message():
                chat = Chat(tx, self._editions.current(tx), following.meet(tx, push.openid, push.created))
                self._open_window(chat, push)
                said = None
                if isinstance(push, messages.Image):
                    said = self._conversation.picture(chat, push.openid, push.media_id, secure=push.secure)
                if said is None:
                    unclear = chat.say("unclear.voice" if isinstance(push, messages.Voice) else "unclear.not_text")
                    said = self._conversation.beside(chat, push.openid, unclear)
                return self._fit(chat, push.openid, said)
            case messages.Event():
                platform_events.hear(tx, push)
        return None

    def _open_window(self, chat: Chat, push: messages.Push) -> None:
        # A tapped line of a menu message comes as text and counts as a tap.
        if isinstance(push, messages.Text) and push.menu_id:
            reply_windows.tapped(chat.tx, chat.person.id)
        else:
            reply_windows.wrote(chat.tx, chat.person.id)

    def _fit(self, chat: Chat, openid: str, said: str) -> TextReply:
        dated = chat.parts.talk.dated(with_notices(chat, said), chat.now)
        head, rest = split(dated, tail="\n" + self._parts.texts("chat.common.more"))
        later = "\n\n".join(part for part in (rest, *chat.later) if part)
        if later:
            reply_overflow.keep(chat.tx, openid, later)
        return TextReply(head, secret=chat.links is not None and chat.links.given)
