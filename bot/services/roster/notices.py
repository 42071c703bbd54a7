"""Notify firms of titles that an import added or removed: one notice per import and person."""

from collections.abc import Mapping
from dataclasses import dataclass

from config.policy.facts import FactChoice
from config.texts import Texts
from config.topics import NoticeTopic
from storage.engine.transactions import Tx
from storage.notices import outbox
from storage.people import people


@dataclass(frozen=True, slots=True)
class TitlesChanged:
    """A roster-registered firm's titles before and after an import."""

    firm_id: int
    before: frozenset[str]
    after: frozenset[str]


@dataclass(frozen=True, slots=True)
class Herald:
    """Sends notices about changed titles."""

    texts: Texts
    titles: Mapping[str, FactChoice]

    def notify(self, tx: Tx, occasion: str, changes: list[TitlesChanged]) -> None:
        """Plan this occasion's ("roster:7:applied") notices to everybody who represents one of the firms."""
        for change in changes:
            gained, lost = change.after - change.before, change.before - change.after
            lines = [self.texts("notices.titles_gained", titles=self._labels(gained))] if gained else []
            lines += [self.texts("notices.titles_lost", titles=self._labels(lost))] if lost else []
            if not lines:
                continue
            text = "".join(lines) + self.texts("notices.titles_see")
            for person_id in people.of_firm(tx, change.firm_id):
                key, firm_id = f"{occasion}:{change.firm_id}", change.firm_id
                outbox.plan(tx, key=key, person_id=person_id, topic=NoticeTopic.ROSTER, text=text, firm_id=firm_id)

    def _labels(self, titles: frozenset[str]) -> str:
        return "、".join(choice.label for value, choice in self.titles.items() if value in titles)
