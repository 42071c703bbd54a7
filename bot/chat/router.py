"""From a platform push to its reply: identify the person, open their window, choose who answers."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from functools import partial

from bot.answers.overview import Overview
from bot.answers.policy_answers import PolicyTalk
from bot.chat import conversation, events, platform_events, public_talk, routes
from bot.chat.context import Chat, ChatServices, ChatSetup, LoginLinks, PageLinks, ReadBefore
from bot.chat.fact_input import prepare
from bot.chat.firms.name_lookup import name_to_find
from bot.live.matcher import LiveMatcher
from bot.live.read_first import ReadNeededError
from bot.services.people import erasure, following
from bot.services.policy.published_for_firm import PublishedDetailsCache
from bot.wechat import messages
from bot.wechat.replies import TextReply
from bot.wechat.takeover import KeptReplies
from config.commands import TypedText
from config.policy.model import Policy, PolicyExtension
from notifications.outbox import opens_in_chat
from storage.chat import dialog_states, reply_windows
from storage.engine.transactions import Tx
from storage.notices import outbox
from storage.people import people


class CurrentPolicy:
    """Holds the parts with the policy as long as it holds: made anew where officials have entered an extension.

    Looking at the newest reads one row; making one takes half a second, outside any write.
    """

    def __init__(self, parts: ChatServices, board: PublishedDetailsCache) -> None:
        self._first = parts
        self._board = board
        self._newest = parts

    @property
    def last_seen(self) -> ChatServices:
        """Return the newest edition built by this process."""
        return self._newest

    def current(self, tx: Tx) -> ChatServices:
        """The edition that holds in this transaction. Raises ReadNeededError where `load` must come first."""
        newest = self._newest
        if _term(self._board.current(tx).policy) != _term(newest.policy):
            raise ReadNeededError
        return newest

    def load(self, tx: Tx) -> ChatServices:
        """Return the edition that holds now; make it first where it is new."""
        policy = self._board.current(tx).policy
        if _term(policy) != _term(self._newest.policy):
            # Replaced as a whole, never changed: other threads see one or the other.
            self._newest = self._made(policy)
        return self._newest

    def _made(self, policy: Policy) -> ChatServices:
        if policy.extension is None:
            return self._first
        texts = self._first.texts
        return replace(self._first, policy=policy, talk=PolicyTalk(policy, texts), overview=Overview(policy, texts))


class Router:
    """Turns one push into one reply, in one transaction."""

    def __init__(
        self,
        parts: ChatServices,
        door: LoginLinks | None = None,
        kept: KeptReplies | None = None,
        outside: Collection[str] = (),
    ) -> None:
        """`outside`: which ways beside the platform there are, mail and SMS.

        Raises ConfigError where a command has no handler.
        """
        parts.words.check_handled(routes.COMMANDS)
        self._parts = parts
        board = PublishedDetailsCache(parts.policy, parts.texts)
        self._editions = CurrentPolicy(parts, board)
        self._setup = ChatSetup(door or LoginLinks(), outside, kept or KeptReplies(), board=board)

    def get_ready(self, tx: Tx) -> None:
        """Preload officials' publications, so that the first message need not wait."""
        prepare(self._editions.load(tx))
        self._setup.answers.load(tx)

    def notice(self, text: str, now: datetime) -> str:
        """Format a notice as it stands alone in chat."""
        return self._editions.last_seen.talk.dated(self._parts.texts("chat.notices.line", text=text), now)

    def said(self, push: messages.Push) -> TypedText | None:
        """Return the words of a push, without blanks around them; None for a push without any."""
        match push:
            case messages.Text(content=words):
                return self._parts.words.read(words.strip())
            case messages.Voice(recognition=words) if words:
                return self._parts.words.read(words.strip())
        return None

    def read(
        self, tx: Tx, push: messages.Push, said: TypedText | None, name: str, matcher: LiveMatcher
    ) -> ReadBefore | None:
        """Read what the answer to these words may need and a write has no time for: the question and the firm's name.

        `name`: one that a write has asked for already.
        """
        talk = self._editions.load(tx).talk
        self._setup.answers.load(tx)
        if said is None:
            return None
        running = dialog_states.load(tx, people.exposed_name(push.openid) if push.exposed else push.openid)
        if said.verb not in conversation.REGISTERS:
            talk.read(said.raw)
        if push.exposed:
            return ReadBefore(running)
        waits = running is not None and conversation.DIALOGS[running.journey].waits
        name = name or name_to_find(talk, said, running, waits=waits) or ""
        if not name:
            return ReadBefore(running)
        found = matcher.resolve(tx, name)
        if not found.candidates:
            # Where no firm is called so, it is asked whether the name was a question.
            talk.read(name)
        return ReadBefore(running, name, found)

    def answer(
        self, tx: Tx, push: messages.Push, said: TypedText | None = None, before: ReadBefore | None = None
    ) -> TextReply | None:
        """What is said to this push; None for an event that wants no answer. Raises ReadNeededError, AppError.

        `said` and `before`: its words, and what was read for them.
        """
        if push.exposed:
            told = public_talk.answer(tx, self._editions.current(tx), self._setup, push, said, before)
            return None if told is None else TextReply(told)
        match push:
            case messages.Unsubscribe():
                erasure.unfollow(tx, push.openid, self._parts.texts, push.created)
                return None
            case messages.AuthorizationCancelled():
                # The person closed their WeChat account: the same erasure, for the person the platform names.
                erasure.unfollow(tx, push.subject, self._parts.texts, push.created)
                return None
            case messages.Subscribe() | messages.Scan():
                person, first = following.follow(tx, push.openid, push.created)
                reply_windows.tapped(tx, person.id)
                chat = replace(self._chat(tx, push, person), links=None)
                greeting = events.arrive(chat, push.scene or "") or conversation.welcome(chat, first)
                return _fit(chat, conversation.remind(chat, greeting))
            case messages.Message() | messages.Click():
                chat = self._chat(tx, push, following.meet(tx, push.openid, push.created), said, before)
                # A tapped line of a menu message arrives as text and counts as a tap.
                tapped = isinstance(push, messages.Click) or (isinstance(push, messages.Text) and push.menu_id)
                (reply_windows.tapped if tapped else reply_windows.wrote)(tx, chat.person.id)
                told_or_reply = self._told(chat, push)
                return told_or_reply if isinstance(told_or_reply, TextReply) else _fit(chat, told_or_reply)
            case messages.PushEvent():
                platform_events.handle(tx, push)
        return None

    def _told(self, chat: Chat, push: messages.Message | messages.Click) -> str | TextReply:
        if isinstance(push, messages.Click):
            return routes.tap(chat, self._parts.words.key(push.event_key) or "help")
        if isinstance(push, messages.Text) or (isinstance(push, messages.Voice) and push.recognition):
            return routes.handle(chat)
        chat = replace(chat, links=None)
        licence = conversation.PROVING.picture(chat, push.media_id) if isinstance(push, messages.Image) else None
        if licence is not None:
            return conversation.settle(chat, licence)
        unclear = chat.say("unclear.voice" if isinstance(push, messages.Voice) else "unclear.not_text")
        return conversation.remind(chat, unclear)

    def _chat(
        self,
        tx: Tx,
        push: messages.Push,
        person: people.KnownPerson,
        said: TypedText | None = None,
        before: ReadBefore | None = None,
    ) -> Chat:
        parts, running = self._editions.current(tx), dialog_states.load(tx, push.openid)
        if before is not None and before.running != running:
            # Another message of theirs came between the read and this write.
            raise ReadNeededError
        links = PageLinks(self._setup.door, secure=push.secure)
        said = said or parts.words.read("")
        return Chat(tx, parts, person, push.openid, said, push.secure, self._setup, links, running, before=before)


def _fit(chat: Chat, said: str) -> TextReply:
    text = conversation.fit(chat, _with_notices(chat, said))
    return TextReply(text, secret=chat.links is not None and chat.links.given)


def _with_notices(chat: Chat, said: str) -> str:
    """Put waiting notices above the reply, so that a long answer hides none."""
    found = outbox.take_waiting(chat.tx, chat.person.id, aside=partial(opens_in_chat, chat.tx))
    if not found:
        return said
    lines = [chat.say("notices.line", text=notice.text) for notice in found]
    left = outbox.waiting(chat.tx, chat.person.id)
    lines += [chat.say("notices.left", count=left)] if left else []
    return "\n".join([*lines, chat.say("notices.rule"), said])


def _term(policy: Policy) -> tuple[datetime, PolicyExtension | None]:
    return policy.expires, policy.extension
