"""What the platform reports of our notices, and what people allow or refuse of them."""

from notifications import settling
from storage import grants, outbox, people, sending_results, sendings
from storage.transactions import Tx


def template_finished(tx: Tx, msg_id: int, status: str) -> None:
    """What became of a template message; may come late, twice, or before the answer to the sending is stored."""
    state, why = settling.arrived(status)
    if not sendings.reported(tx, msg_id, state, why or None):
        sending_results.keep(tx, msg_id, status)
    if why == settling.BLOCKED:
        _lose_receiver(tx, msg_id)


def allowed(tx: Tx, openid: str, template_ids: list[str]) -> None:
    """The person accepted one more notice of each of these templates; what is held for them may go out."""
    known = people.meet(tx, openid)
    for template_id in template_ids:
        grants.add(tx, known.id, template_id)
    if template_ids:
        outbox.release(tx, known.id)


def refused(tx: Tx, openid: str, template_ids: list[str]) -> None:
    """The person wants none of these any more."""
    known = people.find(tx, openid)
    if known is not None:
        for template_id in template_ids:
            grants.end(tx, known.id, template_id)


def notice_finished(tx: Tx, openid: str, template_id: str, msg_id: int, why: str) -> None:
    """What became of a 订阅通知; `why` is empty where it arrived. Its sending's answer named no number."""
    known = people.find(tx, openid)
    if known is not None:
        sendings.notice_reported(tx, known.id, template_id, msg_id, why or None)


def _lose_receiver(tx: Tx, msg_id: int) -> None:
    person_id = sendings.receiver_of(tx, msg_id)
    if person_id is not None:
        sendings.lose(tx, person_id, settling.BLOCKED)
