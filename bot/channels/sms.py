"""SMS channel: one HTTP call that any provider's bridge can accept (docs/other-ways.md)."""

import json
from collections.abc import Callable
from datetime import timedelta

import aiohttp

from bot.wechat.sending import number_of
from notifications.cards import plain
from notifications.channels import Parcel, SendEnding, SendOutcome, Stop

SECONDS = 10.0
LONGEST = 300
REST = timedelta(minutes=10)
# The bridge accepted it; accepted it before; wants it later; rejects us.
TAKEN, KNOWN, LATER, LOCKED_OUT = (200, 201, 202), 409, (425, 429, 503), (401, 403)


class Sms:
    """Posts number, text and the notice's own id. `said`: the text as shown."""

    def __init__(self, session: aiohttp.ClientSession, address: str, token: str, said: Callable[[str], str]) -> None:
        self._session = session
        self._address = address
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._said = said

    async def send(self, parcel: Parcel) -> SendOutcome:
        """Send it once; never again if it may have been accepted."""
        words = plain(self._said(parcel.text))[:LONGEST]
        asked = json.dumps({"id": number_of(parcel.key), "phone": parcel.address, "text": words}, ensure_ascii=False)
        try:
            async with self._session.post(
                self._address,
                data=asked.encode(),
                headers={**self._headers, "Content-Type": "application/json; charset=utf-8"},
                timeout=aiohttp.ClientTimeout(total=SECONDS),
                allow_redirects=False,
            ) as response:
                return _outcome(response.status)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            return SendOutcome(SendEnding.LATER)
        except (aiohttp.ClientError, OSError, TimeoutError):
            return SendOutcome(SendEnding.UNCERTAIN, "no_answer")


def _outcome(status: int) -> SendOutcome:
    why = f"sms:{status}"
    if status in TAKEN or status == KNOWN:
        return SendOutcome(SendEnding.SENT)
    if status in LATER:
        return SendOutcome(SendEnding.LATER, why)
    if status in LOCKED_OUT:
        return SendOutcome(SendEnding.LATER, why, timedelta(), stop=Stop.CHANNEL, rest=REST)
    # A proxy's page reveals nothing about the bridge behind it.
    return SendOutcome(SendEnding.AT_VISIT, why) if 400 <= status < 500 else SendOutcome(SendEnding.UNCERTAIN, why)
