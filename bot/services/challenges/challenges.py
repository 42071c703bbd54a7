"""A challenge is drafted, changed, given attachments and moved between stages; each step is recorded."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.services.challenges import review, stages
from bot.services.challenges.stages import StageNeed
from bot.services.people import four_eyes
from config.challenges import ChallengeForm, Sealing
from config.errors import ConflictError, InputError, required
from storage.audit import audit
from storage.challenges import bids, challenges, files, records
from storage.challenges.challenges import Challenge, Stage
from storage.challenges.files import ChallengeFile
from storage.engine.transactions import Tx
from storage.people.roles import RoleKind

LONGEST_NAME = 20
LONGEST_REASON = 500
MOST_FILES = 20
OPEN_TO_CHANGE = (Stage.DRAFT, Stage.RETURNED)


@dataclass(frozen=True, slots=True)
class ChallengeInput:
    """Form input for a challenge. `fields`: the form's fields except title and contact, plus `procurement`."""

    title: str
    fields: Mapping[str, str]
    contact: str
    named: bool
    deadline: datetime | None
    sealing: str
    least: int
    label: str


def draft(tx: Tx, person_id: int, firm_id: int, given: ChallengeInput, form: ChallengeForm) -> int:
    """Save a draft, complete or not; return its id. Raises InputError for a value the form does not know."""
    values = _values(given, form)
    label = challenges.MUNICIPAL if challenges.label_of(tx, firm_id) == challenges.MUNICIPAL else given.label
    if label not in form.labels or (label == challenges.MUNICIPAL and challenges.label_of(tx, firm_id) != label):
        raise InputError("form_choose").at("label")
    challenge_id = challenges.add(
        tx, firm_id=firm_id, person_id=person_id, label=label, contact=given.contact, values=values
    )
    records.add(tx, challenge_id, "edit", person_id, {})
    audit.record(tx, "challenge.draft", f"challenge:{challenge_id}", given.fields)
    return challenge_id


def change(tx: Tx, person_id: int, challenge_id: int, given: ChallengeInput, form: ChallengeForm) -> None:
    """Change a draft or a returned challenge. Raises ConflictError for any other."""
    if _get(tx, challenge_id).stage not in OPEN_TO_CHANGE:
        raise ConflictError("challenge_stage")
    challenges.put(tx, challenge_id, _values(given, form), contact=given.contact)
    records.add(tx, challenge_id, "edit", person_id, {})
    audit.record(tx, "challenge.change", f"challenge:{challenge_id}", given.fields)


def attach(tx: Tx, person_id: int, file: ChallengeFile, sealed: Sequence[bytes], confirmed_by: str) -> None:
    """Attach a file to a draft or returned challenge; a named person vouches for its content."""
    if _get(tx, file.challenge_id).stage not in OPEN_TO_CHANGE:
        raise ConflictError("challenge_stage")
    if len(files.of_challenge(tx, file.challenge_id)) >= MOST_FILES:
        raise InputError("file_many", most=MOST_FILES)
    _confirm(tx, person_id, file.challenge_id, f"file:{file.digest[:16]}", confirmed_by)
    files.add(tx, file, person_id, sealed)
    records.add(tx, file.challenge_id, "edit", person_id, {"file": file.digest[:16]})
    audit.record(tx, "challenge.attach", f"challenge:{file.challenge_id}", {"digest": file.digest})


def detach(tx: Tx, person_id: int, file_id: int) -> None:
    """Remove a file from a draft."""
    file = files.get(tx, file_id)
    if file is None or file.bid_id is not None or _get(tx, file.challenge_id).stage not in OPEN_TO_CHANGE:
        raise ConflictError("challenge_stage")
    files.remove(tx, file_id)
    records.add(tx, file.challenge_id, "edit", person_id, {"file": file.digest[:16]})
    audit.record(tx, "challenge.detach", f"challenge:{file.challenge_id}", {"digest": file.digest})


@dataclass(frozen=True, slots=True)
class ChallengeMove:
    """A request to move a challenge: by whom, with which roles, to where, and what they supply."""

    person_id: int
    kinds: frozenset[RoleKind]
    target: Stage
    reason: str = ""
    confirmed_by: str = ""


def move(
    tx: Tx, challenge_id: int, step: ChallengeMove, form: ChallengeForm, also: Collection[StageNeed] = frozenset()
) -> Challenge:
    """Move the challenge to another stage; return it as it was. `also`: needs that the caller itself meets.

    Raises ConflictError if this person may not make this move from here, InputError for the first missing need, and for
    whoever would publish what they wrote or signed.
    """
    found = _get(tx, challenge_id)
    now_at = found.at(tx.now)
    wish = required(stages.find(now_at, step.target, step.kinds), ConflictError("challenge_stage"))
    if StageNeed.SECRECY in wish.needs and step.confirmed_by:
        _confirm(tx, step.person_id, challenge_id, "posting", step.confirmed_by)
    if step.target == Stage.PUBLISHED and not may_publish(tx, step.person_id, found):
        raise InputError("challenge_own")
    holding = _holding(tx, found, step, form) | set(also)
    for need in stages.missing(wish, holding):
        if need == StageNeed.COMPLETE:
            raise InputError("challenge_lacks", what="、".join(lacking(tx, found, form)))
        if need == StageNeed.APPROVED:
            done = len(signatures(tx, challenge_id))
            raise InputError("challenge_needs_approved", steps=form.approvals, done=done)
        raise InputError(f"challenge_needs_{need.value}")
    values: dict[str, object] = {"stage": step.target.value}
    if step.target == Stage.PUBLISHED:
        values["published"] = tx.now
    challenges.put(tx, challenge_id, values)
    data = {"from": now_at.value, "to": step.target.value, "reason": step.reason[:LONGEST_REASON]}
    records.add(tx, challenge_id, "step", step.person_id, data)
    audit.record(tx, f"challenge.{step.target.value}", f"challenge:{challenge_id}", data)
    return found


