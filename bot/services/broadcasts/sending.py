"""Send an approved broadcast: start, fix the recipients, put each in the outbox once. Small steps, on any node.

Every step checks again that the broadcast is still being sent, so a stop takes effect at the next step.
"""

from collections.abc import Sequence
from datetime import timedelta

from bot.services.broadcasts import read_receipts
from bot.services.broadcasts.wording import card, full_text
from config.errors import ConflictError, required
from config.limits import BroadcastLimits
from config.texts import Texts
from config.topics import NoticeTopic
from storage.audit import audit
from storage.broadcasts import broadcasts, recipients
from storage.broadcasts.broadcasts import Broadcast, BroadcastState
from storage.broadcasts.recipients import Lot
from storage.engine.transactions import Tx
from storage.notices import outbox, preferences
from storage.notices.outbox import PlannedNotice

TOPIC = NoticeTopic.BROADCAST
WEEK = timedelta(days=7)


def begin(tx: Tx, broadcast_id: int) -> bool:
    """Start sending when due; False if another node has started or it was undone."""
    if not broadcasts.move(tx, broadcast_id, BroadcastState.APPROVED, BroadcastState.SENDING):
        return False
    audit.record(tx, "broadcast.send", f"broadcast:{broadcast_id}")
    return True


def fix(tx: Tx, broadcast_id: int, people: Sequence[tuple[int, int | None]]) -> bool:
    """Add a batch of (person, firm), each once; False if the recipients are already fixed or it was stopped."""
    found = broadcasts.get(tx, broadcast_id)
    if found is None or found.state is not BroadcastState.SENDING or found.frozen is not None:
        return False
    recipients.add(tx, broadcast_id, people)
    return True


def plan(tx: Tx, broadcast_id: int, rules: BroadcastLimits, texts: Texts, origin: str = "") -> int:
    """Put the next batch in the outbox; return how many people were decided, 0 if none is left.

    Skips people who switched broadcasts off or reached the weekly limit. `origin`: base of links in text.
    """
    found = is_sending(tx, broadcast_id)
    if found is None:
        return 0
    persons = recipients.undecided(tx, broadcast_id, rules.portion)
    unwanted, capped = left_out(tx, persons, rules)
    rest = [person for person in persons if person not in unwanted and person not in capped]
    for lot, some in ((Lot.UNWANTED, unwanted), (Lot.CAPPED, capped)):
        recipients.decide(tx, broadcast_id, some, lot)
    plan_for(tx, found, rest, rules, texts, origin)
    return len(persons)


def plan_for(
    tx: Tx, found: Broadcast, persons: Sequence[int], rules: BroadcastLimits, texts: Texts, origin: str = ""
) -> None:
    """Send to these people through the outbox."""
    outbox.plan_many(tx, _messages(tx, found, persons, rules, texts, origin))
    recipients.decide(tx, found.id, persons, Lot.PLANNED)


def is_sending(tx: Tx, broadcast_id: int) -> Broadcast | None:
    """Return the broadcast while it is being sent to fixed recipients, else None."""
    found = broadcasts.get(tx, broadcast_id)
    return found if found is not None and found.state is BroadcastState.SENDING and found.frozen is not None else None


def left_out(tx: Tx, persons: Sequence[int], rules: BroadcastLimits) -> tuple[set[int], set[int]]:
    """Return which of these people have switched broadcasts off, and which reached the weekly limit."""
    wants = preferences.wanting(tx, TOPIC, persons)
    unwanted = {person for person in persons if wants[person] == "off"}
    times = recipients.sent_since(tx, persons, tx.now - WEEK)
    capped = {person for person in persons if times.get(person, 0) >= rules.per_person_a_week}
    return unwanted, capped - unwanted


def try_out(tx: Tx, person_id: int, broadcast_id: int, texts: Texts, origin: str = "") -> None:
    """Send a trial, marked as such, to this person only, whatever its state; it counts toward no limit."""
    found = required(broadcasts.get(tx, broadcast_id), ConflictError("broadcast_changed"))
    key = f"{recipients.trial(broadcast_id)}:{tx.now.timestamp():.0f}"
    page = read_receipts.page(tx, broadcast_id, person_id)
    text = texts("broadcasts.trial", text=full_text(found.content, texts, origin + page))
    shown = card(found.content, tx.now, texts, page)
    outbox.plan(tx, key=key, person_id=person_id, topic=TOPIC, text=text, card=shown)
    audit.record(tx, "broadcast.test", f"broadcast:{broadcast_id}")


def finish(tx: Tx, broadcast_id: int) -> bool:
    """Mark as done once everybody is in the outbox; False if it was finished or stopped before."""
    if not broadcasts.move(tx, broadcast_id, BroadcastState.SENDING, BroadcastState.DONE, ended=tx.now):
        return False
    audit.record(tx, "broadcast.end", f"broadcast:{broadcast_id}")
    return True


def _messages(
    tx: Tx, found: Broadcast, persons: Sequence[int], rules: BroadcastLimits, texts: Texts, origin: str
) -> list[PlannedNotice]:
    content, key = found.content, recipients.key(found.id)
    starts = found.starts or found.made
    planned = []
    for person in persons:
        page = read_receipts.page(tx, found.id, person)
        text, shown = full_text(content, texts, origin + page), card(content, starts, texts, page)
        expires = starts + rules.open_for
        planned.append(PlannedNotice(key=key, person_id=person, topic=TOPIC, text=text, card=shown, expires=expires))
    return planned
