"""Template messages and 订阅通知: cards shown, and reports on them (statements 22-24)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from bot.simulator.bubbles import Content, Side
from bot.simulator.calls import Answer, ApiError, Call
from bot.simulator.followers import Follower
from bot.simulator.media import Endpoint
from bot.simulator.pushes import Pushes
from bot.simulator.results import Results
from bot.simulator.sending import Sender
from bot.simulator.templates import Template, Templates
from bot.simulator.xmltree import Field

SAME_FOR = timedelta(minutes=10)


@dataclass(eq=False)
class Notices(Sender):
    """`message/template/send` and `message/subscribe/bizsend`: an answer means accepted, the result is reported."""

    templates: Templates
    pushes: Pushes
    results: Results
    changed: Callable[[Follower], None]
    sent: dict[tuple[str, str], tuple[datetime, int]] = field(default_factory=dict)

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
        self.refuse_unwilling(follower)
        own_id = str(asked.get("client_msg_id") or "")
        known = self.sent.get((follower.openid, own_id)) if own_id else None
        if known and self.now() - known[0] < SAME_FOR:
            return _accepted(known[1])
        msg_id = self.pushes.new_id()
        if own_id:
            self.sent[follower.openid, own_id] = self.now(), msg_id
        status = self._arrival(follower)
        if status == "success":
            self.show(follower, Side.THEIRS, content)
        self._report(follower.openid, msg_id, status)
        return _accepted(msg_id)

    def send_notice(self, call: Call) -> Answer:
        """Send a 订阅通知, which uses one grant; raises ApiError 40003, 40037, 43101, 47003."""
        _, follower, template, content = self._read(call, "notice")
        if follower.grants[template.id] < 1:
            raise ApiError(43101)
        follower.grants[template.id] -= 1
        self.show(follower, Side.THEIRS, content)
        self.changed(follower)
        result: dict[str, Field] = {"ErrorCode": 0, "ErrorStatus": "success"}
        fields = {"TemplateId": template.id, "MsgID": self.pushes.new_id(), **result}
        self.results.report(
            lambda: self.pushes.event(
                follower.openid, "subscribe_msg_sent_event", SubscribeMsgSentEvent={"List": fields}
            )
        )
        return {}

    def _report(self, openid: str, msg_id: int, status: str) -> None:
        self.results.report(lambda: self.pushes.event(openid, "TEMPLATESENDJOBFINISH", MsgID=msg_id, Status=status))

    def _arrival(self, follower: Follower) -> str:
        if follower.muted:
            return "failed:user block"
        return "failed: system failed" if self.switches.templates_fail else "success"

    def _read(self, call: Call, use: Any) -> tuple[dict[str, Any], Follower, Template, Content]:
        asked = self.asked(call)
        follower = self.person(asked)
        template = self.templates.get(asked.get("template_id"), use)
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
