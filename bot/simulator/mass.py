"""Mass messages: jobs submitted now, done later, and counted per person and month (statement 25)."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from bot.simulator.account import Account
from bot.simulator.bubbles import Content, Side
from bot.simulator.calls import Answer, ApiError, Call
from bot.simulator.clock import BEIJING, platform_day
from bot.simulator.endpoints import Endpoint
from bot.simulator.followers import Follower, Followers
from bot.simulator.mass_jobs import Job, OwnIds
from bot.simulator.media import Media
from bot.simulator.pushes import Pushes
from bot.simulator.results import Results
from bot.simulator.switches import Switches

FEWEST, MOST = 2, 10_000
A_MONTH = 4


class MassMessages:
    """Play `message/mass/…`: send, sendall and get."""

    def __init__(
        self,
        account: Account,
        followers: Followers,
        media: Media,
        switches: Switches,
        pushes: Pushes,
        results: Results,
        show: Callable[[Follower, Side, Content], None],
        now: Callable[[], datetime],
    ) -> None:
        self._account = account
        self._followers = followers
        self._media = media
        self._switches = switches
        self._pushes = pushes
        self._results = results
        self._show = show
        self._now = now
        self._jobs: dict[int, Job] = {}
        self._own_ids = OwnIds(switches)
        self._received: Counter[tuple[str, str]] = Counter()
        self._to_all: list[datetime] = []

    def endpoints(self) -> dict[str, Endpoint]:
        """Return the addresses under `message/mass`."""
        handles = {
            "send": self.send,
            "sendall": self.send_to_all,
            "get": self.get,
        }
        return {f"/cgi-bin/message/mass/{name}": Endpoint("POST", handle) for name, handle in handles.items()}

    def send(self, call: Call) -> Answer:
        """Send to 2 to 10,000 people by openid; raises ApiError 40130, 40031, 40032 and 45065 to 45067."""
        asked = self._asked(call)
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
        asked = self._asked(call)
        chosen = asked.get("filter")
        if not isinstance(chosen, dict):
            raise ApiError(47001)
        if chosen.get("is_to_all") is not True:
            raise ApiError(40152)
        openids = [follower.openid for follower in self._followers if follower.follows]
        return self._submit(asked, openids, self._spend_to_all)

    def get(self, call: Call) -> Answer:
        """Return a job's status; raises ApiError 40059 if unknown."""
        job = self._job(call)
        return {"msg_id": job.msg_id, "msg_status": job.status}

    def _asked(self, call: Call) -> dict[str, Any]:
        if not self._account.certified:
            raise ApiError(48001)
        return call.json(self._switches.escapes_stay_literal)

    def _submit(
        self, asked: dict[str, Any], openids: list[str], spend: Callable[[datetime], None] | None = None
    ) -> Answer:
        content, own_id, now = self._content(asked), str(asked.get("clientmsgid") or ""), self._now()
        self._own_ids.refuse_repeat(own_id, now)
        if spend:
            spend(now)
        job = Job(self._pushes.new_id(), content, len(openids), self._not_filtered(openids))
        self._jobs[job.msg_id] = job
        self._own_ids.remember(own_id, job, now)
        if self._results.mishaps.early:
            self._finish(job)
        else:
            self._results.after(timedelta(seconds=self._switches.result_seconds), lambda: self._finish(job))
        also = {"msg_data_id": job.msg_id & 0x7FFFFFFF} if content.kind == "mpnews" else {}
        return {"errcode": 0, "errmsg": "send job submission success", "msg_id": job.msg_id, **also}

    def _not_filtered(self, openids: Iterable[str]) -> list[str]:
        """Return who may still get one this month and wants messages, counting it."""
        month, kept = self._now().astimezone(BEIJING).strftime("%Y-%m"), []
        for openid in openids:
            follower = self._followers.find(openid)
            if (follower and (follower.muted or follower.blocked)) or self._received[openid, month] >= A_MONTH:
                continue
            self._received[openid, month] += 1
            kept.append(openid)
        return kept

    def _spend_to_all(self, now: datetime) -> None:
        day = platform_day(now)
        days = [platform_day(moment) for moment in self._to_all]
        if day in days or sum((one.year, one.month) == (day.year, day.month) for one in days) >= A_MONTH:
            raise ApiError(45028)
        self._to_all.append(now)

    def _finish(self, job: Job) -> None:
        if job.status == "SENDING":
            for openid in job.receivers if not self._switches.mass_refusal else ():
                follower = self._followers.find(openid)
                if follower and follower.follows:
                    self._show(follower, Side.THEIRS, job.content)
                    job.sent += 1
            job.status = "SEND_SUCCESS" if job.sent or not job.receivers else "SEND_FAIL"
        failed = self._switches.mass_refusal or "send fail"
        self._results.report(
            lambda: self._pushes.event(
                self._switches.mass_reporter,
                "MASSSENDJOBFINISH",
                MsgID=job.msg_id,
                Status=failed if job.status == "SEND_FAIL" else "send success",
                TotalCount=job.total,
                FilterCount=len(job.receivers),
                SentCount=job.sent,
                ErrorCount=len(job.receivers) - job.sent,
            )
        )

    def _job(self, call: Call) -> Job:
        job = self._jobs.get(call.json().get("msg_id", 0))
        if job is None:
            raise ApiError(40059)
        return job

    def _content(self, asked: dict[str, Any]) -> Content:
        kind = str(asked.get("msgtype", ""))
        body = asked.get("images" if kind == "image" else kind)
        if kind not in ("text", "image", "voice", "mpnews", "mpvideo"):
            raise ApiError(40008)
        if not isinstance(body, dict):
            raise ApiError(47001)
        if kind == "text":
            words = str(body.get("content") or "")
            if not words:
                raise ApiError(44004)
            if len(words.encode("utf-8", "replace")) > self._switches.text_limit:
                raise ApiError(45002)
            return Content(kind, words)
        media_ids = body.get("media_ids") if kind == "image" else [body.get("media_id")]
        if not isinstance(media_ids, list) or not media_ids:
            raise ApiError(40007)
        self._media.get(str(media_ids[0]))
        return Content(kind, media_id=str(media_ids[0]))
