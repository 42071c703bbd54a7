"""Meeting schedules: the optimum, and announced meetings stay."""

import itertools
import json
import random
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaking.pairing import PairedMeeting, PairingInput, PairingSide, Schedule, UnpairedReason, pair, value_of


def broken_rules(plan: PairingInput, schedule: Schedule) -> list[str]:
    """Return a schedule's violations, computed naively."""
    sides = {side.id: side for side in (*plan.tables, *plan.firms)}
    meetings = schedule.meetings
    wrong = [f"{one} twice" for one, n in Counter((m.firm, m.table) for m in meetings).items() if n > 1]
    for kind in ("firm", "table"):
        for (id_, slot), n in Counter((getattr(m, kind), m.slot) for m in meetings).items():
            if n > sides[id_].at_once:
                wrong.append(f"{id_} {n} at once in {slot}")
        for id_, n in Counter(getattr(m, kind) for m in meetings).items():
            most = sides[id_].most
            if most is not None and n > most:
                wrong.append(f"{id_} {n} in all")
    for m in meetings:
        if not m.told and (m.slot in plan.closed or {m.firm, m.table} & plan.absent):
            wrong.append(f"{m} cannot be")
        for side in (sides[m.firm], sides[m.table]):
            if not m.told and side.slots is not None and m.slot not in side.slots:
                wrong.append(f"{side.id} is away in {m.slot}")
    return wrong


def best_by_trying_everything(plan: PairingInput) -> float:
    """Return the highest total value of any schedule, trying every set of meetings."""
    firms = {side.id: side for side in plan.firms}
    tables = {side.id: side for side in plan.tables}
    possible = [
        PairedMeeting(slot, table.id, firm.id, value_of(firm, table, plan.scores))
        for firm, table, slot in itertools.product(firms.values(), tables.values(), plan.slots)
        if value_of(firm, table, plan.scores) > 0 and all(s.slots is None or slot in s.slots for s in (firm, table))
    ]

    def extend(at: int, chosen: list[PairedMeeting]) -> float:
        if broken_rules(plan, Schedule(tuple(chosen), (), 0, True)):
            return -1.0
        if at == len(possible):
            return sum(m.value for m in chosen)
        return max(extend(at + 1, chosen), extend(at + 1, [*chosen, possible[at]]))

    return extend(0, [])


@st.composite
def plans(draw: st.DrawFn) -> PairingInput:
    slots = [f"s{at}" for at in range(draw(st.integers(1, 2)))]
    times = st.one_of(st.none(), st.sets(st.sampled_from(slots)).map(frozenset))
    firm_ids = [f"f{at}" for at in range(draw(st.integers(1, 3)))]
    table_ids = [f"t{at}" for at in range(draw(st.integers(1, 2)))]
    shares = st.sampled_from([0.0, 0.25, 0.4, 0.7, 1.0])

    def side(id_: str, others: list[str], most: st.SearchStrategy[int | None]) -> PairingSide:
        return PairingSide(
            id_,
            wants=draw(st.dictionaries(st.sampled_from(others), shares)),
            refuses=draw(st.sets(st.sampled_from(others), max_size=1).map(frozenset)),
            at_once=draw(st.integers(1, 2)) if others is firm_ids else 1,
            most=draw(most),
            slots=draw(times),
        )

    unlimited = st.one_of(st.none(), st.integers(1, 2))
    scores = draw(st.dictionaries(st.tuples(st.sampled_from(firm_ids), st.sampled_from(table_ids)), shares))
    return PairingInput(
        slots,
        [side(id_, firm_ids, unlimited) for id_ in table_ids],
        [side(id_, table_ids, unlimited) for id_ in firm_ids],
        scores,
    )


@given(plans())
def test_no_schedule_is_better(plan: PairingInput) -> None:
    schedule = pair(plan)
    assert schedule.proven
    assert broken_rules(plan, schedule) == []
    assert schedule.total == pytest.approx(best_by_trying_everything(plan), abs=1e-5)


@given(plans(), st.randoms(use_true_random=False), st.data())
def test_after_a_no_show_nobody_moves_and_no_rule_breaks(
    plan: PairingInput, chance: random.Random, data: st.DataObject
) -> None:
    first = pair(plan)
    told = [(m.slot, m.table, m.firm) for m in first.meetings]
    chance.shuffle(told)
    gone = data.draw(st.sampled_from([side.id for side in (*plan.tables, *plan.firms)]))
    later = replace(plan, told=told, absent=frozenset({gone}))
    second = pair(later)
    stayed = {(m.slot, m.table, m.firm) for m in second.meetings if m.told}
    assert stayed == {meeting for meeting in told if gone not in meeting}
    assert all(gone not in (m.firm, m.table) for m in second.meetings)
    assert broken_rules(later, second) == []


def test_the_order_of_the_plan_changes_nothing() -> None:
    chance = random.Random(4)
    firms = [PairingSide(f"f{n}", wants={f"t{chance.randrange(5)}": 0.5}, most=2) for n in range(12)]
    tables = [PairingSide(f"t{n}") for n in range(5)]
    scores = {(firm.id, table.id): chance.choice([0.3, 0.6]) for firm in firms for table in tables}
    plan = PairingInput(["s1", "s2"], tables, firms, scores)
    assert pair(plan) == pair(PairingInput(["s1", "s2"], tables[::-1], firms[::-1], scores))


def test_mutual_wishes_come_before_one_sided_ones() -> None:
    firms = [PairingSide("loved", wants={"t": 1.0}), PairingSide("eager", wants={"t": 1.0})]
    table = PairingSide("t", wants={"loved": 1.0})
    [meeting] = pair(PairingInput(["s"], [table], firms)).meetings
    assert meeting.firm == "loved"


