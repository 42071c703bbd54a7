"""The platform's delivery reports, and people's consent to or refusal of notices."""

from notifications import results
from storage.engine.transactions import Tx
from storage.notices import delivery, delivery_reports, outbox, subscription_grants
from storage.people import people


def template_finished(tx: Tx, msg_id: int, status: str) -> None:
    """Record a template message's result; it may come late, twice, or before the send call's answer is stored."""
    state, why = results.arrived(status)
    if not delivery.reported(tx, msg_id, state, why or None):
        delivery_reports.save(tx, msg_id, status)
    if why == results.BLOCKED:
        _lose_receiver(tx, msg_id)


def allowed(tx: Tx, openid: str, template_ids: list[str]) -> None:
    """Record consent to one more notice of each of these templates and release what was held for them."""
    known = people.meet(tx, openid)
    for template_id in template_ids:
        subscription_grants.add(tx, known.id, template_id)
    if template_ids:
        outbox.release(tx, known.id)


def refused(tx: Tx, openid: str, template_ids: list[str]) -> None:
    """End the person's consent to these templates."""
    known = people.find(tx, openid)
    if known is not None:
        for template_id in template_ids:
            subscription_grants.end(tx, known.id, template_id)


def notice_finished(tx: Tx, openid: str, template_id: str, msg_id: int, why: str) -> None:
    """Record a 订阅通知 result; `why` is empty if delivered. The send call's answer had no number."""
    known = people.find(tx, openid)
    if known is not None:
        delivery.notice_reported(tx, known.id, template_id, msg_id, why or None)


def _lose_receiver(tx: Tx, msg_id: int) -> None:
    person_id = delivery.receiver_of(tx, msg_id)
    if person_id is not None:
        delivery.mark_unreachable(tx, person_id, results.BLOCKED)
