"""Publications of departments and districts: list, form, preview, second approval."""

from collections.abc import Mapping
from datetime import date, datetime

from aiohttp import web

from bot.console.actors import Actors
from bot.console.acts import act_as_user
from bot.console.context import HOME, ConsoleRequest, see
from bot.console.policy import detail_form
from bot.services.policy import published_details as published_detail_service
from bot.services.policy.published_wording import PublishedTalk
from bot.web.page_request import existing
from config.calendar import shanghai_day
from storage.engine.page import last_page
from storage.engine.transactions import Tx
from storage.policy import published_details
from storage.policy.published_details import Detail, DetailAct, DetailQuery
from storage.reminders import dismissals

DETAIL = "/details/{id}"
STATES = {"draft": "草稿", "waiting": "待批准", "published": "已发布", "withdrawn": "已撤回"}
KINDS = {"window": "申报窗口", "rule": "区规定", "statement": "细则说明", "extension": "有效期延长"}
ACTS = {"enter": "录入", "edit": "修改", "waiting": "提交审批", "published": "批准发布", "withdrawn": "撤回"}
# What firms say under a window's reminder.
TAPS = {"done": "已报", "paid": "已到账", "no": "不办"}
MOST_TOLD = 200
WHEN = {"live": "未结束", "soon": "14天内结束", "ended": "已结束"}


async def listed(visit: ConsoleRequest) -> web.StreamResponse:
    """Show one page of the list, filtered by its address."""
    wanted = _wanted(visit)
    found, total, now = await visit.desk.database.read(_page, wanted)
    talk = _talk(visit)
    return visit.page(
        "details.html",
        details=found,
        said={one.id: talk.detail_text(one.content, now) for one in found},
        total=total,
        last=last_page(total, published_details.PAGE),
        wanted=wanted,
        now=now,
        areas=visit.areas,
        states=STATES,
        kinds=KINDS,
        whens=WHEN,
        items=visit.desk.policy.items,
        whole_city=visit.me.areas() is None,
    )


async def form(visit: ConsoleRequest) -> web.StreamResponse:
    """Show the empty form of one kind of detail."""
    kind = visit.request.query.get("kind", "window")
    if kind not in KINDS:
        raise web.HTTPNotFound
    areas = visit.areas
    empty = {"titles": [], "when": [], "area": areas[0] if visit.me.areas() is not None else ""}
    return _form(visit, kind, empty)


async def enter(visit: ConsoleRequest) -> web.StreamResponse:
    """Save the input as a draft."""
    today = await visit.desk.database.read(_today)
    content = detail_form.read(visit, visit.choice("kind", KINDS), today)
    write, policy = visit.desk.database.write, visit.desk.policy
    detail_id = await write(published_detail_service.enter, visit.me.person_id, content, policy)
    raise web.HTTPSeeOther(f"{HOME}/details/{detail_id}")


async def show(visit: ConsoleRequest) -> web.StreamResponse:
    """Show a detail: as firms will read it, its history, possible next steps."""
    found, acts, actors, own, now = await visit.desk.database.read(_whole, visit)
    told = await visit.desk.database.read(dismissals.of_window, found.id, MOST_TOLD, visit.me.areas())
    talk = _talk(visit)
    return visit.page(
        "detail.html",
        detail=found,
        cited=talk.cited(found.content, now),
        fields=detail_form.shown(found.content),
        acts=acts,
        actors=actors,
        own=own,
        now=now,
        states=STATES,
        kinds=KINDS,
        act_names=ACTS,
        items=detail_form.codes_of(visit.desk.policy, found.content.body.items),
        told=told,
        told_most=MOST_TOLD,
        taps=TAPS,
        places=[step.place for step in getattr(found.content.body, "steps", ()) if step.place],
    )


async def edit(visit: ConsoleRequest) -> web.StreamResponse:
    """Show the form filled with the current content."""
    found = await visit.named(published_details.get)
    return _form(visit, found.content.kind, detail_form.shown(found.content), detail=found)


async def save(visit: ConsoleRequest) -> web.StreamResponse:
    """Replace the content, which voids any approval."""
    found, today = await visit.named(published_details.get), await visit.desk.database.read(_today)
    content, seen = detail_form.read(visit, found.content.kind, today), visit.text("seen")
    await visit.carry_out_as_user(published_detail_service.edit, seen, content, visit.desk.policy)
    see(f"{HOME}/details/{visit.number}")


# Submit for a second approval.
submit = act_as_user(published_detail_service.submit, DETAIL, lambda visit: (visit.text("seen"), visit.desk.texts))
# Publish the version this person saw.
approve = act_as_user(published_detail_service.approve, DETAIL, lambda visit: (visit.text("seen"),))
# Withdraw it with a reason.
withdraw = act_as_user(published_detail_service.withdraw, DETAIL, lambda visit: (visit.text("reason"),))


def _form(visit: ConsoleRequest, kind: str, fields: Mapping[str, object], detail: Detail | None = None) -> web.Response:
    policy = visit.desk.policy
    return visit.page(
        "detail_form.html",
        kind=kind,
        kinds=KINDS,
        fields=fields,
        detail=detail,
        areas=visit.areas,
        whole_city=visit.me.areas() is None,
        titles=visit.desk.titles,
        items=policy.items,
        by_district=[(code, f"{code} {item.title}") for code, item in policy.items.items() if item.by_district],
        facts=detail_form.rule_facts(policy),
        strengths=policy.strengths,
        steps=range(1, published_detail_service.MOST_STEPS + 1),
    )


def _talk(visit: ConsoleRequest) -> PublishedTalk:
    return PublishedTalk(visit.desk.policy, visit.desk.texts)


def _wanted(visit: ConsoleRequest) -> DetailQuery:
    asked = visit.request.query
    area, state, kind = asked.get("area", ""), asked.get("state", ""), asked.get("kind", "")
    item, when = asked.get("item", "").strip(), asked.get("when", "")
    return DetailQuery(
        visit.me.areas(),
        item if item in visit.desk.policy.items else "",
        {"": None, "city": ""}.get(area, area if area in visit.desk.areas else None),
        state if state in STATES else "",
        kind if kind in KINDS else "",
        when if when in WHEN else "",
        visit.page_number,
    )


def _page(tx: Tx, wanted: DetailQuery) -> tuple[list[Detail], int, datetime]:
    found, total = published_details.page(tx, wanted)
    return found, total, tx.now


def _today(tx: Tx) -> date:
    return shanghai_day(tx.now)


def _whole(tx: Tx, visit: ConsoleRequest) -> tuple[Detail, list[DetailAct], Actors, bool, datetime]:
    found = existing(published_details.get(tx, visit.number))
    acts = published_details.history(tx, found.id)
    actors = Actors(tx, {act.person_id for act in acts})
    return found, acts, actors, not published_detail_service.may_approve(tx, visit.me.person_id, found), tx.now
