"""What every chat needs, with the policy as long as it holds: made anew where officials have entered an extension."""

from dataclasses import replace
from datetime import datetime

from bot.answers.overview import Overview
from bot.answers.policy_answers import PolicyTalk
from bot.chat.context import Parts
from bot.live.read_first import NeedsFirstError
from bot.services.policy.published_cache import Board
from config.policy.model import Extension, Policy
from storage.engine.transactions import Tx


class Editions:
    """Holds the newest edition. Looking at it reads one row; making one takes half a second, outside any write."""

    def __init__(self, parts: Parts, board: Board) -> None:
        self._first = parts
        self._board = board
        self._newest = parts

    @property
    def last_seen(self) -> Parts:
        """The newest edition that this process has made."""
        return self._newest

    def current(self, tx: Tx) -> Parts:
        """The edition that holds in this transaction. Raises NeedsFirstError where `load` must come first."""
        newest = self._newest
        if _term(self._board.current(tx).policy) != _term(newest.policy):
            raise NeedsFirstError(self.load)
        return newest

    def load(self, tx: Tx) -> None:
        """Make the edition that holds now."""
        policy = self._board.current(tx).policy
        if _term(policy) != _term(self._newest.policy):
            # Replaced whole, never changed: readers on other threads see the one or the other.
            self._newest = self._made(policy)

    def _made(self, policy: Policy) -> Parts:
        if policy.extension is None:
            return self._first
        texts = self._first.texts
        return replace(self._first, policy=policy, talk=PolicyTalk(policy, texts), overview=Overview(policy, texts))


def _term(policy: Policy) -> tuple[datetime, Extension | None]:
    return policy.expires, policy.extension