def lacking(tx: Tx, found: Challenge, form: ChallengeForm) -> list[str]:
    """Return the labels of what must still be filled in or attached before submitting."""
    have = {**found.fields, "title": found.title, "contact": challenges.contact(tx, found.id)}
    missing = [field.label for field in form.fields if field.must and not have.get(field.key, "").strip()]
    if found.fields.get("procurement", "") not in form.procurement:
        missing.append(form.label("basis"))
    if found.deadline is None:
        missing.append(form.stages[Stage.CLOSED.value])
    kinds = {file.kind for file in files.of_challenge(tx, found.id)}
    missing += [form.files[kind] for kind in ("stamped", "decision") if kind not in kinds]
    return list(dict.fromkeys(missing))


def writers(tx: Tx, challenge_id: int) -> set[int]:
    """Return who wrote any part: they may not sign it."""
    return {one.person_id for one in records.listed(tx, challenge_id, "edit")}


def may_sign(tx: Tx, person_id: int, challenge: Challenge) -> bool:
    """Return whether this person is independent of those who wrote any part or signed it as it stands."""
    over = writers(tx, challenge.id) | signatures(tx, challenge.id)
    return four_eyes.is_other(tx, person_id, over, challenge.made)


def may_publish(tx: Tx, person_id: int, challenge: Challenge) -> bool:
    """Return whether this person is independent of everybody who ever wrote or signed it."""
    acts = records.listed(tx, challenge.id, "edit", "approval")
    return four_eyes.is_other(tx, person_id, {act.person_id for act in acts}, challenge.made)


def signatures(tx: Tx, challenge_id: int) -> set[int]:
    """Return who signed it as it stands: a later change or step voids a signature."""
    found: set[int] = set()
    for one in records.listed(tx, challenge_id, "edit", "step", "approval"):
        found = found | {one.person_id} if one.kind == "approval" else set()
    return found


def _holding(tx: Tx, found: Challenge, step: ChallengeMove, form: ChallengeForm) -> set[StageNeed]:
    """Return which needs are met now."""
    count, enough = bids.count(tx, found.id), found.least
    key = bids.key(tx, found.id)
    tests: dict[StageNeed, Callable[[], bool]] = {
        StageNeed.COMPLETE: lambda: not lacking(tx, found, form),
        StageNeed.SECRECY: lambda: bool(step.confirmed_by),
        StageNeed.APPROVED: lambda: len(signatures(tx, found.id)) >= form.approvals,
        StageNeed.REASON: lambda: bool(step.reason.strip()),
        StageNeed.DEADLINE_AHEAD: lambda: found.deadline is not None and found.deadline > tx.now,
        StageNeed.KEY: lambda: found.sealing == Sealing.NONE or key is not None,
        StageNeed.CRITERIA: lambda: records.last(tx, found.id, "criteria") is not None,
        StageNeed.OPENED: lambda: found.sealing == Sealing.NONE or (key is not None and key.opened is not None),
        StageNeed.ENOUGH_BIDS: lambda: count >= enough,
        StageNeed.TOO_FEW_BIDS: lambda: count < enough,
        StageNeed.CHOSEN: lambda: records.last(tx, found.id, "choice") is not None,
        StageNeed.GATES: lambda: not lacking(tx, found, form),
        StageNeed.CONTRACT: lambda: records.last(tx, found.id, "contract") is not None,
    }
    tests |= {StageNeed(name): test for name, test in review.met_needs(tx, found.id).items()}
    return {need for need, test in tests.items() if test()}


def _values(given: ChallengeInput, form: ChallengeForm) -> dict[str, object]:
    known = {field.key for field in form.fields} | {"procurement"}
    procurement = given.fields.get("procurement", "")
    if not given.title:
        raise InputError("challenge_title_missing")
    if given.sealing not in form.sealing:
        raise InputError("form_choose").at("sealing")
    if procurement and procurement not in form.procurement:
        raise InputError("form_choose").at("procurement")
    return {
        "title": given.title[:120],
        "fields": {key: value for key, value in given.fields.items() if key in known and value},
        "named": given.named,
        "deadline": given.deadline,
        "sealing": given.sealing,
        "least": max(1, min(given.least, 20)),
    }


def _confirm(tx: Tx, person_id: int, challenge_id: int, what: str, name: str) -> None:
    """Record a named person's confirmation: no state secret, no work secret, no unpublished safety information."""
    if not 1 < len(name) <= LONGEST_NAME:
        raise InputError("challenge_needs_secrecy")
    records.add(tx, challenge_id, "secrecy", person_id, {"what": what, "name": name})


def _get(tx: Tx, challenge_id: int) -> Challenge:
    return required(challenges.get(tx, challenge_id), ConflictError("challenge_stage"))
