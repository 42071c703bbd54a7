"""A person follows the account."""

from storage.audit import audit
from storage.engine.transactions import Actor, Tx
from storage.people import people


def follow(tx: Tx, openid: str, created: int) -> tuple[people.KnownPerson, bool]:
    """Add or find this person, who followed in this platform second; second value: whether for the first time."""
    known = people.find(tx, openid)
    if known is not None:
        people.follow_again(tx, known.id, created)
        tx.actor = Actor.person(known.id, "wechat")
        return known, False
    met = meet(tx, openid, created)
    audit.record(tx, "follow", f"person:{met.id}")
    return met, True


def meet(tx: Tx, openid: str, created: int | None = None) -> people.KnownPerson:
    """Return the person behind this openid, who acts from here on; see storage/people/people.py."""
    known = people.meet(tx, openid, created)
    tx.actor = Actor.person(known.id, "wechat")
    return known