def test_sides_without_a_common_topic_do_not_meet_unless_asked_for() -> None:
    table = PairingSide("t", topics=frozenset({"刀具"}))
    assert value_of(PairingSide("f", topics=frozenset({"苗木"})), table, {("f", "t"): 1.0}) == 0
    assert value_of(PairingSide("f", topics=frozenset({"苗木"}), wants={"t": 1.0}), table, {("f", "t"): 1.0}) > 0
    assert value_of(PairingSide("f", topics=frozenset({"刀具"})), table, {}) > 0
    assert value_of(PairingSide("f", wants={"t": 1.0}, refuses=frozenset({"t"})), table, {}) == 0


def test_who_is_left_out_is_told_why() -> None:
    firms = [
        PairingSide("in", wants={"t": 1.0}, most=1),
        PairingSide("second", wants={"t": 0.9}, most=1),
        PairingSide("stranger", most=1),
        PairingSide("early", wants={"t": 1.0}, most=1, slots=frozenset({"s0"})),
        PairingSide("ill", wants={"t": 1.0}, most=1),
    ]
    table = PairingSide("t", slots=frozenset({"s1"}))
    schedule = pair(PairingInput(["s0", "s1"], [table], firms, absent=frozenset({"ill"})))
    assert [meeting.firm for meeting in schedule.meetings] == ["in"]
    assert {left.firm: left.why for left in schedule.left_out} == {
        "second": UnpairedReason.FULL,
        "stranger": UnpairedReason.NOBODY_FITS,
        "early": UnpairedReason.NO_COMMON_TIME,
        "ill": UnpairedReason.ABSENT,
    }
    assert next(left for left in schedule.left_out if left.firm == "second").fitting == ("t",)


def test_nothing_new_is_planned_in_a_slot_that_is_over() -> None:
    plan = PairingInput(
        ["s0", "s1"], [PairingSide("t")], [PairingSide("f", wants={"t": 1.0})], closed=frozenset({"s0"})
    )
    assert [meeting.slot for meeting in pair(plan).meetings] == ["s1"]
    assert pair(replace(plan, closed=frozenset({"s0", "s1"}))).meetings == ()


def _run(path: Path, plan: object) -> tuple[int, list[dict[str, object]], str]:
    path.write_text(plan if isinstance(plan, str) else json.dumps(plan, ensure_ascii=False))
    done = subprocess.run([sys.executable, "main.py", "pair", str(path)], capture_output=True, check=False, timeout=60)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr.decode()


def test_the_command_prints_meetings_what_is_left_out_and_a_summary(tmp_path: Path) -> None:
    plan = {
        "slots": ["09:00"],
        "tables": [{"id": "t1", "wants": ["f2", "f1"]}],
        "firms": [{"id": "f1", "wants": ["t1"]}, {"id": "f2", "wants": {"t1": 0.9}}],
        "unknown": 1,
    }
    code, lines, errors = _run(tmp_path / "plan.json", plan)
    assert (code, errors) == (0, "")
    assert [line["kind"] for line in lines] == ["meeting", "left_out", "summary"]
    assert (lines[0]["firm"], lines[0]["slot"]) == ("f2", "09:00")
    assert lines[1]["text"] == "合适的洽谈桌都已排满"
    assert lines[2]["proven"] is True


def test_the_command_names_what_is_wrong_and_plans_the_rest(tmp_path: Path) -> None:
    plan = {
        "slots": ["09:00"],
        "tables": [{"id": "t1", "seats": 0}, {"id": "t1"}, 5, {"seats": 2}],
        "firms": [{"id": "f1", "wants": {"t1": 7}}, {"id": "f2", "topics": "刀具", "most": True}],
        "scores": [{"firm": "f1", "table": "t1", "score": 0.5}, {"firm": "nobody", "table": "t1", "score": 0.5}],
        "told": [{"slot": "10:00", "table": "t1", "firm": "f1"}],
        "absent": "f9",
    }
    code, lines, errors = _run(tmp_path / "plan.json", plan)
    assert code == 1
    assert [line["firm"] for line in lines if line["kind"] == "meeting"] == ["f1"]
    for path in (
        "tables[0].seats",
        "tables[1].id",
        "tables[2]",
        "tables[3].id",
        "firms[0].wants.t1",
        "firms[1].topics",
    ):
        assert path in errors
    for path in ("firms[1].most", "scores[1].firm", "told[0].slot", "absent"):
        assert path in errors


def test_a_broken_plan_is_named_by_line(tmp_path: Path) -> None:
    for broken, line in (('{"slots": [', 1), ('{\n"slots": ["a"\n"b"]}', 3), ("", 1)):
        code, _, errors = _run(tmp_path / "plan.json", broken)
        assert code == 1
        assert errors.startswith(f"第 {line} 行第 ")


def test_a_number_that_is_none_is_named_and_the_rest_planned(tmp_path: Path) -> None:
    plan = (
        '{"slots": ["s"], "tables": [{"id": "t", "seats": NaN}], "firms": [{"id": "f", "wants": ["t"]}],'
        ' "scores": [{"firm": "f", "table": "t", "score": Infinity}]}'
    )
    code, lines, errors = _run(tmp_path / "plan.json", plan)
    assert code == 1
    assert "tables[0].seats" in errors
    assert "scores[0].score" in errors
    assert [line["firm"] for line in lines if line["kind"] == "meeting"] == ["f"]
