"""What a message needs looked up before it is written: raised inside a write, looked up outside, then run again."""

from collections.abc import Callable

from storage.engine.transactions import Tx


def _nothing_first(_tx: Tx) -> None:
    """Only the roster is wanted."""


class NeedsThoughtError(Exception):
    """This message needs the roster searched, which is too long for a write: look first, then run it again.

    `first`: what else is to be done before.
    """

    def __init__(self, typed: str, first: Callable[[Tx], object] = _nothing_first) -> None:
        super().__init__()
        self.typed = typed
        self.first = first


class NeedsFirstError(Exception):
    """Something that is too long for a write must be done first; then the message is run again."""

    def __init__(self, first: Callable[[Tx], object]) -> None:
        super().__init__()
        self.first = first
