"""A broadcast's life cycle: composed, submitted, approved by others over its exact hash, undone in time, stopped."""

from bot.services.broadcasts.check import validate
from bot.services.people import four_eyes
from config.calendar import midnight, shanghai_day
from config.errors import ConflictError, InputError, required
from config.limits import Approval, BroadcastLimits
from config.markup import harmless
from config.texts import Texts
from config.topics import NoticeTopic
from config.workdays import Hours
from notifications.quiet_hours import allowed_at
from storage.audit import audit
from storage.broadcasts import broadcasts, mass_sends, pictures, recipients
from storage.broadcasts.broadcasts import Broadcast, BroadcastAct, BroadcastContent, BroadcastState
from storage.engine.transactions import Tx
from storage.notices import outbox
from storage.people import roles
from storage.people.roles import Role, RoleKind

LONGEST_REASON = 100
APPROVAL = NoticeTopic.APPROVAL


def compose(tx: Tx, person_id: int, content: BroadcastContent, rules: BroadcastLimits, texts: Texts) -> int:
    """Save a draft (nobody is notified yet) and return its id. Raises InputError if it is invalid."""
    validate(tx, person_id, content, rules, texts)
    broadcast_id = broadcasts.add(tx, content, person_id)
    audit.record(tx, "broadcast.compose", f"broadcast:{broadcast_id}", {"content": content.digest})
    return broadcast_id


def edit(
    tx: Tx,
    person_id: int,
    broadcast_id: int,
    seen: str,
    content: BroadcastContent,
    rules: BroadcastLimits,
    texts: Texts,
) -> None:
    """Replace the text or audience of the version `seen` (its hash); this voids every approval.

    Raises ConflictError if it changed meanwhile or is being sent, InputError as `compose` does.
    """
    found = _found(tx, broadcast_id)
    validate(tx, person_id, content, rules, texts)
    if (
        found.digest != seen
        or found.state not in (BroadcastState.DRAFT, BroadcastState.WAITING, BroadcastState.APPROVED)
        or _has_begun(tx, found)
    ):
        raise ConflictError("broadcast_changed")
    broadcasts.replace(tx, broadcast_id, content, person_id)
    audit.record(tx, "broadcast.edit", f"broadcast:{broadcast_id}", {"content": content.digest})


def submit(tx: Tx, person_id: int, broadcast_id: int, seen: str, rules: BroadcastLimits, texts: Texts) -> None:
    """Submit for approval and notify those who may give the first one.

    Raises InputError over the daily limit, ConflictError if it is no longer a draft.
    """
    if not left_today(tx, person_id, broadcast_id, rules):
        raise InputError("broadcast_often", most=rules.per_official_a_day)
    found = _found(tx, broadcast_id)
    if found.digest != seen or not broadcasts.move(tx, broadcast_id, BroadcastState.DRAFT, BroadcastState.WAITING):
        raise ConflictError("broadcast_changed")
    broadcasts.note(tx, broadcast_id, person_id, "submit")
    _request_approval(tx, found, rules, texts)
    audit.record(tx, "broadcast.submit", f"broadcast:{broadcast_id}", {"content": found.digest})


def approve(
    tx: Tx, person_id: int, broadcast_id: int, seen: str, rules: BroadcastLimits, hours: Hours, texts: Texts
) -> bool:
    """Approve the version seen; the last required approval fixes the send time. Returns whether it was the last.

    Sending starts after the undo period, not before the broadcast's own time, and never in quiet hours. Raises
    InputError for one's own text, a second approval, or a role that does not fit or has expired; ConflictError if the
    text changed.
    """
    found = _found(tx, broadcast_id)
    if found.state is not BroadcastState.WAITING or found.digest != seen or found.content.digest != seen:
        raise ConflictError("broadcast_changed")
    acts = broadcasts.history(tx, broadcast_id)
    given, steps = approvals(found, acts), rules.steps_of(found.content.kind)
    if not may_decide(tx, person_id, found, acts):
        raise InputError("broadcast_own")
    # If the rules require fewer steps than before, the last step must still be taken.
    if not _may(tx, person_id, found, steps[min(len(given), len(steps) - 1)].kinds):
        raise InputError("broadcast_not_yours")
    broadcasts.note(tx, broadcast_id, person_id, "approve")
    audit.record(tx, "broadcast.approve", f"broadcast:{broadcast_id}", {"content": found.digest})
    if len(given) + 1 < len(steps):
        _request_approval(tx, found, rules, texts)
        return False
    earliest = tx.now + rules.undo
    starts = allowed_at(max(earliest, found.content.send_at or earliest), hours)
    return broadcasts.move(tx, broadcast_id, BroadcastState.WAITING, BroadcastState.APPROVED, starts=starts)


def undo(tx: Tx, person_id: int, broadcast_id: int) -> None:
    """Return an approved broadcast to draft before sending starts. Raises ConflictError once it has started."""
    found = _found(tx, broadcast_id)
    back = {BroadcastState.APPROVED: BroadcastState.DRAFT, BroadcastState.WAITING: BroadcastState.DRAFT}.get(
        found.state
    )
    if back is None or _has_begun(tx, found):
        raise ConflictError("broadcast_late")
    broadcasts.move(tx, broadcast_id, found.state, back, starts=None)
    broadcasts.note(tx, broadcast_id, person_id, "undo")
    audit.record(tx, "broadcast.undo", f"broadcast:{broadcast_id}", {"content": found.digest})


