"""The one board of published details: each look compares one version row and loads what changed, like the matcher."""

from threading import Lock

from bot.dialogs.concerned import Published
from bot.dialogs.published import PublishedTalk
from config.areas import Areas
from config.policy.model import Policy
from config.texts import Texts
from storage import details, versions
from storage.details import Detail
from storage.transactions import Tx


class Board:
    """Holds what is published in memory, in step with the database: a chat reads one row and no more."""

    def __init__(self, policy: Policy, texts: Texts) -> None:
        self._policy = policy
        self._talk = PublishedTalk(policy, texts)
        self._areas = Areas.load()
        self._details: dict[int, Detail] = {}
        self._version = 0
        self._published = Published.of(policy, self._talk, self._areas, ())
        # Looks run on several threads; one must not see what another has half loaded.
        self._lock = Lock()

    def current(self, tx: Tx) -> Published:
        """What is published as the database stands in this transaction."""
        with self._lock:
            version = versions.current(tx, details.VERSION)
            if version != self._version:
                for detail in details.changed_since(tx, self._version):
                    self._details.pop(detail.id, None)
                    if detail.state == "published":
                        self._details[detail.id] = detail
                self._version = version
                told = tuple(self._details[number] for number in sorted(self._details))
                self._published = Published.of(self._policy, self._talk, self._areas, told)
            return self._published
