"""The one board of published details: each look compares one version row and loads what changed, like the matcher."""

from threading import Lock

from bot.services.policy.published_for_firm import Published
from bot.services.policy.published_wording import PublishedTalk
from config.areas import Areas
from config.policy.model import Policy
from config.texts import Texts
from storage.engine import change_counters
from storage.engine.transactions import Tx
from storage.policy import published_details
from storage.policy.published_details import Detail


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
            version = change_counters.current(tx, published_details.VERSION)
            if version != self._version:
                for detail in published_details.changed_since(tx, self._version):
                    self._details.pop(detail.id, None)
                    if detail.state == "published":
                        self._details[detail.id] = detail
                self._version = version
                told = tuple(self._details[number] for number in sorted(self._details))
                self._published = Published.of(self._policy, self._talk, self._areas, told)
            return self._published
