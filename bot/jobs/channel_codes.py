"""Ticks for codes to mail addresses and phone numbers: each is sent once and finally deleted."""

import logging
from collections.abc import Mapping
from datetime import timedelta

from bot.services.people import contact_channels
from config.texts import Texts
from notifications.channels import Channel, Parcel, SendEnding, Sends
from storage.engine.database import Database
from storage.engine.transactions import Tx
from storage.notices import channel_codes
from storage.notices.channel_codes import CodeDelivery

AT_ONCE = 20
MOST_SENDINGS = 3
PAUSE = timedelta(seconds=30)

log = logging.getLogger(__name__)


async def send_codes(database: Database, channels: Mapping[Channel, Sends], texts: Texts) -> None:
    """Send what is due. One that may have arrived is not resent: its owner types it, or asks for another."""
    open_ways = [channel.value for channel in channels]
    while await database.read(channel_codes.is_due, open_ways):
        for errand in await database.write(channel_codes.claim, open_ways, AT_ONCE):
            outcome = await channels[Channel(errand.channel)].send(_parcel(errand, texts))
            if outcome.ending in (SendEnding.SENT, SendEnding.UNCERTAIN):
                continue
            # Log neither the address nor the code.
            log.warning("code %d: %s (%s)", errand.id, outcome.ending, outcome.why, extra={"action": "code_not_sent"})
            if outcome.ending is SendEnding.LATER and errand.sendings < MOST_SENDINGS:
                await database.write(_put_off, errand)
            else:
                refused = outcome.ending is not SendEnding.LATER
                await database.write(contact_channels.report_undelivered, texts, errand, refused=refused)


async def drop_unconfirmed(database: Database, channels: Mapping[Channel, Sends], texts: Texts) -> None:
    """Delete addresses unconfirmed for too long."""
    while await database.write(contact_channels.drop_unconfirmed, texts, [channel.value for channel in channels]):
        pass


def _parcel(errand: CodeDelivery, texts: Texts) -> Parcel:
    minutes = int(channel_codes.GOOD_FOR.total_seconds() // 60)
    text = texts("chat.other_ways.code", code=errand.code, minutes=minutes)
    key, channel = f"way_code:{errand.id}:{errand.sendings}", Channel(errand.channel)
    return Parcel(
        errand.id, key, errand.person_id, contact_channels.TOPIC, channel, errand.sendings, errand.address, text
    )


def _put_off(tx: Tx, errand: CodeDelivery) -> None:
    channel_codes.retry_at(tx, errand, tx.now + PAUSE)
