"""Broadcasts in the console: list, form, preview with exact numbers, approvals, stop."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from bot.console.actors import Actors
from bot.console.acts import act_as_user
from bot.console.broadcasts import form as broadcast_form
from bot.console.context import HOME, ConsoleRequest, see
from bot.services.broadcasts import broadcasts as broadcast_service
from bot.services.broadcasts import wording
from bot.services.broadcasts.preview import Preview, preview
from bot.services.broadcasts.sending import try_out
from bot.web.form_models import InvalidFormError, faults_of
from bot.web.page_request import existing
from config.errors import InputError
from config.limits import Approval
from notifications.channels import Channel
from storage.broadcasts import broadcasts, pictures
from storage.broadcasts.broadcasts import Broadcast, BroadcastAct, BroadcastContent, BroadcastQuery, BroadcastState
from storage.engine.page import last_page
from storage.engine.transactions import Tx
from storage.events import events
from storage.firms import verification_marks
from storage.firms.verification_marks import FirmMarks
from storage.notices.cards import NoticeCard
from storage.people.roles import RoleKind

LIST = f"{HOME}/broadcasts"
BROADCAST = "/broadcasts/{id}"
STATES = {
    BroadcastState.DRAFT: "草稿",
    BroadcastState.WAITING: "待批准",
    BroadcastState.APPROVED: "已批准，等发送",
    BroadcastState.SENDING: "正在发",
    BroadcastState.DONE: "已发完",
    BroadcastState.STOPPED: "已停止",
    BroadcastState.VOIDED: "已作废",
}
ACTS = {
    "compose": "起草",
    "edit": "修改",
    "submit": "提交审批",
    "approve": "批准",
    "undo": "撤回",
    "stop": "停止",
    "discard": "作废",
}
WAYS = {
    Channel.TEMPLATE: "发卡片（模板消息）",
    Channel.NOTICE: "发卡片（订阅通知）",
    Channel.MESSAGE: "对话开着，直接发",
    None: "下次来访告知",
}
MOST_EVENTS = 50


@dataclass(frozen=True, slots=True)
class BroadcastPage:
    """A broadcast with everything needed to decide. `step`: the approval required next; `left`: how many more the
    viewer may submit today.
    """

    broadcast: Broadcast
    acts: list[BroadcastAct]
    actors: Actors
    own: bool
    step: Approval | None
    given: int
    left: int
    preview: Preview | None
    said: str
    card: NoticeCard | None
    standing: dict[int, FirmMarks]
    now: datetime


async def listed(visit: ConsoleRequest) -> web.StreamResponse:
    """Show one page of the list, filtered by its address."""
    wanted = _wanted(visit)
    found, total = await visit.desk.database.read(broadcasts.page, wanted)
    last = last_page(total, broadcasts.PAGE)
    return visit.page(
        "broadcasts.html", found=found, total=total, last=last, wanted=wanted, states=STATES, kinds=broadcast_form.KINDS
    )


async def form(visit: ConsoleRequest) -> web.StreamResponse:
    """Show the empty form."""
    scope = next(iter(broadcast_form.scopes(visit)), (None, ""))
    return await _form(visit, broadcast_form.shown(BroadcastContent("text", scope[0], scope[1], "", "")))


async def compose(visit: ConsoleRequest) -> web.StreamResponse:
    """Save the input as a draft."""
    sent = await broadcast_form.uploads(visit)
    try:
        given = (broadcast_form.read(visit).content(sent), visit.desk.broadcasting, visit.desk.texts)
        number = await visit.desk.database.write(broadcast_service.compose, visit.me.person_id, *given)
    except InputError as error:
        raise InvalidFormError(faults_of(error) or {"": error}, **sent.carried()) from None
    see(f"{LIST}/{number}")


async def show(visit: ConsoleRequest) -> web.StreamResponse:
    """Show a broadcast: exact numbers, a sample with reasons, the message as on the phone, possible next steps."""
    shown = await visit.desk.database.read(_shown, visit)
    return visit.page(
        "broadcast.html",
        shown=shown,
        states=STATES,
        kinds=broadcast_form.KINDS,
        contacts=broadcast_form.CONTACTS,
        act_names=ACTS,
        ways=WAYS,
        rules=visit.desk.broadcasting,
        sizes={choice.value: choice.label for choice in visit.desk.policy.facts["size"].choices},
        titles=visit.desk.titles,
    )


async def picture(visit: ConsoleRequest) -> web.StreamResponse:
    """Return an article's picture before it is public."""
    name = visit.request.match_info["name"].removesuffix(".jpg")
    found = existing(await visit.desk.database.read(pictures.get, name))
    return web.Response(body=found, content_type="image/jpeg")


async def edit(visit: ConsoleRequest) -> web.StreamResponse:
    """Show the form filled with the current content."""
    found = await visit.named(broadcasts.get)
    return await _form(visit, broadcast_form.shown(found.content), found=found)


