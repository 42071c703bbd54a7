"""Template messages and 订阅通知: cards shown, and reports on them (statements 22-24)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from bot.simulator.account import Account
from bot.simulator.bubbles import Content, Side
from bot.simulator.calls import Answer, ApiError, Call
from bot.simulator.endpoints import Endpoint
from bot.simulator.followers import Follower, Followers
from bot.simulator.pushes import Pushes
from bot.simulator.results import Results
from bot.simulator.switches import Switches
from bot.simulator.templates import Template, Templates
from bot.simulator.xmltree import Field

SAME_FOR = timedelta(minutes=10)


class Notices:
    """`message/template/send` and `message/subscribe/bizsend`: an answer means accepted, the result is reported."""

    def __init__(
        self,
        account: Account,
        followers: Followers,
        templates: Templates,
        switches: Switches,
        pushes: Pushes,
        results: Results,
        show: Callable[[Follower, Side, Content], None],
        changed: Callable[[Follower], None],
        now: Callable[[], datetime],
    ) -> None:
        self._account = account
        self._followers = followers
        self._templates = templates
        self._switches = switches
        self._pushes = pushes
        self._results = results
        self._show = show
        self._changed = changed
        self._now = now
        self._sent: dict[tuple[str, str], tuple[datetime, int]] = {}

    def endpoints(self) -> dict[str, Endpoint]:
        """Return the two addresses."""
        return {
            "/cgi-bin/message/template/send": Endpoint("POST", self.send),
            "/cgi-bin/message/subscribe/bizsend": Endpoint("POST", self.send_notice),
        }

    def send(self, call: Call) -> Answer:
        """Send a template message to a follower; the same client_msg_id within ten minutes is accepted and not shown.

        Raises ApiError 40003, 40037, 43004, 47003 and, if switched so, 48002 for a person who muted messages.
        """
        asked, follower, _, content = self._read(call, "template")
        if not follower.follows:
            raise ApiError(43004)
        if follower.blocked:
            raise ApiError(43019)
        if follower.muted and self._switches.muted_is_told:
            raise ApiError(48002)
        own_id = str(asked.get("client_msg_id") or "")
        known = self._sent.get((follower.openid, own_id)) if own_id else None
        if known and self._now() - known[0] < SAME_FOR:
            return _accepted(known[1])
        msg_id = self._pushes.new_id()
        if own_id:
            self._sent[follower.openid, own_id] = self._now(), msg_id
        status = self._arrival(follower)
        if status == "success":
            self._show(follower, Side.THEIRS, content)
        self._report(follower.openid, msg_id, status)
        return _accepted(msg_id)

    def send_notice(self, call: Call) -> Answer:
        """Send a 订阅通知, which uses one grant; raises ApiError 40003, 40037, 43101, 47003."""
        _, follower, template, content = self._read(call, "notice")
        if follower.grants[template.id] < 1:
            raise ApiError(43101)
        follower.grants[template.id] -= 1
        self._show(follower, Side.THEIRS, content)
        self._changed(follower)
        result: dict[str, Field] = {"ErrorCode": 0, "ErrorStatus": "success"}
        fields = {"TemplateId": template.id, "MsgID": self._pushes.new_id(), **result}
        self._results.report(
            lambda: self._pushes.event(
                follower.openid, "subscribe_msg_sent_event", SubscribeMsgSentEvent={"List": fields}
            )
        )
        return {}

    def _report(self, openid: str, msg_id: int, status: str) -> None:
        self._results.report(lambda: self._pushes.event(openid, "TEMPLATESENDJOBFINISH", MsgID=msg_id, Status=status))

    def _arrival(self, follower: Follower) -> str:
        if follower.muted:
            return "failed:user block"
        return "failed: system failed" if self._switches.templates_fail else "success"

    def _read(self, call: Call, use: Any) -> tuple[dict[str, Any], Follower, Template, Content]:
        if not self._account.certified:
            raise ApiError(48001)
        asked = call.json(self._switches.escapes_stay_literal)
        follower = self._followers.find(str(asked.get("touser", "")))
        if follower is None:
            raise ApiError(40003)
        template = self._templates.get(asked.get("template_id"), use)
        address = str(asked.get("page" if use == "notice" else "url") or "")
        if address and urlsplit(address).scheme not in ("http", "https"):
            raise ApiError(40039)
        if asked.get("miniprogram"):
            # No mini-program is linked to the demo account.
            raise ApiError(40165)
        rows = template.filled(asked.get("data"))
        return asked, follower, template, Content(use, template.title, rows=rows, tail=address)


def _accepted(msg_id: int) -> Answer:
    return {"errcode": 0, "errmsg": "ok", "msgid": msg_id}
