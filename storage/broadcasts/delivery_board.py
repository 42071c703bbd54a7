"""Delivery board: each recipient's outcome, in counts that always sum to the total."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import String, case, func, literal, select
from sqlalchemy import cast as as_type

from storage.broadcasts import mass_sends
from storage.broadcasts.mass_sends import CALLS, REPORTS
from storage.broadcasts.recipients import MEMBERS, Lot
from storage.engine.transactions import Tx
from storage.firms.firms import FIRMS
from storage.notices import outbox
from storage.notices.outbox import OUTBOX


class DeliveryOutcome(StrEnum):
    """Outcome of one recipient on the delivery board: exactly one each."""

    WAITING = "waiting"
    """Not yet handed over."""
    SENDING = "sending"
    REACHED = "reached"
    MASSED = "massed"
    """The platform's job is done; it tells counts, not who."""
    CLOSED = "closed"
    """The platform's window is closed: told at the next visit."""
    HELD = "held"
    UNCERTAIN = "uncertain"
    REFUSED = "refused"
    """By the person: they take no such messages."""
    FAILED = "failed"
    EXPIRED = "expired"
    CAPPED = "capped"
    MONTHLY = "monthly"
    UNWANTED = "unwanted"
    STOPPED = "stopped"
    LEFT = "left"


_CALLS = {
    mass_sends.STOPPED: DeliveryOutcome.STOPPED,
    mass_sends.FAILED: DeliveryOutcome.FAILED,
    mass_sends.UNCERTAIN: DeliveryOutcome.UNCERTAIN,
}
# Platform codes for people who refuse such messages: blocked, blacklist, no grant, switched off.
_BY_THE_PERSON = ("user_block", "43019", "43101", "48002")


@dataclass(frozen=True, slots=True)
class RecipientOutcome:
    """One recipient and their outcome. `why`: the platform's code or one of ours."""

    firm_id: int | None
    firm: str
    fate: DeliveryOutcome
    why: str
    channel: str
    at: datetime | None
    opened: datetime | None


def counts(tx: Tx, broadcast_id: int, *, stopped: bool) -> tuple[dict[DeliveryOutcome, int], int]:
    """Return the count per outcome, and how many opened its target. The outcomes sum to `total`."""
    fate = _outcome(tx, stopped=stopped)
    grouped = select(fate.label("fate"), func.count().label("rows"), func.count(OUTBOX.c.opened).label("opened"))
    found = tx.execute(grouped.select_from(_joined()).where(MEMBERS.c.broadcast_id == broadcast_id).group_by(fate))
    rows = found.all()
    return {DeliveryOutcome(row.fate): int(row.rows) for row in rows}, sum(int(row.opened) for row in rows)


def outcomes(
    tx: Tx, broadcast_id: int, *, stopped: bool, most: int, skip: int = 0, only: DeliveryOutcome | None = None
) -> list[RecipientOutcome]:
    """Return each recipient's outcome, in the order in which they were fixed."""
    fate = _outcome(tx, stopped=stopped)
    why = func.coalesce(OUTBOX.c.why, func.nullif(CALLS.c.why, ""), REPORTS.c.status).label("why")
    by = case((MEMBERS.c.state == Lot.SUBMITTED.value, "mass"), else_=OUTBOX.c.channel).label("channel")
    columns = (MEMBERS.c.firm_id, FIRMS.c.name, why, by, OUTBOX.c.settled, OUTBOX.c.opened, MEMBERS.c.at)
    joined = _joined().outerjoin(FIRMS, FIRMS.c.id == MEMBERS.c.firm_id)
    wanted = [MEMBERS.c.broadcast_id == broadcast_id, *([] if only is None else [fate == only.value])]
    found = select(fate.label("fate"), *columns).select_from(joined).where(*wanted).order_by(MEMBERS.c.id)
    return [
        RecipientOutcome(
            row.firm_id,
            row.name or "",
            DeliveryOutcome(row.fate),
            row.why or "",
            row.channel or "",
            row.settled or row.at,
            row.opened,
        )
        for row in tx.execute(found.limit(most).offset(skip))
    ]


def _joined() -> Any:
    own_key = literal("broadcast:").concat(as_type(MEMBERS.c.broadcast_id, String))
    whole = own_key.concat(":").concat(as_type(MEMBERS.c.person_id, String))
    told = MEMBERS.outerjoin(OUTBOX, OUTBOX.c.key == whole).outerjoin(CALLS, CALLS.c.id == MEMBERS.c.call_id)
    return told.outerjoin(REPORTS, REPORTS.c.msg_id == CALLS.c.msg_id)


def _outcome(tx: Tx, *, stopped: bool) -> Any:
    """Return a row's single outcome, first rule first; planned without a notice means stopped or switched off."""
    lot, state = MEMBERS.c.state, OUTBOX.c.state
    gone = DeliveryOutcome.STOPPED if stopped else DeliveryOutcome.UNWANTED
    rules = (
        (lot == Lot.LEFT.value, DeliveryOutcome.LEFT),
        (lot == Lot.CAPPED.value, DeliveryOutcome.CAPPED),
        (lot == Lot.UNWANTED.value, DeliveryOutcome.UNWANTED),
        (lot == Lot.MONTHLY.value, DeliveryOutcome.MONTHLY),
        *((CALLS.c.state == ended, fate) for ended, fate in _CALLS.items()),
        (REPORTS.c.status == mass_sends.SENT_WELL, DeliveryOutcome.MASSED),
        (REPORTS.c.status.is_not(None), DeliveryOutcome.FAILED),
        (lot == Lot.SUBMITTED.value, DeliveryOutcome.SENDING),
        (lot == Lot.NEW.value, DeliveryOutcome.STOPPED if stopped else DeliveryOutcome.WAITING),
        (state.is_(None), gone),
        (state.in_((outbox.SENT, outbox.SAID)), DeliveryOutcome.REACHED),
        (state == outbox.QUARANTINED, DeliveryOutcome.HELD),
        (state == outbox.UNCERTAIN, DeliveryOutcome.UNCERTAIN),
        ((state == outbox.EXPIRED) | (OUTBOX.c.expires <= tx.now), DeliveryOutcome.EXPIRED),
        (state == outbox.DEAD, DeliveryOutcome.FAILED),
        (state.in_((outbox.NEW, outbox.RETRY, outbox.LEASED)), DeliveryOutcome.SENDING),
        (OUTBOX.c.why.in_(_BY_THE_PERSON), DeliveryOutcome.REFUSED),
    )
    # Held messages are shown at the next visit, whatever prevented the push.
    return case(*((rule, fate.value) for rule, fate in rules), else_=DeliveryOutcome.CLOSED.value)
