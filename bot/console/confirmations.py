"""Confirmations by the guard before console acts that cannot be undone.

A POST route listed neither here nor as reversible fails a test.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from storage.engine.transactions import Tx
from storage.tickets import tickets
from storage.tickets.tickets import TicketState

# Form field meaning: asked and confirmed.
SURE = "confirmed_once"


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What will happen, in words. `reason`: others are affected, so a reason is asked too, which services require."""

    what: str
    reason: bool = False


Asks = Callable[[Tx, int, Mapping[str, Any]], Confirmation | None]


def _always(what: str, *, reason: bool = False) -> Asks:
    return lambda _tx, _number, _form: Confirmation(what, reason)


def _closing(tx: Tx, number: int, _form: Mapping[str, Any]) -> Confirmation | None:
    """Return the confirmation for an unanswered ticket, which needs a reason; None for an answered one."""
    found = tickets.get(tx, number)
    if found is None or found.state is not TicketState.OPEN:
        return None
    return Confirmation("这件工单还没有答复。办结后不再催办，提问的人会收到“已办结”和您写的原因。", reason=True)


CONFIRMATIONS: Mapping[str, Asks] = {
    "/kept/drop": _always("替您留着的这份内容马上删去，不能找回。"),
    "/roles/{id}/end": _always(
        "从今天起这个人不再有这个身份，代理也一并结束，本人会收到通知；要恢复只能重新邀请。", reason=True
    ),
    "/roles/{id}/refuse": _always("这项代理不生效；要再请人代理，需重新发邀请码。"),
    "/details/{id}/withdraw": _always("企业马上看不到这一条；要再发布，需改好并重新由另一人批准。", reason=True),
    "/proofs/{id}/refuse": _always("发执照的人会收到“未通过”和原因，这次申请不能恢复，只能请对方重发。", reason=True),
    "/firms/{id}/administrator": _always("原来的企业管理员马上不再管理这家企业，换成您选的人。"),
    "/firms/{id}/take-back": _always(
        "核验收回：企业的管理员、代办人身份结束，揭榜、报名等依靠核验的事受影响。", reason=True
    ),
    "/firms/{id}/merge": _always("两家企业合成一家：人员、工单和登记的内容都并过去。"),
    "/merges/{id}/undo": _always("合并撤销：合并以后新写的内容留在保留的那一家，不会分开。"),
    "/silence/{id}/withdraw": _always("机器人不再这样回答，收到过这条答复的人会收到撤回的通知。"),
    "/events/{id}/publish": _always("企业马上看得到这场活动并可以报名；发布后场次和洽谈桌不能改，只能取消。"),
    "/events/{id}/cancel": _always("活动取消，不能恢复：报名和候补的企业都会收到通知和原因。", reason=True),
    "/events/{id}/schedule": _always("洽谈日程马上告诉每家企业，已告知的场次以后不再变动。"),
    "/events/{id}/absent": _always("这家企业的洽谈场次马上取消，让给别家。"),
    "/imports/{id}/undo": _always("这次导入撤销：它新增、改动的名录条目恢复到导入以前。"),
    "/contacts/{id}/remove": _always("这条联系方式删除，企业不再看到；要恢复只能重新录入。"),
    "/tickets/{id}/close": _closing,
    "/tickets/canned/{id}/remove": _always("这条常用答复删除，不能恢复。"),
    "/broadcasts/stop": _always("所有群发马上停止，没送到的人不再收到，不能继续发，只能另写。", reason=True),
    "/broadcasts/{id}/stop": _always(
        "这条群发马上停止，没送到的人不再收到，图文页面也不能再打开，不能继续发。", reason=True
    ),
    "/broadcasts/{id}/discard": _always("这条草稿作废，不能再改、再提交。"),
    "/reminders/resume": _always("到期提醒按现在的时间继续编排和发送，发出的收不回。"),
    "/cards/remove": _always("这个用途不再用卡片发送；要恢复需重新填模板。"),
    "/outbox/release": _always("恢复备份以前编排的消息都会发出去，其中有的可能已经发过。发出的收不回。"),
    "/outbox/quota": _always("平台每月只让清零几次，用掉一次不能退回。"),
    "/outbox/group/again": _always("这一组消息全部再发，不能撤回。"),
    "/outbox/group/leave": _always("这一组消息全部不再告知，不能撤回。"),
    "/outbox/{id}/again": _always("这条消息再发一次，不能撤回。"),
    "/outbox/{id}/leave": _always("这条消息不再告知，不能撤回。"),
    "/challenge-files/{id}/remove": _always("这个附件删除，不能恢复，只能重新上传。"),
    "/challenges/{id}/withdraw": _always(
        "这张榜不再往下走：已揭榜和提过问的企业会收到通知和原因，不能恢复，只能另写一张。", reason=True
    ),
    "/challenges/{id}/end-without-result": _always(
        "这张榜按流标结束：揭榜的企业会收到通知和原因，不能恢复，只能另写一张。", reason=True
    ),
    "/challenges/{id}/begin-review": _always("揭榜到此为止，进入评审；公示中的撤下公示、回到评审。"),
    "/challenges/{id}/agree": _always("双方从此看得到对方的名称，不能收回。"),
    "/challenges/{id}/extend": _always("延期只有一次，揭榜和提过问的企业会收到通知。"),
    "/challenges/{id}/announce": _always("公示马上对所有人可见，揭榜的企业会收到通知。"),
    "/challenges/{id}/begin-signing": _always("公示结束，进入签约；揭榜的企业会收到结果。不能退回公示。"),
    "/challenges/{id}/contract": _always("合同和里程碑记入档案，进入履约，以后不能改。"),
    "/challenges/{id}/accept": _always("验收通过，这张榜到此结束，不能再改。"),
}
