"""Mass-message jobs, and the account's own ids, each accepted once in 24 hours."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.simulator.bubbles import Content
from bot.simulator.calls import ApiError
from bot.simulator.switches import Switches

MOST_ID_BYTES = 32
SAME_FOR = timedelta(hours=24)
REPEATS_APART = timedelta(minutes=1)


@dataclass
class Job:
    """One mass message: receivers, filtered people, and status."""

    msg_id: int
    content: Content
    total: int
    receivers: list[str]
    status: str = "SENDING"
    sent: int = 0


@dataclass
class _Known:
    job: Job
    at: datetime
    last: datetime
    repeats: int = 0


class OwnIds:
    """The clientmsgids of the last 24 hours."""

    def __init__(self, switches: Switches) -> None:
        self._switches = switches
        self._known: dict[str, _Known] = {}

    def remember(self, own_id: str, job: Job, now: datetime) -> None:
        """Store this id."""
        if own_id:
            self._known[own_id] = _Known(job, now, now)

    def refuse_repeat(self, own_id: str, now: datetime) -> None:
        """Raise ApiError 45067 for an id over 32 bytes, 45065 with the job's id for a known one, 45066 for haste.

        Assumed: the first repeat is answered at once, unless switched; later ones must wait a minute.
        """
        if len(own_id.encode("utf-8", "replace")) > MOST_ID_BYTES:
            raise ApiError(45067)
        known = self._known.get(own_id)
        if known is None or now - known.at >= SAME_FOR:
            return
        hasty = now - known.last < REPEATS_APART and (known.repeats > 0 or self._switches.mass_repeats_wait)
        known.last, known.repeats = now, known.repeats + 1
        if hasty:
            raise ApiError(45066)
        raise ApiError(45065, msgid=known.job.msg_id)
