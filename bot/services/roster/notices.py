"""Notify firms of titles that an import added or removed: one notice per import and person."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from config.calendar import shanghai_day
from config.policy.facts import FactChoice
from config.texts import Texts
from config.topics import NoticeTopic
from storage.engine.transactions import Tx
from storage.firms import firms
from storage.notices import outbox
from storage.people import people
from storage.roster import roster


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


def held_today(tx: Tx) -> dict[int, frozenset[str]]:
    """Return the titles that the roster shows today for every firm registered from it."""
    today, firms_of = shanghai_day(tx.now), defaultdict[int, list[int]](list)
    for firm_id, entry_id in firms.on_roster(tx):
        firms_of[entry_id].append(firm_id)
    valid = roster.valid_titles(tx, today)
    return {firm_id: frozenset(valid.get(entry, ())) for entry, several in firms_of.items() for firm_id in several}


def changed_since(tx: Tx, before: Mapping[int, frozenset[str]]) -> list[TitlesChanged]:
    """Return the firms whose roster titles differ from before."""
    return [
        TitlesChanged(firm_id, before.get(firm_id, frozenset()), held)
        for firm_id, held in sorted(held_today(tx).items())
        if held != before.get(firm_id, frozenset())
    ]
