"""Delivery side of the outbox: rows that are due, leased to one sender, and each attempt's result.

A row is `new`, then `leased` while being sent, then `sent`; or `new` again (later), or `held` for the next visit; or
`retry`, if it may have arrived and is sent again under the same number; or `uncertain`, if that can no longer be known:
it is never resent automatically. Only `new` or `held` rows are shown at a visit, so none is both sent and shown. `dead`
and `quarantined` rows wait for a person.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, exists, func, or_, select, update

from storage.chat.reply_windows import MESSAGES
from storage.engine.transactions import Tx
from storage.notices.card_templates import CARD_TEMPLATES
from storage.notices.cards import GENERAL
from storage.notices.outbox import DEAD, EXPIRED, HELD, LEASED, NEW, OUTBOX, RETRY, SENT, TOLD_AT_VISIT, UNCERTAIN
from storage.people.people import PEOPLE

# Longer than any call with its retries: no result can come after it.
LEASE = timedelta(minutes=2)
# A template message's number is shown once in ten minutes; a retry starts early enough to arrive within them.
SAME_NUMBER = timedelta(minutes=9)
LAPSED = "lapsed"
TOGETHER = 100
# Rows rescheduled in one transaction.
WOKEN = 1000


_other = OUTBOX.alias("other")
_now = bindparam("now_", type_=OUTBOX.c.planned.type)
_DUE = (OUTBOX.c.state == bindparam("state_"), OUTBOX.c.retry_at <= _now)
# One row per person at a time, oldest first, so that they arrive in order.
_in_flight = exists().where(_other.c.person_id == OUTBOX.c.person_id, _other.c.state == LEASED)
_older = exists().where(
    _other.c.person_id == OUTBOX.c.person_id,
    _other.c.state.in_((NEW, RETRY)),
    _other.c.retry_at <= _now,
    _other.c.id < OUTBOX.c.id,
)
_FIND_DUE = (
    select(
        OUTBOX.c.id,
        OUTBOX.c.key,
        OUTBOX.c.person_id,
        OUTBOX.c.topic,
        OUTBOX.c.state,
        OUTBOX.c.text,
        OUTBOX.c.card,
        OUTBOX.c.planned,
        OUTBOX.c.attempts,
        OUTBOX.c.tried_at,
        OUTBOX.c.expires,
        OUTBOX.c.channel,
    )
    .where(*_DUE, ~_in_flight, ~_older)
    .order_by(OUTBOX.c.retry_at, OUTBOX.c.id)
    .limit(bindparam("most_"))
    .with_for_update(skip_locked=True)
)
_LAPSED = (OUTBOX.c.state == LEASED, OUTBOX.c.lease_until <= _now)
_ANY_DUE = select(OUTBOX.c.id).where(OUTBOX.c.state.in_((NEW, RETRY)), OUTBOX.c.retry_at <= _now).limit(1)
_ANY_LAPSED = select(OUTBOX.c.id).where(*_LAPSED).limit(1)
_LATE = (OUTBOX.c.state.in_(TOLD_AT_VISIT), OUTBOX.c.expires <= _now)
_ANY_LATE = select(OUTBOX.c.id).where(*_LATE).limit(1)
_LEASE = (
    update(OUTBOX)
    .where(OUTBOX.c.id.in_(bindparam("ids_", expanding=True)))
    .values(
        state=LEASED,
        attempts=func.coalesce(OUTBOX.c.attempts, 0) + 1,
        lease_until=bindparam("until_", type_=OUTBOX.c.lease_until.type),
        channel=bindparam("channel_"),
        tried_at=bindparam("tried_", type_=OUTBOX.c.tried_at.type),
        why=None,
    )
)
# An attempt's result, unless the row has moved on; a late result still beats `uncertain`.
_SETTLE = (
    update(OUTBOX)
    .where(
        OUTBOX.c.id == bindparam("id_"),
        OUTBOX.c.attempts == bindparam("number_"),
        or_(OUTBOX.c.state == LEASED, OUTBOX.c.state == RETRY, OUTBOX.c.state == UNCERTAIN),
    )
    .values(
        state=bindparam("state_"),
        why=bindparam("why_"),
        msg_id=func.coalesce(bindparam("msg_id_", type_=OUTBOX.c.msg_id.type), OUTBOX.c.msg_id),
        settled=bindparam("settled_", type_=OUTBOX.c.settled.type),
        retry_at=bindparam("retry_", type_=OUTBOX.c.retry_at.type),
        lease_until=None,
    )
)


def is_due(tx: Tx) -> bool:
    """Tell whether there is work: a row to send, an expired lease, or a row past its time."""
    found = {"now_": tx.now}
    return any(tx.execute(any_, found).first() is not None for any_ in (_ANY_DUE, _ANY_LAPSED, _ANY_LATE))


def due(tx: Tx, most: int) -> Sequence[Any]:
    """Return rows to push now, one per person, with their receivers' data.

    On PostgreSQL rows being claimed by another node are skipped.
    """
    found: list[Any] = []
    # One state at a time: so the index returns them in order, however many there are.
    for state in (RETRY, NEW):
        asked = {"now_": tx.now, "state_": state, "most_": most - len(found)}
        found += tx.execute(_FIND_DUE, asked).all() if asked["most_"] else []
    return found


def receivers(tx: Tx, person_ids: Iterable[int]) -> dict[int, Any]:
    """Return each of these people's openid (sealed), window and unreachability."""
    columns = (PEOPLE.c.id, PEOPLE.c.openid, PEOPLE.c.window_until, PEOPLE.c.window_left, PEOPLE.c.unreachable)
    found = tx.execute(select(*columns).where(PEOPLE.c.id.in_(sorted(person_ids))))
    return {row.id: row for row in found}


