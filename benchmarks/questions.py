"""Benchmark of free questions: the table tests/questions/cases.tsv, scored by kind.

python -m benchmarks.questions [--half 调试|检验]

A case is right if items, words, beginning, figures, quotes and length all are. Prints right/all per kind, the misses,
and CPU time per question. Exit 1 below 97 % or with a wrong figure.
"""

import argparse
import statistics
import sys
import time
from collections import Counter
from datetime import datetime

from bot.answers.policy_answers import PolicyTalk
from bot.cli.ask import newcomer_answer
from config.commands import CommandWords
from config.markup import flatten
from config.policy.loader import load
from config.texts import Texts
from tests.questions.cases import Case, Reply, cases, faults

GOAL = 0.97
ON = datetime.fromisoformat("2026-11-05T10:00:00+08:00")
HALVES = ("调试", "检验")
ROUNDS = 3


def main() -> int:
    """Score the table and print the misses."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--half", choices=HALVES, help="print the misses of this half only")
    half = parser.parse_args().half
    policy, texts, words = load(), Texts.load(markup=flatten), CommandWords.load()
    talk = PolicyTalk(policy, texts)

    def reply(question: str) -> Reply:
        answer = newcomer_answer(talk, texts, words, question, ON)
        return Reply(answer.text, answer.items, answer.sure)

    table = cases()
    wrong: list[tuple[Case, Reply, list[str]]] = []
    for case in table:
        heard = reply(case.question)
        found = faults(case, heard, policy)
        if found:
            wrong.append((case, heard, found))
    _print(table, wrong)
    for case, heard, found in wrong:
        if half in (None, case.half):
            print(f"\n[{case.kind}·{case.half}] {case.question}\n  {'；'.join(found)}\n  {heard.text!r}")
    times = []
    for _ in range(ROUNDS):
        for case in table:
            begun = time.process_time()
            reply(case.question)
            times.append((time.process_time() - begun) * 1000)
    times.sort()
    begun = time.process_time()
    reply("小巨仁和单向冠军那个多" * 28)
    longest = (time.process_time() - begun) * 1000
    p99 = times[int(len(times) * 0.99)]
    print(f"\nCPU ms: median {statistics.median(times):.2f}, p99 {p99:.2f}; 300 characters {longest:.2f}")
    figures = sum(fault.startswith(("数字", "不得")) for _, _, found in wrong for fault in found)
    return 1 if figures or len(wrong) > (1 - GOAL) * len(table) else 0


def _print(table: list[Case], wrong: list[tuple[Case, Reply, list[str]]]) -> None:
    missed = {case.question for case, _, _ in wrong}
    print("类别\t对\t共\t" + "\t".join(HALVES))
    for kind in [*dict.fromkeys(case.kind for case in table), "合计"]:
        mine = [case for case in table if kind in (case.kind, "合计")]
        shares = [_share([case for case in mine if case.half == half], missed) for half in HALVES]
        right = sum(case.question not in missed for case in mine)
        print(f"{kind}\t{right}\t{len(mine)}\t" + "\t".join(shares))
    kinds = Counter(kind for _, _, found in wrong for kind in {fault[:2] for fault in found})
    print("错在：" + "，".join(f"{kind} {count}" for kind, count in kinds.most_common()))


def _share(mine: list[Case], missed: set[str]) -> str:
    return f"{sum(case.question not in missed for case in mine) / len(mine):.0%}" if mine else "-"


if __name__ == "__main__":
    sys.exit(main())
