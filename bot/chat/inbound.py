"""Process each push once: its key, effects and reply commit together (design rule 3)."""

import asyncio
from collections.abc import Callable

from bot.chat.context import ReadBefore
from bot.chat.router import Router
from bot.chat.routes import needs_read
from bot.live.matcher import LiveMatcher
from bot.live.read_first import ReadNeededError
from bot.wechat import replies
from bot.wechat.messages import Push
from config.commands import TypedText
from config.errors import AppError, UnavailableError
from storage.chat import inbox
from storage.engine.database import Database
from storage.engine.transactions import Tx
from storage.people import people

# Stored for a reply that held a link or code: a repeat gets a fresh one.
MADE_ANEW = ""
# A message is read anew where another of the same person came between; so often, then it is left to the platform.
MOST_READS = 10


class Inbound:
    """Answers pushes; a repeat, during the first or later, gets the first answer including CreateTime."""

    def __init__(
        self,
        database: Database,
        router: Router,
        matcher: LiveMatcher,
        apology: Callable[[AppError], str],
        repeated: Callable[[], None] = lambda: None,
    ) -> None:
        self._database = database
        self._router = router
        self._matcher = matcher
        self._apology = apology
        self._repeated = repeated
        self._running: dict[str, asyncio.Task[str | None]] = {}

    async def __call__(self, push: Push) -> str | None:
        """Return the reply's plain XML, or None for no reply. Raises UnavailableError if nothing was stored."""
        task = self._running.get(push.key)
        if task is None:
            task = asyncio.create_task(self._process(push))
            self._running[push.key] = task
            task.add_done_callback(lambda _: self._running.pop(push.key, None))
        else:
            self._repeated()
        # The platform times out after 5 seconds and asks again; the work must not be cancelled with its first request.
        return await asyncio.shield(task)

    def get_ready(self, tx: Tx) -> None:
        """Preload what answers use, before the first push."""
        self._matcher.get_ready(tx)
        self._router.get_ready(tx)

    async def _process(self, push: Push) -> str | None:
        said, before = self._router.said(push), None
        if said is not None and (push.exposed or needs_read(said)):
            before = await self._database.read(self._router.read, push, said, "", self._matcher)
        for _ in range(MOST_READS):
            try:
                xml, is_repeat = await self._database.write(self._once, push, said, before)
            except ReadNeededError as need:
                # Something changed between the read and the write, or is needed after all: read anew, then write.
                before = await self._database.read(self._router.read, push, said, need.name, self._matcher)
                continue
            except UnavailableError:
                raise
            except AppError as error:
                # What the dialog had begun is rolled back; that it was refused, and why, is the outcome.
                return await self._database.write(self._refuse, push, error)
            if is_repeat:
                self._repeated()
            return xml
        raise UnavailableError("store_contended")

    def _once(self, tx: Tx, push: Push, said: TypedText | None, before: ReadBefore | None) -> tuple[str | None, bool]:
        """Return the reply, and whether the push had come before."""
        stored = inbox.find(tx, push.key)
        if stored is not None and stored.reply != MADE_ANEW:
            return stored.reply, True
        reply = self._router.answer(tx, push, said, before)
        return (self._keep(tx, push, reply), False) if stored is None else (self._rendered(tx, push, reply), True)

    def _refuse(self, tx: Tx, push: Push, error: AppError) -> str | None:
        stored = inbox.find(tx, push.key)
        return (
            (stored.reply or None)
            if stored is not None
            else self._keep(tx, push, replies.TextReply(self._apology(error)))
        )

    def _keep(self, tx: Tx, push: Push, reply: replies.TextReply | None) -> str | None:
        xml = self._rendered(tx, push, reply)
        is_secret = reply is not None and reply.secret
        inbox.record(tx, push.key, people.mark_of(tx, push.openid), MADE_ANEW if is_secret else xml)
        return xml

    def _rendered(self, tx: Tx, push: Push, reply: replies.TextReply | None) -> str | None:
        if reply is None:
            return None
        created = int(tx.now.timestamp())
        return replies.render(reply, to=push.openid, account=push.account, created=created)
