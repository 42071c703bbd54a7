"""Four-eyes rule: nobody approves their own acts, whether done for themselves or as a stand-in."""

from collections.abc import Collection
from datetime import datetime

from config.calendar import shanghai_day
from storage.engine.transactions import Tx
from storage.people import stand_ins


def is_other(tx: Tx, person_id: int, others: Collection[int], since: datetime) -> bool:
    """Return whether this person is independent of all `others`.

    A stand-in counts as themselves and as everybody they stood in for at any time from `since`, when the first of the
    acts in question was done, until now.
    """
    days = shanghai_day(since), shanghai_day(tx.now)
    mine = stand_ins.principals(tx, [person_id], *days)
    return mine.isdisjoint(stand_ins.principals(tx, others, *days))