def stop(tx: Tx, person_id: int, broadcast_id: int, reason: str) -> None:
    """Stop at once and withdraw what has not been sent. One person may do this alone.

    Raises InputError without a reason, ConflictError if nothing is left to stop.
    """
    if not reason or len(reason) > LONGEST_REASON:
        raise InputError("broadcast_reason", most=LONGEST_REASON)
    found = _found(tx, broadcast_id)
    if found.state not in (BroadcastState.APPROVED, BroadcastState.SENDING, BroadcastState.DONE):
        raise ConflictError("broadcast_changed")
    broadcasts.move(tx, broadcast_id, found.state, BroadcastState.STOPPED, ended=tx.now)
    outbox.withdraw(tx, occasion=recipients.key(broadcast_id))
    mass_sends.stop(tx, broadcast_id)
    broadcasts.note(tx, broadcast_id, person_id, "stop", reason)
    audit.record(tx, "broadcast.stop", f"broadcast:{broadcast_id}", {"content": found.digest})


def stop_all(tx: Tx, person_id: int, reason: str, rules: BroadcastLimits) -> int:
    """Stop every broadcast that could still reach anybody, in every area; return how many."""
    found = broadcasts.stoppable(tx, tx.now - rules.open_for)
    for broadcast_id in found:
        stop(tx, person_id, broadcast_id, reason)
    return len(found)


def discard(tx: Tx, person_id: int, broadcast_id: int) -> None:
    """Discard a draft or a broadcast waiting for approval. Raises ConflictError in any later state."""
    found = _found(tx, broadcast_id)
    if found.state not in (BroadcastState.DRAFT, BroadcastState.WAITING):
        raise ConflictError("broadcast_changed")
    broadcasts.move(tx, broadcast_id, found.state, BroadcastState.VOIDED, ended=tx.now)
    broadcasts.note(tx, broadcast_id, person_id, "discard")
    audit.record(tx, "broadcast.discard", f"broadcast:{broadcast_id}", {"content": found.digest})


def save_picture(tx: Tx, picture: bytes) -> str:
    """Save a picture for a broadcast; return the name by which content refers to it."""
    name = pictures.save(tx, picture)
    audit.record(tx, "broadcast.picture", f"broadcast_picture:{name[:16]}")
    return name


def left_today(tx: Tx, person_id: int, broadcast_id: int, rules: BroadcastLimits) -> int:
    """Return how many more this person may submit today (Asia/Shanghai), including this one."""
    since = midnight(shanghai_day(tx.now))
    return max(0, rules.per_official_a_day - broadcasts.put_forward_since(tx, person_id, since, broadcast_id))


def authors(broadcast: Broadcast, acts: list[BroadcastAct]) -> frozenset[int]:
    """Return who wrote or submitted exactly this text: they may not approve it."""
    written = {"compose", "edit", "submit"}
    own = {act.person_id for act in acts if act.digest == broadcast.digest and act.act in written}
    return frozenset({broadcast.author, *own})


def may_decide(tx: Tx, person_id: int, broadcast: Broadcast, acts: list[BroadcastAct]) -> bool:
    """Return whether this person is independent of its authors and of those who have approved it so far."""
    over = {*authors(broadcast, acts), *approvals(broadcast, acts)}
    return four_eyes.is_other(tx, person_id, over, broadcast.made)


def approvals(broadcast: Broadcast, acts: list[BroadcastAct]) -> list[int]:
    """Return who has approved this exact hash since it was last submitted, in order."""
    put_forward = max((act.id for act in acts if act.act == "submit"), default=0)
    given = [act for act in acts if act.act == "approve" and act.id > put_forward and act.digest == broadcast.digest]
    return [act.person_id for act in sorted(given, key=lambda act: act.id)]


def next_step(broadcast: Broadcast, acts: list[BroadcastAct], rules: BroadcastLimits) -> Approval | None:
    """Return the approval required next; None if all are given."""
    steps = rules.steps_of(broadcast.content.kind)
    given = len(approvals(broadcast, acts))
    return steps[given] if given < len(steps) else None


def _request_approval(tx: Tx, broadcast: Broadcast, rules: BroadcastLimits, texts: Texts) -> None:
    """Notify those who may give the next approval, once for this text."""
    acts = broadcasts.history(tx, broadcast.id)
    step = next_step(broadcast, acts, rules)
    if step is None:
        return
    kinds = [RoleKind(kind) for kind in sorted(step.kinds)]
    key = f"broadcast_ask:{broadcast.id}:{broadcast.digest[:16]}:{len(approvals(broadcast, acts))}"
    text = texts("broadcasts.to_approve", title=harmless(broadcast.content.title))
    for person_id in roles.reaching(tx, kinds, broadcast.place, shanghai_day(tx.now)):
        if not may_decide(tx, person_id, broadcast, acts):
            continue
        outbox.plan(tx, key=key, person_id=person_id, topic=APPROVAL, text=text)


def _may(tx: Tx, person_id: int, broadcast: Broadcast, kinds: frozenset[str]) -> bool:
    """Tell whether this person holds one of these roles there now."""
    return any(role.kind.value in kinds and role.covers(broadcast.place) for role in _held(tx, person_id))


def _held(tx: Tx, person_id: int) -> tuple[Role, ...]:
    return roles.held_on(tx, person_id, shanghai_day(tx.now))


def _has_begun(tx: Tx, broadcast: Broadcast) -> bool:
    return broadcast.starts is not None and tx.now >= broadcast.starts


def _found(tx: Tx, broadcast_id: int) -> Broadcast:
    return required(broadcasts.get(tx, broadcast_id), ConflictError("broadcast_changed"))
