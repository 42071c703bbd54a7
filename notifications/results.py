"""Apply send results to outbox rows, people, templates and APIs."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from notifications.channels import Channel, Jitter, Parcel, SendEnding, SendOutcome, Stop, pause_after
from storage.engine.transactions import Tx
from storage.notices import api_quota, card_templates, delivery, delivery_reports, subscription_grants
from storage.notices.outbox import DEAD, HELD, NEW, RETRY, SENT, UNCERTAIN, plan

MOST_ATTEMPTS = 8
# First pause before resending, under its number, a message that may have arrived.
DOUBT = timedelta(seconds=15)
BLOCKED, PARTLY = "user_block", "partly"
# Minimum per minute, however slow the platform wants it.
LEAST_PACE = 60
# One limited receiver is an individual case; this many in a batch mean the account.
MANY_LIMITED, LIMITED_PAUSE = 5, timedelta(minutes=10)


def apply(tx: Tx, ends: Sequence[tuple[Parcel, SendOutcome]], jitter: Jitter) -> None:
    """Save these results, their effect on receivers and templates, and the next step."""
    early = delivery_reports.take(tx, [end.msg_id for _, end in ends if end.msg_id])
    rows = []
    for parcel, outcome in ends:
        state, why, retry = _after(tx, parcel, outcome, jitter)
        if outcome.msg_id in early and state == SENT:
            state, why = arrived(early[outcome.msg_id])
        rows.append(
            {
                "id_": parcel.id,
                "number_": parcel.number,
                "state_": state,
                "why_": (why or None) and why[:24],
                "msg_id_": outcome.msg_id,
                "retry_": retry,
            }
        )
        _note(tx, parcel, outcome)
    delivery.save_results(tx, rows)
    for channel, stop, rest, why in {(one.channel, end.stop, end.rest, end.why) for one, end in ends if end.stop}:
        _rest(tx, channel, stop, rest, why)
    if sum(end.limited for _, end in ends) >= MANY_LIMITED:
        _rest(tx, Channel.TEMPLATE, Stop.ACCOUNT, LIMITED_PAUSE, "50002")


def arrived(status: str) -> tuple[str, str]:
    """Return the state and reason for this platform report on a template message."""
    if status == "success":
        return SENT, ""
    return HELD, BLOCKED if "block" in status else "system_failed"


def _after(tx: Tx, parcel: Parcel, outcome: SendOutcome, jitter: Jitter) -> tuple[str, str, datetime | None]:
    ending, why = outcome.ending, outcome.why
    if outcome.unsaid:
        return SENT, PARTLY, None
    if ending is SendEnding.SENT:
        return SENT, "", None
    if ending is SendEnding.UNCERTAIN or (parcel.repeated and ending is SendEnding.LATER):
        again = tx.now + pause_after(parcel.number, DOUBT, jitter())
        known = parcel.channel is Channel.TEMPLATE and parcel.tried_at is not None
        if known and again < (parcel.tried_at or again) + delivery.SAME_NUMBER and parcel.number < MOST_ATTEMPTS:
            return RETRY, why, again
        return UNCERTAIN, why or "no_answer", None
    if parcel.repeated:
        # Refused now; an earlier copy may have arrived.
        return UNCERTAIN, why, None
    spent = parcel.number >= MOST_ATTEMPTS
    if ending is SendEnding.LATER:
        if spent and outcome.stop is None:
            return DEAD, why or "no_connection", None
        return NEW, why, tx.now + pause_after(parcel.number, outcome.pause, jitter())
    if ending in (SendEnding.CLOSED, SendEnding.STOP_TEMPLATE) and not spent:
        return NEW, why, tx.now
    return (DEAD if ending is SendEnding.REFUSED else HELD), why, None


def _note(tx: Tx, parcel: Parcel, outcome: SendOutcome) -> None:
    """Record the effect on the person's window and grants, the template, and text still unsent."""
    if outcome.unsaid:
        # A notice of its own, so that the first part is never resent, whatever happens to the rest.
        key, text = f"{parcel.key}:rest", outcome.unsaid
        plan(tx, key=key, person_id=parcel.person_id, topic=parcel.topic, text=text)
    if outcome.ending is SendEnding.LATER and parcel.channel is Channel.MESSAGE:
        delivery.count_message(tx, [parcel.person_id], parcel.messages - outcome.parts)
    elif outcome.ending is SendEnding.LATER and parcel.channel is Channel.NOTICE:
        subscription_grants.return_unused(tx, parcel.person_id, parcel.template_id)
    elif outcome.ending is SendEnding.CLOSED and parcel.channel is Channel.NOTICE:
        subscription_grants.end(tx, parcel.person_id, parcel.template_id)
    elif outcome.ending is SendEnding.CLOSED:
        delivery.close_window(tx, [parcel.person_id])
    elif outcome.ending is SendEnding.DROPPED:
        delivery.mark_unreachable(tx, parcel.person_id, outcome.why)
    elif outcome.ending is SendEnding.STOP_TEMPLATE:
        card_templates.stop(tx, parcel.template_id, outcome.why)


def _rest(tx: Tx, channel: Channel, stop: Stop, pause: timedelta, why: str) -> None:
    match stop:
        case Stop.MINUTE:
            api_quota.slow_down(tx, channel.value, LEAST_PACE)
        case Stop.DAY:
            api_quota.pause(tx, channel.value, api_quota.next_midnight(tx.now), why)
        case Stop.CHANNEL:
            api_quota.pause(tx, channel.value, tx.now + pause, why)
        case Stop.ACCOUNT:
            for one in (Channel.TEMPLATE, Channel.NOTICE, Channel.MESSAGE):
                api_quota.pause(tx, one.value, tx.now + pause, why)
