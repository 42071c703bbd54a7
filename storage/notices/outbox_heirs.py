"""Hand over notices planned for a firm when a person leaves it."""

from sqlalchemy import delete, select

from storage.engine.transactions import Tx
from storage.notices import cards
from storage.notices.outbox import OUTBOX, UNSENT, PlannedNotice, plan_many, readable


def pass_on(tx: Tx, person_id: int, firm_id: int, heir: int | None) -> None:
    """Move this person's unsent notices for this firm to `heir`, its other person.

    Once each: an heir who already has the same notice gets no second one.
    """
    mine = (OUTBOX.c.person_id == person_id) & (OUTBOX.c.firm_id == firm_id) & OUTBOX.c.state.in_(UNSENT)
    rows = tx.execute(select(OUTBOX).where(mine).order_by(OUTBOX.c.id)).all()
    if heir is not None:
        texts = {notice.id: notice.text for notice in readable(tx, rows)}
        plan_many(
            tx,
            [
                PlannedNotice(
                    key=row.key.rpartition(":")[0],
                    person_id=heir,
                    topic=row.topic,
                    text=texts[row.id],
                    card=None if row.card is None else cards.unseal(tx.cipher, row.card, row.key),
                    firm_id=firm_id,
                    not_before=row.not_before,
                    expires=row.expires,
                )
                for row in rows
                if row.id in texts
            ],
        )
    if rows:
        tx.execute(delete(OUTBOX).where(OUTBOX.c.id.in_([row.id for row in rows])))
