"""The live matcher: each query compares one version row and loads changes, so every node finds a new firm.

    ranked = await database.read(matcher.rank, Demand(text, title), conditions=Conditions(poster="12"))
    ranked.firms, ranked.remarks, ranked.left_out, ranked.freeze()

Takes milliseconds of CPU: run on a read thread, never inside a write.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.live.versioned_cache import VersionedCache
from matchmaking.names.resolve import NameIndex
from matchmaking.ranking import ranking, snapshot
from matchmaking.ranking.ranking import Demand, Document, Match, RankPosition
from matchmaking.ranking.reasons import MatchStrength
from matchmaking.ranking.rules import InvitationConditions, InvitationRule, RuleFacts, excludes, remarks
from matchmaking.ranking.semantic import Vectors
from storage.engine.transactions import Tx
from storage.firms import offerings, verification_marks
from storage.roster import roster

NO_CONDITIONS = InvitationConditions()


@dataclass(frozen=True, slots=True)
class NameCandidates:
    """Roster entries a typed name may mean, best first; `sure`: use the first without asking."""

    candidates: tuple[tuple[int, str], ...]
    sure: bool


@dataclass(frozen=True, slots=True)
class Ranked:
    """Firms ranked for a demand at one time: a match's id is the firm's, as text; its score sums its reasons.

    `remarks`: rules against a listed firm, for people to judge; `left_out`: firms excluded by a hard rule.
    """

    demand: Demand
    firms: tuple[Match, ...]
    remarks: Mapping[int, tuple[InvitationRule, ...]]
    left_out: Mapping[int, tuple[InvitationRule, ...]]
    version: int
    at: datetime

    def freeze(self) -> snapshot.Frozen:
        """Return the ranking as stored for audit, with reasons, data version and time."""
        left_out = [str(firm_id) for firm_id in self.left_out]
        return snapshot.freeze(self.demand, self.firms, f"{offerings.VERSION}-{self.version}", self.at, left_out)


@dataclass(frozen=True, slots=True)
class RankExplanation:
    """Why a firm ranks where it does: its place by text alone (None: not findable), and the rules."""

    standing: RankPosition | None
    rules: tuple[InvitationRule, ...]


def in_order(firms: Sequence[Match], unproven: Collection[int]) -> list[Match]:
    """Sort firms by strength, within a strength verified first, then by points."""
    order = list(MatchStrength)
    return sorted(firms, key=lambda one: (order.index(one.strength), int(one.id) in unproven, -one.score))


def _unproven(tx: Tx, firms: Collection[Match]) -> frozenset[int]:
    return verification_marks.unproven(tx, [int(match.id) for match in firms])


def _proven(tx: Tx, ids: Collection[str]) -> set[str]:
    unproven = verification_marks.unproven(tx, [int(id_) for id_ in ids])
    return {id_ for id_ in ids if int(id_) not in unproven}


class LiveMatcher:
    """Holds roster names and firms' offerings in memory, in step with the database."""

    def __init__(self, firms: Callable[[], ranking.RankingIndex] = ranking.RankingIndex) -> None:
        """`firms` creates the empty firm index on first use: it may load a word table and a model."""
        self._index = NameIndex([])
        self._ids: dict[str, int] = {}
        self._names: dict[int, str] = {}
        self._roster = VersionedCache(roster.VERSION, self._load_roster, None)
        self._make_firms = firms
        self._made: ranking.RankingIndex | None = None
        self._offers = VersionedCache(offerings.VERSION, self._load_offers, None)

    def get_ready(self, tx: Tx) -> None:
        """Load the roster names, so that the first typed name need not wait."""
        with self._roster.at(tx):
            pass

    def resolve(self, tx: Tx, typed: str) -> NameCandidates:
        """Return the roster entries this name may mean, as of this transaction. Takes milliseconds."""
        with self._roster.at(tx):
            found = self._index.resolve(typed)
            return NameCandidates(tuple((self._ids[name], name) for name, _ in found.candidates), found.accepted)

    def rank(
        self, tx: Tx, demand: Demand, top: int = 20, *, conditions: InvitationConditions = NO_CONDITIONS
    ) -> Ranked:
        """Return the registered firms best fitting the demand, with reasons, without those a hard rule excludes.

        Among equally strong firms the verified come first, whatever the points.
        """
        found: dict[int, tuple[InvitationRule, ...]] = {}

        def allowed(ids: Sequence[str]) -> set[str]:
            found.update(self._remarks(tx, ids, conditions))
            return {id_ for id_ in ids if not excludes(found[int(id_)])}

        with self._offers.at(tx) as version:
            firms = self._firms.rank(demand, top, allowed=allowed)
            unproven = _unproven(tx, firms)
            if unproven and len(firms) == top:
                # Copies of a demand must not push verified firms off the list.
                proven = self._firms.rank(demand, top, allowed=lambda ids: _proven(tx, allowed(ids)))
                firms = list({match.id: match for match in (*firms, *proven)}.values())
        asked = tuple(found)
        firms = in_order(firms, unproven)[:top]
        listed = {int(match.id): rules for match in firms if (rules := found[int(match.id)])}
        # Firms checked are in `found` best first; below a full list none was left out.
        above = asked[: max(asked.index(int(one.id)) for one in firms)] if len(firms) == top else asked
        left_out = {firm_id: found[firm_id] for firm_id in above if excludes(found[firm_id])}
        return Ranked(demand, tuple(firms), listed, left_out, version, tx.now)

    def explain(
        self, tx: Tx, demand: Demand, firm_id: int, *, conditions: InvitationConditions = NO_CONDITIONS
    ) -> RankExplanation:
        """Explain this firm's rank for this demand, or its absence."""
        with self._offers.at(tx):
            standing = self._firms.why_not(demand, str(firm_id))
        return RankExplanation(standing, self._remarks(tx, [str(firm_id)], conditions)[firm_id])

    def unread(self, tx: Tx) -> list[str]:
        """Return texts the sentence model has not computed yet; none without a model."""
        with self._offers.at(tx):
            return self._firms.unread()

    def read(self, text: str) -> Vectors:
        """Compute the sentence vectors of a text. Takes 20-80 ms; blocks nobody."""
        return self._firms.read(text)

    def add_vector(self, text: str, vector: Vectors) -> None:
        """Use this vector of a text for ranking from now on."""
        self._firms.add_vector(text, vector)

    @property
    def _firms(self) -> ranking.RankingIndex:
        if self._made is None:
            self._made = self._make_firms()
        return self._made

    def _remarks(
        self, tx: Tx, ids: Sequence[str], conditions: InvitationConditions
    ) -> dict[int, tuple[InvitationRule, ...]]:
        held = offerings.titles_and_districts(tx, [int(id_) for id_ in ids])
        return {
            firm_id: remarks(str(firm_id), RuleFacts(one.titles, one.district), conditions)
            for firm_id, one in held.items()
        }

    def _load_roster(self, tx: Tx, since: int, _held: None) -> None:
        for entry_id, name in roster.names_changed_since(tx, since):
            former = self._names.get(entry_id)
            if former is not None and former != name:
                self._index.remove(former)
                del self._ids[former]
                del self._names[entry_id]
            if name is None:
                continue
            self._index.add(name)
            self._ids[name] = entry_id
            self._names[entry_id] = name

    def _load_offers(self, tx: Tx, since: int, _held: None) -> None:
        changed = offerings.changed_since(tx, since)
        self._firms.delete(str(firm_id) for firm_id, texts in changed if texts is None)
        self._firms.update([Document(str(firm_id), texts) for firm_id, texts in changed if texts is not None])
