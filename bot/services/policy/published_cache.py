"""Cache of published details: each read compares one version row and loads what changed, like the matcher."""

from bot.live.versioned_cache import VersionedCache
from bot.services.policy.published_for_firm import PublishedForFirm
from bot.services.policy.published_wording import PublishedTalk
from config.areas import Areas
from config.policy.model import Policy
from config.texts import Texts
from storage.engine.transactions import Tx
from storage.policy import published_details


class PublishedDetailsCache:
    """Keeps published details in memory, in step with the database: a chat reads one row and no more."""

    def __init__(self, policy: Policy, texts: Texts) -> None:
        self._policy = policy
        self._talk = PublishedTalk(policy, texts)
        self._areas = Areas.load()
        empty = PublishedForFirm.of(policy, self._talk, self._areas, ())
        self._published = VersionedCache(published_details.VERSION, self._load, empty)

    def current(self, tx: Tx) -> PublishedForFirm:
        """Return what is published as of this transaction."""
        return self._published.current(tx)

    def _load(self, tx: Tx, since: int, held: PublishedForFirm) -> PublishedForFirm:
        changed = {detail.id: detail for detail in published_details.changed_since(tx, since)}
        every = {detail.id: detail for detail in held.details} | changed
        told = tuple(every[number] for number in sorted(every) if every[number].state == "published")
        return PublishedForFirm.of(self._policy, self._talk, self._areas, told)
