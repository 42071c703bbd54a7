"""Mass-message calls: made once, retried under the same id while that prevents a second copy."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from bot.services.broadcasts import mass_sends as mass_send_service
from bot.wechat.errors import ApiError, ApiRefusedError, ApiUncertainError
from bot.wechat.mass_api import MASS_SEND, MassJob
from bot.wechat.reactions import ReactionKind
from config.limits import BroadcastLimits
from config.texts import Texts
from storage.broadcasts import mass_sends
from storage.broadcasts.mass_sends import NO_ANSWER, SENT_WELL, ClaimedMassCall
from storage.engine.database import Database

log = logging.getLogger(__name__)

PAUSE = timedelta(minutes=1)
_LATER = frozenset(
    {
        ReactionKind.RETRY,
        ReactionKind.REFRESH_TOKEN,
        ReactionKind.SLOW_DOWN,
        ReactionKind.WAIT,
        ReactionKind.STOP_API,
        ReactionKind.STOP_ALL,
    }
)
# Status of a job that never reported, in a report's words.
_STANDS = {"SEND_SUCCESS": SENT_WELL, "SEND_FAIL": "send fail", "DELETE": "deleted"}


class SendsToMany(Protocol):
    """The platform's mass messages."""

    async def mass_send(self, openids: Sequence[str], text: str, clientmsgid: str) -> MassJob:
        """Submit one text to 2 to 10,000 people, once under this id."""
        ...

    async def mass_get(self, msg_id: int) -> str:
        """Return a job's status."""
        ...


class MassCalls:
    """Makes one broadcast's due calls; queries jobs that never reported."""

    def __init__(self, database: Database, api: SendsToMany, texts: Texts, rules: BroadcastLimits) -> None:
        self._database = database
        self._api = api
        self._texts = texts
        self._rules = rules

    async def __call__(self, broadcast_id: int) -> None:
        """Make every due call of this broadcast."""
        for call_id in await self._database.read(mass_sends.due, broadcast_id):
            claimed = await self._database.write(mass_sends.claim, call_id)
            if claimed is not None:
                await self._make(claimed)

    async def poll_overdue(self) -> None:
        """Query the jobs with overdue reports."""
        for call_id, msg_id in await self._database.read(mass_sends.unreported):
            try:
                stands = _STANDS.get(await self._api.mass_get(msg_id))
            except ApiError as error:
                log.warning("mass call %s: %s", call_id, error, extra={"action": "mass_unreported"})
                stands = None
            if stands is None:
                await self._database.write(mass_sends.retry_later, call_id)
            else:
                await self._database.write(mass_sends.report, msg_id, stands, {})

    async def _make(self, claimed: ClaimedMassCall) -> None:
        write = self._database.write
        openids, text = await self._database.read(mass_send_service.letter, claimed, self._texts)
        if len(openids) < self._rules.mass_fewest:
            await write(mass_send_service.by_outbox, claimed.id, claimed.broadcast_id, self._rules, self._texts)
            return
        try:
            job = await self._api.mass_send(openids, text, claimed.own_id)
        except ApiRefusedError as error:
            if error.reaction.kind in _LATER:
                log.warning("mass call %s: %s", claimed.id, error, extra={"action": "mass_later"})
                await write(mass_sends.again, claimed.id, error.reaction.pause or PAUSE, str(error.number))
            else:
                log.exception("mass call %s", claimed.id, extra={"action": "alert"})
                await write(mass_sends.fail, claimed.id, str(error.number))
        except ApiUncertainError as error:
            # Without a token the message itself was never sent.
            why = NO_ANSWER if error.call == MASS_SEND else "no_connection"
            await write(mass_sends.again, claimed.id, PAUSE, why)
        except ApiError:
            await write(mass_sends.again, claimed.id, PAUSE, "no_connection")
        else:
            await write(mass_sends.take, claimed.id, job.msg_id)