def lapse(tx: Tx) -> int:
    """Mark rows with expired leases: whether those messages arrived is unknown.

    A template message that the platform still knows by its number is resent under it. Returns how many expired.
    """
    fresh = (OUTBOX.c.channel == "template") & (OUTBOX.c.tried_at > tx.now - SAME_NUMBER)
    again = update(OUTBOX).where(*_LAPSED, fresh).values(state=RETRY, why=LAPSED, retry_at=tx.now, lease_until=None)
    lost = update(OUTBOX).where(*_LAPSED).values(state=UNCERTAIN, why=LAPSED, settled=tx.now, lease_until=None)
    repeated = tx.execute(again, {"now_": tx.now}).rowcount
    return repeated + tx.execute(lost, {"now_": tx.now}).rowcount


def expire(tx: Tx) -> int:
    """Mark some rows past their time as expired; return how many."""
    late = select(OUTBOX.c.id).where(*_LATE).limit(TOGETHER)
    marked = update(OUTBOX).where(OUTBOX.c.id.in_(late)).values(state=EXPIRED, settled=tx.now, retry_at=None)
    return tx.execute(marked, {"now_": tx.now}).rowcount


def lease(tx: Tx, leases: Sequence[tuple[int, str, datetime]]) -> None:
    """Lease these rows for sending by this channel, counting the attempt; the first attempt's time stays."""
    alike: defaultdict[tuple[str, datetime], list[int]] = defaultdict(list)
    for row_id, channel, tried in leases:
        alike[channel, tried].append(row_id)
    for (channel, tried), ids in alike.items():
        leased = {"ids_": ids, "channel_": channel, "tried_": tried, "until_": tx.now + LEASE}
        tx.execute(_LEASE, leased)


def save_results(tx: Tx, ends: Sequence[Mapping[str, Any]]) -> None:
    """Save these attempts' results: each with id_, number_, state_, why_, msg_id_ and retry_."""
    told = (SENT, UNCERTAIN, DEAD)
    rows: list[Mapping[str, Any]] = [{**end, "settled_": tx.now if end["state_"] in told else None} for end in ends]
    if rows:
        tx.execute(_SETTLE, rows)


def mark(tx: Tx, row_ids: Iterable[int], state: str, why: str | None) -> None:
    """Set the state of these unleased rows."""
    values = {"state": state, "why": why, "settled": tx.now, "retry_at": None}
    if ids := sorted(row_ids):
        tx.execute(update(OUTBOX).where(OUTBOX.c.id.in_(ids)).values(values))