async def save(visit: ConsoleRequest) -> web.StreamResponse:
    """Replace text or audience, which voids any approval."""
    sent, seen = await broadcast_form.uploads(visit), visit.text("seen")
    try:
        content = broadcast_form.read(visit).content(sent)
        await visit.carry_out_as_user(broadcast_service.edit, seen, content, visit.desk.broadcasting, visit.desk.texts)
    except InputError as error:
        raise InvalidFormError(faults_of(error) or {"": error}, **sent.carried()) from None
    see(f"{LIST}/{visit.number}")


async def submit(visit: ConsoleRequest) -> web.StreamResponse:
    """Submit for approval, unless it would reach nobody."""
    found = await visit.named(broadcasts.get)
    seen = await visit.desk.database.read(_preview, visit, found.content)
    if not seen.people:
        raise InputError("broadcast_nobody")
    await visit.carry_out_as_user(
        broadcast_service.submit, visit.text("seen"), visit.desk.broadcasting, visit.desk.texts
    )
    see(f"{LIST}/{found.id}")


# Approve the version this person saw.
approve = act_as_user(
    broadcast_service.approve,
    BROADCAST,
    lambda visit: (visit.text("seen"), visit.desk.broadcasting, visit.desk.hours, visit.desk.texts),
)
# Return it to draft before it starts.
undo = act_as_user(broadcast_service.undo, BROADCAST)
# Stop it at once.
stop = act_as_user(
    broadcast_service.stop, BROADCAST, lambda visit: (visit.text("reason", broadcast_service.LONGEST_REASON),)
)
# Discard a draft.
discard = act_as_user(broadcast_service.discard, BROADCAST)
# Send a trial, marked as such, to oneself only.
test = act_as_user(try_out, f"{BROADCAST}?tried=1", lambda visit: (visit.desk.texts, visit.desk.public_url))


async def stop_all(visit: ConsoleRequest) -> web.StreamResponse:
    """Stop all broadcasts at once."""
    rules, reason = visit.desk.broadcasting, visit.text("reason", broadcast_service.LONGEST_REASON)
    count = await visit.desk.database.write(broadcast_service.stop_all, visit.me.person_id, reason, rules)
    if not count:
        raise InputError("broadcast_none_to_stop")
    see(f"{LIST}?state=stopped")


async def _form(visit: ConsoleRequest, fields: Mapping[str, object], found: Broadcast | None = None) -> web.Response:
    kept = visit.request.query.get("kept", "")
    if broadcast_form.is_picture(kept):
        # A form that is shown again has its picture already.
        fields = {**fields, "picture": kept}
    coming = await visit.desk.database.read(events.latest, visit.me.areas(), MOST_EVENTS)
    return visit.page(
        "broadcast_form.html",
        fields=fields,
        found=found,
        kinds=broadcast_form.KINDS,
        contacts=broadcast_form.CONTACTS,
        scopes=broadcast_form.scopes(visit),
        titles=visit.desk.titles,
        areas=visit.areas,
        sizes=visit.desk.policy.facts["size"].choices,
        items=visit.desk.policy.items,
        events=coming,
        rules=visit.desk.broadcasting,
    )


def _wanted(visit: ConsoleRequest) -> BroadcastQuery:
    roles_here = visit.me.admitted
    places = None
    if not any(role.kind is RoleKind.OPERATOR for role in roles_here):
        places = tuple((role.area, role.agency or "") for role in roles_here)
    state = visit.request.query.get("state", "")
    return BroadcastQuery(places, state if state in STATES else "", visit.page_number)


def _shown(tx: Tx, visit: ConsoleRequest) -> BroadcastPage:
    found = existing(broadcasts.get(tx, visit.number))
    acts, rules, texts = broadcasts.history(tx, found.id), visit.desk.broadcasting, visit.desk.plain
    undecided = found.state in (BroadcastState.DRAFT, BroadcastState.WAITING, BroadcastState.APPROVED)
    seen = _preview(tx, visit, found.content) if undecided else None
    sample = {one.firm_id for one in seen.sample if one.firm_id is not None} if seen else set()
    return BroadcastPage(
        found,
        acts,
        Actors(tx, {act.person_id for act in acts}),
        not broadcast_service.may_decide(tx, visit.me.person_id, found, acts),
        broadcast_service.next_step(found, acts, rules),
        len(broadcast_service.approvals(found, acts)),
        broadcast_service.left_today(tx, visit.me.person_id, found.id, rules),
        seen,
        wording.shown(found.content, texts, f"{visit.desk.public_url}/h5/told/…"),
        wording.card(found.content, found.starts or found.content.send_at or tx.now, texts),
        verification_marks.of(tx, sample),
        tx.now,
    )


def _preview(tx: Tx, visit: ConsoleRequest, content: BroadcastContent) -> Preview:
    return preview(tx, content, visit.desk.policy, visit.desk.plain, visit.desk.broadcasting)
