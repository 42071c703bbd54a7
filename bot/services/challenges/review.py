"""After the deadline: criteria fixed before opening, reviewers, scores, minutes, choice, notice, contract."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from bot.services.challenges.announcements import notify_firm
from config.calendar import shanghai_day
from config.errors import ConflictError, InputError, required
from config.markup import harmless
from config.texts import Texts
from storage.audit import audit
from storage.challenges import bids, challenges, records
from storage.challenges.challenges import Challenge, Stage
from storage.engine.transactions import Tx

MOST_CHOSEN = 3
WEIGHTS = 100
BEST_SCORE = 100
LONGEST = 2000


def fix_criteria(tx: Tx, person_id: int, challenge_id: int, criteria: Sequence[tuple[str, int]]) -> None:
    """Fix the criteria and their weights, once, before anything can be read.

    Raises ConflictError if already fixed or the bids are open, InputError if the weights do not sum to 100.
    """
    found = _get(tx, challenge_id, Stage.PUBLISHED, Stage.CLOSED)
    key = bids.key(tx, challenge_id)
    if records.last(tx, challenge_id, "criteria") is not None or (key is not None and key.opened is not None):
        raise ConflictError("challenge_stage")
    if not criteria or any(not name or weight <= 0 for name, weight in criteria):
        raise InputError("criteria_wrong")
    if sum(weight for _, weight in criteria) != WEIGHTS or len({name for name, _ in criteria}) != len(criteria):
        raise InputError("criteria_wrong")
    _add(tx, found, "criteria", person_id, {"criteria": [list(one) for one in criteria]})


def add_reviewer(tx: Tx, person_id: int, challenge_id: int, name: str, conflicts: Sequence[int], note: str) -> None:
    """Add a reviewer and the bids whose firms they have a stake in, which they may not judge."""
    found = _get(tx, challenge_id, Stage.REVIEW)
    known = {bid.id for bid in bids.of_challenge(tx, challenge_id)}
    if not 1 < len(name) <= 20 or name in _reviewers(tx, challenge_id):
        raise InputError("reviewer_name_wrong").at("name")
    if not set(conflicts) <= known:
        raise InputError("form_wrong")
    _add(tx, found, "reviewer", person_id, {"name": name, "conflicts": sorted(conflicts), "note": note[:LONGEST]})


def score(
    tx: Tx, person_id: int, challenge_id: int, reviewer: str, bid_id: int, points: Mapping[str, int], why: str
) -> None:
    """Save one reviewer's points for one bid on all criteria; the latest entry counts, earlier ones stay recorded."""
    found = _get(tx, challenge_id, Stage.REVIEW)
    known = _reviewers(tx, challenge_id)
    fixed = records.last(tx, challenge_id, "criteria")
    names = {name for name, _ in fixed.data["criteria"]} if fixed is not None else set()
    if reviewer not in known:
        raise InputError("form_choose").at("reviewer")
    if bid_id not in {bid.id for bid in bids.of_challenge(tx, challenge_id)}:
        raise InputError("form_wrong")
    if bid_id in known[reviewer]:
        raise InputError("reviewer_conflict").at("reviewer")
    if set(points) != names or any(not 0 <= value <= BEST_SCORE for value in points.values()):
        raise InputError("score_wrong")
    data = {"reviewer": reviewer, "bid": bid_id, "points": dict(points), "why": why[:LONGEST]}
    _add(tx, found, "score", person_id, data)


def totals(tx: Tx, challenge_id: int) -> dict[int, float]:
    """Return each bid's weighted mean over its reviewers, out of 100; bids without scores are omitted."""
    fixed = records.last(tx, challenge_id, "criteria")
    weights = dict(fixed.data["criteria"]) if fixed is not None else {}
    latest = {(one.data["reviewer"], one.data["bid"]): one for one in records.listed(tx, challenge_id, "score")}
    found: dict[int, list[float]] = {}
    for (_, bid_id), one in latest.items():
        total = sum(weights[name] * value for name, value in one.data["points"].items()) / WEIGHTS
        found.setdefault(bid_id, []).append(total)
    return {bid_id: round(sum(values) / len(values), 2) for bid_id, values in found.items()}


def save_minutes(tx: Tx, person_id: int, challenge_id: int, text: str) -> None:
    """Save the minutes of the review."""
    _add(tx, _get(tx, challenge_id, Stage.REVIEW), "minutes", person_id, {"text": _text(text)})


def choose(tx: Tx, person_id: int, challenge_id: int, chosen: Sequence[int], why: str) -> None:
    """Choose one to three bids, with a reason; scores only inform. Requires minutes."""
    found = _get(tx, challenge_id, Stage.REVIEW)
    known = {bid.id for bid in bids.of_challenge(tx, challenge_id)}
    if not 1 <= len(set(chosen)) <= MOST_CHOSEN or not set(chosen) <= known:
        raise InputError("choice_wrong")
    if records.last(tx, challenge_id, "minutes") is None:
        raise InputError("choice_no_minutes")
    _add(
        tx,
        found,
        "choice",
        person_id,
        {"bids": sorted(set(chosen)), "why": _text(why, "why"), "totals": _told(tx, found)},
    )


