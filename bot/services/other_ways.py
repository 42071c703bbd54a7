"""A person names a mail address or a phone number for what the chat cannot carry, or takes it back."""

from storage import audit, other_ways
from storage.transactions import Tx


def begin(tx: Tx, person_id: int, channel: str, address: str) -> None:
    """From now on this person is told there too: giving the address for that is the consent."""
    other_ways.put(tx, person_id, channel, address)
    _record(tx, person_id, "other_way.begin", channel)


def end(tx: Tx, person_id: int, channel: str) -> None:
    """Not there any more; the address is erased."""
    if other_ways.remove(tx, person_id, channel):
        _record(tx, person_id, "other_way.end", channel)


def _record(tx: Tx, person_id: int, action: str, channel: str) -> None:
    actor = f"person:{person_id}"
    audit.record(tx, actor=actor, action=action, subject=actor, source="wechat", fields={"channel": channel})