def postpone(tx: Tx, row_ids: Iterable[int], until: datetime, why: str | None) -> None:
    """Postpone these unleased rows until this moment."""
    if ids := sorted(row_ids):
        tx.execute(update(OUTBOX).where(OUTBOX.c.id.in_(ids)).values(retry_at=until, why=why))


def release_postponed(tx: Tx, why: str) -> int:
    """Make some rows postponed for this reason due now; return how many."""
    some = select(OUTBOX.c.id).where(OUTBOX.c.state.in_((NEW, RETRY)), OUTBOX.c.why == why, OUTBOX.c.retry_at > _now)
    due = update(OUTBOX).where(OUTBOX.c.id.in_(some.limit(WOKEN))).values(retry_at=tx.now)
    return tx.execute(due, {"now_": tx.now}).rowcount


def count_message(tx: Tx, person_ids: Iterable[int], messages: int) -> None:
    """Add so many messages (negative: subtract) to these people's windows."""
    if ids := sorted(person_ids):
        # Unless they wrote meanwhile, and have the full count again.
        counted = (PEOPLE.c.id.in_(ids)) & (PEOPLE.c.window_left + messages <= MESSAGES)
        tx.execute(update(PEOPLE).where(counted).values(window_left=PEOPLE.c.window_left + messages))


def close_window(tx: Tx, person_ids: Iterable[int]) -> None:
    """Close these people's windows, as the platform reports, whatever our count."""
    if ids := sorted(person_ids):
        tx.execute(update(PEOPLE).where(PEOPLE.c.id.in_(ids)).values(window_left=0))


def mark_unreachable(tx: Tx, person_id: int, why: str) -> None:
    """Mark this person as unreachable by push until they write or follow again."""
    tx.execute(update(PEOPLE).where(PEOPLE.c.id == person_id).values(unreachable=why))


def reported(tx: Tx, msg_id: int, state: str, why: str | None) -> bool:
    """Save the platform's report on its message number; False if no row has that number yet."""
    mine = OUTBOX.c.msg_id == msg_id
    open_ = OUTBOX.c.state.in_((SENT, UNCERTAIN))
    tx.execute(update(OUTBOX).where(mine, open_).values(state=state, why=why))
    return tx.execute(select(OUTBOX.c.id).where(mine)).first() is not None


def notice_reported(tx: Tx, person_id: int, template_id: str, msg_id: int, why: str | None) -> None:
    """Save the report on a 订阅通知, sent without a number: it applies to the person's oldest with this template."""
    if tx.execute(select(OUTBOX.c.id).where(OUTBOX.c.msg_id == msg_id)).first() is not None:
        return
    purposes = select(CARD_TEMPLATES.c.purpose).where(CARD_TEMPLATES.c.template_id == template_id)
    meant = (
        select(OUTBOX.c.id)
        .where(
            OUTBOX.c.person_id == person_id,
            OUTBOX.c.state.in_((LEASED, SENT, UNCERTAIN)),
            OUTBOX.c.channel == "notice",
            OUTBOX.c.msg_id.is_(None),
            func.coalesce(OUTBOX.c.purpose, GENERAL).in_(purposes),
        )
        .order_by(OUTBOX.c.id)
        .limit(1)
    )
    values = {"msg_id": msg_id, "why": why, "state": HELD if why else SENT, "lease_until": None}
    tx.execute(update(OUTBOX).where(OUTBOX.c.id.in_(meant)).values(values))


def receiver_of(tx: Tx, msg_id: int) -> int | None:
    """Return who received the message with this number."""
    found = tx.execute(select(OUTBOX.c.person_id).where(OUTBOX.c.msg_id == msg_id)).first()
    return None if found is None else int(found.person_id)


def states_of(tx: Tx, keys: Sequence[str]) -> dict[str, str]:
    """Return the states of these notices, by full key."""
    found = tx.execute(select(OUTBOX.c.key, OUTBOX.c.state).where(OUTBOX.c.key.in_(list(keys))))
    return {row.key: row.state for row in found}