def announce(
    tx: Tx, person_id: int, challenge_id: int, text: str, until: date | None, phone: str, texts: Texts
) -> None:
    """Write the public notice: the choice, the last day for objections, the 纪检 phone number."""
    found = _get(tx, challenge_id, Stage.REVIEW)
    choice = required(records.last(tx, challenge_id, "choice"), InputError("challenge_needs_chosen"))
    if until is None or until <= shanghai_day(tx.now) or not phone.strip():
        raise InputError("challenge_needs_notice").at("phone" if until and until > shanghai_day(tx.now) else "until")
    record_id = _add(
        tx, found, "notice", person_id, {"text": _text(text), "until": until.isoformat(), "phone": phone.strip()[:40]}
    )
    for bid in bids.of_challenge(tx, challenge_id):
        title, day = harmless(found.title), until.isoformat()
        if bid.id in choice.data["bids"]:
            said = texts("challenges.notice_chosen", title=title, until=day)
        else:
            said = texts("challenges.notice_not_chosen", title=title, until=day)
        notify_firm(tx, bid.firm_id, f"challenge:{challenge_id}:notice:{record_id}", said)


def object_to(tx: Tx, person_id: int, challenge_id: int, text: str, by: str) -> None:
    """Save an objection received while the notice stands."""
    found = _get(tx, challenge_id, Stage.NOTICE)
    _add(tx, found, "objection", person_id, {"text": _text(text), "by": by[:40]})


def answer_objection(tx: Tx, person_id: int, challenge_id: int, objection_id: int, text: str) -> None:
    """Answer an objection."""
    found = _get(tx, challenge_id, Stage.NOTICE)
    if objection_id not in {one.id for one in records.listed(tx, challenge_id, "objection")}:
        raise InputError("form_wrong")
    _add(tx, found, "objection_reply", person_id, {"of": objection_id, "text": _text(text)})


def notify_result(tx: Tx, challenge_id: int, texts: Texts) -> None:
    """Notify every bidder of the result."""
    found, choice = challenges.get(tx, challenge_id), records.last(tx, challenge_id, "choice")
    if found is None or choice is None:
        return
    for bid in bids.of_challenge(tx, challenge_id):
        title = harmless(found.title)
        won = bid.id in choice.data["bids"]
        said = texts("challenges.notice_won", title=title) if won else texts("challenges.notice_lost", title=title)
        notify_firm(tx, bid.firm_id, f"challenge:{challenge_id}:result:{choice.id}", said)


def sign(tx: Tx, person_id: int, challenge_id: int, contract: Mapping[str, Any], milestones: Sequence[str]) -> None:
    """Save the contract and its milestones; `contract`: number, sum, day, days (to pay), sme (status line)."""
    found = _get(tx, challenge_id, Stage.SIGNING)
    named = [line.strip() for line in milestones if line.strip()]
    if not contract.get("number") or not contract.get("sum") or not named or not 0 < int(contract["days"]) <= 365:
        raise InputError("contract_wrong").at("milestones")
    _add(tx, found, "contract", person_id, {**contract, "milestones": named})


def reach_milestone(tx: Tx, person_id: int, challenge_id: int, number: int, note: str) -> None:
    """Mark a contract milestone as reached."""
    found, contract = _get(tx, challenge_id, Stage.MILESTONES), records.last(tx, challenge_id, "contract")
    if contract is None or not 0 <= number < len(contract.data["milestones"]):
        raise InputError("form_wrong")
    _add(tx, found, "milestone", person_id, {"number": number, "note": note[:LONGEST]})


def accept(tx: Tx, person_id: int, challenge_id: int) -> date:
    """Accept the work, which starts the payment countdown; return the last day to pay."""
    contract = records.last(tx, challenge_id, "contract")
    days = int(contract.data["days"]) if contract is not None else 0
    due = shanghai_day(tx.now) + timedelta(days=days)
    records.add(tx, challenge_id, "acceptance", person_id, {"pay_by": due.isoformat(), "days": days})
    return due


def met_needs(tx: Tx, challenge_id: int) -> Mapping[str, Callable[[], bool]]:
    """Return checks for the stage table's needs that the review record settles."""

    def latest(kind: str) -> Mapping[str, Any]:
        one = records.last(tx, challenge_id, kind)
        return {} if one is None else one.data

    def answered() -> bool:
        asked = {one.id for one in records.listed(tx, challenge_id, "objection")}
        return asked <= {one.data["of"] for one in records.listed(tx, challenge_id, "objection_reply")}

    def reached() -> bool:
        done = {one.data["number"] for one in records.listed(tx, challenge_id, "milestone")}
        return done >= set(range(len(latest("contract").get("milestones", ()))))

    return {
        "notice": lambda: bool(latest("notice")),
        "notice_over": lambda: latest("notice").get("until", "9999") < shanghai_day(tx.now).isoformat(),
        "objections_answered": answered,
        "milestones_done": reached,
    }


def _reviewers(tx: Tx, challenge_id: int) -> dict[str, list[int]]:
    return {one.data["name"]: one.data["conflicts"] for one in records.listed(tx, challenge_id, "reviewer")}


def _told(tx: Tx, found: Challenge) -> dict[str, float]:
    return {str(bid_id): total for bid_id, total in totals(tx, found.id).items()}


def _text(text: str, field: str = "text") -> str:
    if not text.strip() or len(text) > LONGEST:
        raise InputError("challenge_needs_reason").at(field)
    return text.strip()


def _get(tx: Tx, challenge_id: int, *stages: Stage) -> Challenge:
    found = challenges.get(tx, challenge_id)
    if found is None or found.at(tx.now) not in stages:
        raise ConflictError("challenge_stage")
    return found


def _add(tx: Tx, found: Challenge, kind: str, person_id: int, data: Mapping[str, Any]) -> int:
    audit.record(tx, f"challenge.{kind}", f"challenge:{found.id}")
    return records.add(tx, found.id, kind, person_id, data)
