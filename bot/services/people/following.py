"""A person follows the account."""

from storage.audit import audit
from storage.engine.transactions import Tx
from storage.people import people


def follow(tx: Tx, openid: str, created: int) -> tuple[people.Known, bool]:
    """Meet this person, who followed in this second of the platform's; the second part: whether for the first time."""
    known = people.find(tx, openid)
    if known is not None:
        people.follow_again(tx, known.id, created)
        return known, False
    met = people.meet(tx, openid, created)
    audit.record(tx, actor=f"person:{met.id}", action="follow", subject=f"person:{met.id}", source="wechat")
    return met, True
