"""Meeting schedules: highest mutual preference within everybody's seats and time.

Exact, by integer programming. First the best pairs are chosen by seat counts alone, then times are assigned: if
everybody is present throughout this always works. Only if it does not, pairs and times are chosen together.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import sqrt

import numpy as np

UNNAMED_SHARE = 0.5
SOLVER_SECONDS = 20.0


@dataclass(frozen=True)
class PairingSide:
    """A table (of a buyer, with its topics) or a firm.

    `wants`: preferences from 0 to 1 for the other side; `at_once`: meetings per slot; `most`: meetings in all; `slots`:
    the times it is present (None: always).
    """

    id: str
    wants: Mapping[str, float] = field(default_factory=dict)
    refuses: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    at_once: int = 1
    most: int | None = None
    slots: frozenset[str] | None = None


@dataclass(frozen=True)
class PairedMeeting:
    """One firm at one table in one slot; `told`: announced before and unchanged."""

    slot: str
    table: str
    firm: str
    value: float
    told: bool = False


@dataclass(frozen=True)
class PairingInput:
    """Input: slots in order, both sides, fit scores from 0 to 1 by (firm, table), announced meetings."""

    slots: Sequence[str]
    tables: Sequence[PairingSide]
    firms: Sequence[PairingSide]
    scores: Mapping[tuple[str, str], float] = field(default_factory=dict)
    told: Sequence[tuple[str, str, str]] = ()
    absent: frozenset[str] = frozenset()
    closed: frozenset[str] = frozenset()


class UnpairedReason(StrEnum):
    """Why a firm or table has fewer meetings than possible, simplest cause first."""

    ABSENT = "absent"
    NOBODY_FITS = "nobody_fits"
    NO_COMMON_TIME = "no_common_time"
    FULL = "full"


@dataclass(frozen=True)
class LeftOut:
    """A firm with fewer meetings than wanted, why, and the tables that would have fitted, best first."""

    firm: str
    got: int
    wanted: int
    why: UnpairedReason
    fitting: tuple[str, ...]


@dataclass(frozen=True)
class Schedule:
    """The meetings in time order; `proven`: no better schedule exists."""

    meetings: tuple[PairedMeeting, ...]
    left_out: tuple[LeftOut, ...]
    total: float
    proven: bool


def pair(plan: PairingInput) -> Schedule:
    """Return the schedule of highest total value. Announced meetings stay unless one side is absent.

    The plan's order of tables and firms does not matter. Announced meetings of unknown ids are dropped.
    """
    tables = {table.id: table for table in sorted(plan.tables, key=lambda side: side.id)}
    firms = {firm.id: firm for firm in sorted(plan.firms, key=lambda side: side.id)}
    kept = [
        PairedMeeting(slot, table, firm, value_of(firms[firm], tables[table], plan.scores), told=True)
        for slot, table, firm in sorted(set(plan.told))
        if firm in firms and table in tables and not {firm, table} & plan.absent
    ]
    met = {(meeting.firm, meeting.table) for meeting in kept}
    values = {
        (firm.id, table.id): value
        for firm in firms.values()
        for table in tables.values()
        if not {firm.id, table.id} & plan.absent
        and (firm.id, table.id) not in met
        and (value := value_of(firm, table, plan.scores)) > 0
    }
    open_slots = [slot for slot in plan.slots if slot not in plan.closed]
    found, proven = _solve(open_slots, tables, firms, values, kept)
    order = {slot: at for at, slot in enumerate(plan.slots)}
    meetings = sorted([*kept, *found], key=lambda one: (order.get(one.slot, -1), one.table, one.firm))
    return Schedule(
        tuple(meetings),
        tuple(_left_out(plan, open_slots, tables, firms, meetings, values)),
        round(sum(meeting.value for meeting in meetings), 6),
        proven,
    )


def value_of(firm: PairingSide, table: PairingSide, scores: Mapping[tuple[str, str], float]) -> float:
    """Return the mutual preference, from 0 (must not meet) to 1: the geometric mean of both sides' preferences.

    A side without a preference for the other counts with the fit score, half of it if it named others. Different topics
    alone mean 0, unless one asked for the other by name.
    """
    if table.id in firm.refuses or firm.id in table.refuses:
        return 0.0
    named = table.id in firm.wants or firm.id in table.wants
    if not named and firm.topics and table.topics and firm.topics.isdisjoint(table.topics):
        return 0.0
    score = scores.get((firm.id, table.id), 0.5 if named or firm.topics & table.topics else 0.0)

    def preference(one: PairingSide, other: PairingSide) -> float:
        return one.wants.get(other.id, score * (UNNAMED_SHARE if one.wants else 1.0))

    return round(sqrt(preference(firm, table) * preference(table, firm)), 6)


Sides = Mapping[str, PairingSide]
Values = Mapping[tuple[str, str], float]


def _solve(
    slots: Sequence[str], tables: Sides, firms: Sides, values: Values, kept: Sequence[PairedMeeting]
) -> tuple[list[PairedMeeting], bool]:
    limits: dict[tuple[str, ...], int] = {("pair", *pair): 1 for pair in values}
    used = Counter(key for one in kept for key in _keys(one.firm, one.table, one.slot))
    for kind, sides in (("firm", firms), ("table", tables)):
        for id_, side in sides.items():
            there = [slot for slot in slots if side.slots is None or slot in side.slots]
            limits.update({(kind, id_, slot): max(0, side.at_once - used[kind, id_, slot]) for slot in there})
            in_all = sum(limits[kind, id_, slot] for slot in there)
            limits[kind, id_] = in_all if side.most is None else max(0, min(in_all, side.most - used[kind, id_]))
    places = [(firm, table, "") for firm, table in values]
    best, proven = _maximise(places, values, limits)
    timed = [(firm, table, slot) for firm, table, _ in best for slot in slots]
    placed, _ = _maximise(timed, values, limits)
    if len(placed) < len(best):
        placed, proven = _maximise([(*pair, slot) for pair in values for slot in slots], values, limits)
    return [PairedMeeting(slot, table, firm, values[firm, table]) for firm, table, slot in placed], proven


def _keys(firm: str, table: str, slot: str) -> list[tuple[str, ...]]:
    """Return the limits a meeting counts against; without a slot, those independent of time."""
    always: list[tuple[str, ...]] = [("pair", firm, table), ("firm", firm), ("table", table)]
    return [*always, ("firm", firm, slot), ("table", table, slot)] if slot else always


def _there(side: PairingSide, slot: str) -> bool:
    return side.slots is None or slot in side.slots


def _maximise(
    places: Sequence[tuple[str, str, str]], values: Values, limits: Mapping[tuple[str, ...], int]
) -> tuple[list[tuple[str, str, str]], bool]:
    """Return the places with the highest value sum within the limits, and whether that is proven.

    A place requiring an absent limit (a side away in its slot) is impossible.
    """
    places = [place for place in places if all(key in limits for key in _keys(*place))]
    if not places:
        return [], True
    # Half a second to import: only when pairing.
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import coo_array

    rows = {key: row for row, key in enumerate(limits)}
    members = np.array([(rows[key], at) for at, place in enumerate(places) for key in _keys(*place)])
    shape = (len(limits), len(places))
    solved = milp(
        -np.array([values[firm, table] for firm, table, _ in places]),
        integrality=np.ones(len(places)),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(
            coo_array((np.ones(len(members)), (members[:, 0], members[:, 1])), shape).tocsr(),
            -np.inf,
            np.array(list(limits.values()), float),
        ),
        options={"mip_rel_gap": 0.0, "time_limit": SOLVER_SECONDS},
    )
    if solved.x is None:
        return [], False
    return [places[int(at)] for at in np.nonzero(solved.x > 0.5)[0]], bool(solved.status == 0)


def _left_out(
    plan: PairingInput,
    slots: Sequence[str],
    tables: Sides,
    firms: Sides,
    meetings: Sequence[PairedMeeting],
    values: Values,
) -> list[LeftOut]:
    got = Counter(meeting.firm for meeting in meetings)
    met = {(meeting.firm, meeting.table) for meeting in meetings}
    fitting: defaultdict[str, list[str]] = defaultdict(list)
    for one in sorted(values, key=lambda pair: (-values[pair], pair)):
        if one not in met:
            fitting[one[0]].append(one[1])
    left: list[LeftOut] = []
    for id_, firm in firms.items():
        wanted = firm.most if firm.most is not None else 1
        if got[id_] >= wanted:
            continue
        if id_ in plan.absent:
            why = UnpairedReason.ABSENT
        elif not fitting[id_]:
            why = UnpairedReason.NOBODY_FITS
        elif not any(_there(firm, slot) and _there(tables[table], slot) for table in fitting[id_] for slot in slots):
            why = UnpairedReason.NO_COMMON_TIME
        else:
            why = UnpairedReason.FULL
        left.append(LeftOut(id_, got[id_], wanted, why, tuple(fitting[id_])))
    return left
