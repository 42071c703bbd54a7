"""One push on its open connection: answered there, or the connection is closed without a word."""

import asyncio
import logging
import traceback
from types import TracebackType
from typing import Self

from bot.wechat.messages import Push

log = logging.getLogger(__name__)


class Delivery:
    """Held while the answer is worked out; closes the connection where it is late or fails.

    After `patience` seconds the connection is closed, and the work goes on. An exception is logged under the push's
    short name and goes no further: whatever failed, any answer would keep the platform from sending the push again.
    `closed_as` says "late" or "failed" then. `among` holds every delivery that is being worked on.
    """

    __slots__ = ("_among", "_end", "_push", "_timer", "_transport", "closed_as")

    def __init__(
        self, push: Push, transport: asyncio.Transport | None, patience: float, among: set["Delivery"]
    ) -> None:
        self._push = push
        self._transport = transport
        self._among = among
        self._end: asyncio.Future[None] | None = None
        self._timer = asyncio.get_running_loop().call_later(patience, self._close, "late")
        self.closed_as = ""

    def __enter__(self) -> Self:
        self._among.add(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        self._timer.cancel()
        self._among.discard(self)
        if self._end is not None:
            self._end.set_result(None)
        if not isinstance(error, Exception):
            return False
        # An exception's own words may quote the push; its kind and its place may not.
        last = traceback.extract_tb(trace)[-1]
        place = f"{last.filename}:{last.lineno}"
        log.error("push %s was not taken: %s in %s", self._push.trace, type(error).__name__, place)
        self._close("failed")
        return True

    def end(self) -> asyncio.Future[None]:
        """Done once the work is, however it ends."""
        if self._end is None:
            self._end = asyncio.get_running_loop().create_future()
        return self._end

    def _close(self, why: str) -> None:
        self.closed_as = self.closed_as or why
        if self._transport is not None:
            self._transport.close()
