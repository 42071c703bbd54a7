"""Mass messages: jobs submitted now, done later, and counted per person and month (statement 25)."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.simulator.bubbles import Content, Side
from bot.simulator.calls import Answer, ApiError, Call
from bot.simulator.clock import BEIJING, platform_day
from bot.simulator.media import Endpoint, Media
from bot.simulator.pushes import Pushes
from bot.simulator.results import Results
from bot.simulator.sending import Sender
from bot.simulator.switches import Switches

FEWEST, MOST = 2, 10_000
A_MONTH = 4
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


@dataclass(eq=False)
class MassMessages(Sender):
    """Play `message/mass/…`: send, sendall and get."""

    media: Media
    pushes: Pushes
    results: Results
    own_ids: OwnIds
    jobs: dict[int, Job] = field(default_factory=dict)
    received: Counter[tuple[str, str]] = field(default_factory=Counter)
    to_all: list[datetime] = field(default_factory=list)

    def endpoints(self) -> dict[str, Endpoint]:
        """Return the addresses under `message/mass`."""
        handles = {"send": self.send, "sendall": self.send_to_all, "get": self.get}
        return {f"/cgi-bin/message/mass/{name}": Endpoint("POST", handle) for name, handle in handles.items()}

    def send(self, call: Call) -> Answer:
        """Send to 2 to 10,000 people by openid; raises ApiError 40130, 40031, 40032 and 45065 to 45067."""
        asked = self.asked(call)
        openids = asked.get("touser")
        if not isinstance(openids, list) or not all(isinstance(openid, str) for openid in openids):
            raise ApiError(40031)
        if len(openids) < FEWEST:
            raise ApiError(40130)
        if len(openids) > MOST:
            raise ApiError(40032)
        return self._submit(asked, list(dict.fromkeys(openids)))

    def send_to_all(self, call: Call) -> Answer:
        """Send to every follower (four times a month, once a day: 45028); there are no tags to choose by (40152)."""
        asked = self.asked(call)
        chosen = asked.get("filter")
        if not isinstance(chosen, dict):
            raise ApiError(47001)
        if chosen.get("is_to_all") is not True:
            raise ApiError(40152)
        openids = [follower.openid for follower in self.followers if follower.follows]
        return self._submit(asked, openids, self._spend_to_all)

    def get(self, call: Call) -> Answer:
        """Return a job's status; raises ApiError 40059 if unknown."""
        job = self.jobs.get(call.json().get("msg_id", 0))
        if job is None:
            raise ApiError(40059)
        return {"msg_id": job.msg_id, "msg_status": job.status}

    def _submit(
        self, asked: dict[str, Any], openids: list[str], spend: Callable[[datetime], None] | None = None
    ) -> Answer:
        content, own_id, now = self._content(asked), str(asked.get("clientmsgid") or ""), self.now()
        self.own_ids.refuse_repeat(own_id, now)
        if spend:
            spend(now)
        job = Job(self.pushes.new_id(), content, len(openids), self._not_filtered(openids))
        self.jobs[job.msg_id] = job
        self.own_ids.remember(own_id, job, now)
        if self.results.mishaps.early:
            self._finish(job)
        else:
            self.results.after(timedelta(seconds=self.switches.result_seconds), lambda: self._finish(job))
        also = {"msg_data_id": job.msg_id & 0x7FFFFFFF} if content.kind == "mpnews" else {}
        return {"errcode": 0, "errmsg": "send job submission success", "msg_id": job.msg_id, **also}

    def _not_filtered(self, openids: Iterable[str]) -> list[str]:
        """Return who may still get one this month and wants messages, counting it."""
        month, kept = self.now().astimezone(BEIJING).strftime("%Y-%m"), []
        for openid in openids:
            follower = self.followers.find(openid)
            if (follower and (follower.muted or follower.blocked)) or self.received[openid, month] >= A_MONTH:
                continue
            self.received[openid, month] += 1
            kept.append(openid)
        return kept

    def _spend_to_all(self, now: datetime) -> None:
        day = platform_day(now)
        days = [platform_day(moment) for moment in self.to_all]
        if day in days or sum((one.year, one.month) == (day.year, day.month) for one in days) >= A_MONTH:
            raise ApiError(45028)
        self.to_all.append(now)

    def _finish(self, job: Job) -> None:
        if job.status == "SENDING":
            for openid in job.receivers if not self.switches.mass_refusal else ():
                follower = self.followers.find(openid)
                if follower and follower.follows:
                    self.show(follower, Side.THEIRS, job.content)
                    job.sent += 1
            job.status = "SEND_SUCCESS" if job.sent or not job.receivers else "SEND_FAIL"
        failed = self.switches.mass_refusal or "send fail"
        self.results.report(
            lambda: self.pushes.event(
                self.switches.mass_reporter,
                "MASSSENDJOBFINISH",
                MsgID=job.msg_id,
                Status=failed if job.status == "SEND_FAIL" else "send success",
                TotalCount=job.total,
                FilterCount=len(job.receivers),
                SentCount=job.sent,
                ErrorCount=len(job.receivers) - job.sent,
            )
        )

    def _content(self, asked: dict[str, Any]) -> Content:
        kind = str(asked.get("msgtype", ""))
        body = asked.get("images" if kind == "image" else kind)
        if kind not in ("text", "image", "voice", "mpnews", "mpvideo"):
            raise ApiError(40008)
        if not isinstance(body, dict):
            raise ApiError(47001)
        if kind == "text":
            return self.text(kind, body)
        media_ids = body.get("media_ids") if kind == "image" else [body.get("media_id")]
        if not isinstance(media_ids, list) or not media_ids:
            raise ApiError(40007)
        self.media.get(str(media_ids[0]))
        return Content(kind, media_id=str(media_ids[0]))
