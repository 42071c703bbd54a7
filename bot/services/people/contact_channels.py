"""A person adds a mail address or phone number as a further channel, confirms it by code, or removes it; and changes
their contact.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum, auto

from config.texts import Texts
from config.topics import NoticeTopic
from storage.audit import audit
from storage.engine.transactions import Actor, Tx
from storage.notices import channel_codes, contact_channels, outbox
from storage.people import allowances, people
from storage.people.people import PersonContact

TOPIC = NoticeTopic.OTHER_WAY
TOGETHER = 50


class CodeRequestResult(StrEnum):
    """Result of a request for a code."""

    KNOWN = auto()
    """This address is in use already."""
    SENDING = auto()
    PERSON_FULL = auto()
    """This person had as many codes as one may have a day."""
    ADDRESS_FULL = auto()
    """This address was sent as many as one may be sent a day."""
    ALL_FULL = auto()
    """So many go out by this way a day, to everybody together."""


@dataclass(frozen=True, slots=True)
class CodeEntryResult:
    """Result of a typed code, and its channel; `left`: remaining tries."""

    channel: str
    right: bool = False
    late: bool = False
    left: int = 0


def request_code(
    tx: Tx, person_id: int, channel: str, address: str, code: str, most_of_all: int | None = None
) -> CodeRequestResult:
    """Send this code to the address; nothing else goes there before the person types it.

    `most_of_all`: the channel's daily limit for everybody together. Leaving and returning resets no count.
    """
    if contact_channels.confirmed(tx, person_id).get(channel) == address:
        return CodeRequestResult.KNOWN
    if allowances.used(tx, person_id, TOPIC) >= channel_codes.MOST_OF_A_PERSON:
        return CodeRequestResult.PERSON_FULL
    if channel_codes.count_for_address(tx, channel, address) >= channel_codes.MOST_TO_AN_ADDRESS:
        return CodeRequestResult.ADDRESS_FULL
    if most_of_all is not None and channel_codes.count_all(tx, channel) >= most_of_all:
        return CodeRequestResult.ALL_FULL
    allowances.use(tx, person_id, TOPIC)
    channel_codes.add(tx, person_id, channel, address, code)
    audit.record(tx, "other_way.ask", f"person:{person_id}", {"channel": channel})
    return CodeRequestResult.SENDING


def confirm(tx: Tx, person_id: int, channels: Collection[str], code: str) -> CodeEntryResult | None:
    """Check a typed code; the right one activates the channel. None if no channel waits for a code."""
    waiting = [one for one in channel_codes.waiting(tx, person_id) if one.channel in channels]
    if not waiting:
        return None
    fresh = [one for one in waiting if not one.late]
    for one in fresh:
        if channel_codes.is_right(tx, person_id, one, code):
            channel_codes.void(tx, one.id)
            contact_channels.put(tx, person_id, one.channel, one.address)
            audit.record(tx, "other_way.begin", f"person:{person_id}", {"channel": one.channel})
            return CodeEntryResult(one.channel, right=True)
    for one in fresh:
        channel_codes.miss(tx, one.id)
        audit.record(tx, "other_way.miss", f"person:{person_id}", {"channel": one.channel})
    if not fresh:
        return CodeEntryResult(waiting[-1].channel, late=True)
    return CodeEntryResult(fresh[-1].channel, left=channel_codes.MOST_MISSES - fresh[-1].misses - 1)


def end(tx: Tx, person_id: int, channel: str) -> None:
    """Remove the channel and erase the address, whether active or unconfirmed."""
    waited = channel_codes.end(tx, person_id, channel)
    if contact_channels.remove(tx, person_id, channel) or waited:
        audit.record(tx, "other_way.end", f"person:{person_id}", {"channel": channel})


def report_undelivered(tx: Tx, texts: Texts, errand: channel_codes.CodeDelivery, *, refused: bool) -> None:
    """Void a code that certainly was not sent and tell the person what to do. `refused`: because of that address."""
    if not channel_codes.void(tx, errand.id):
        return
    person_id, channel = errand.person_id, errand.channel
    audit.record(tx, "other_way.fail", f"person:{person_id}", {"channel": channel}, by=_owner(person_id))
    text = texts(f"chat.other_ways.{channel}_refused") if refused else texts(f"chat.other_ways.{channel}_later")
    outbox.plan(tx, key=f"way_code:{errand.id}", person_id=person_id, topic=TOPIC, text=text)


def drop_unconfirmed(tx: Tx, texts: Texts, channels: Collection[str]) -> int:
    """Delete addresses unconfirmed for a day or given before codes existed; return how many.

    Owners of the latter are notified once, where that channel is open.
    """
    dropped = channel_codes.tidy(tx)
    for person_id, channel in contact_channels.unconfirmed(tx, TOGETHER):
        contact_channels.remove(tx, person_id, channel)
        by = _owner(person_id)
        audit.record(tx, "other_way.unconfirmed", f"person:{person_id}", {"channel": channel}, by=by)
        if channel in channels:
            text = texts(f"chat.other_ways.{channel}_unconfirmed")
            outbox.plan(tx, key=f"other_way:{channel}:unconfirmed", person_id=person_id, topic=TOPIC, text=text)
        dropped += 1
    return dropped


def _owner(person_id: int) -> Actor:
    # A tick ends the way, the act stays its owner's: they asked for it in the chat.
    return Actor.person(person_id, "wechat")


def change_contact(tx: Tx, person_id: int, contact: PersonContact | None, privacy_version: str | None) -> None:
    """Replace the contact, with the accepted privacy notice's version; None removes it."""
    fields = {"contact_name": "", "contact_phone": ""}
    if contact is None or privacy_version is None:
        people.drop_contact(tx, person_id)
    else:
        people.save_contact(tx, person_id, contact, privacy_version)
        fields = {"contact_name": contact.name, "contact_phone": contact.phone}
    audit.record(tx, "change_contact", f"person:{person_id}", fields)
