"""Who holds which role; inviting somebody, naming a stand-in, ending a role."""

import secrets
from datetime import date

from aiohttp import web

from bot.console.access import number_in
from bot.console.context import HOME, Visit, see
from bot.console.form_values import day, number
from bot.services.people import login
from bot.services.people import roles as role_service
from config.calendar import shanghai_day
from config.errors import InputError
from storage.engine.transactions import Tx
from storage.firms import firms
from storage.people import offices, roles
from storage.people.roles import OF_A_FIRM, Grant, Kind, Place, Role

GIVEN_HERE = tuple(kind for kind in Kind if kind != Kind.FIRM_MEMBER)


async def listed(visit: Visit) -> web.StreamResponse:
    """Every role that the viewer's own reach, and for an operator the form of an invitation."""
    reached, firm_names, today = await visit.desk.database.read(_reached, visit)
    gone = await visit.desk.database.read(_gone, visit)
    areas, kinds = list(visit.desk.areas), GIVEN_HERE
    return visit.page(
        "roles.html", roles=reached, firm_names=firm_names, today=today, gone=gone, kinds=kinds, areas=areas
    )


async def show(visit: Visit) -> web.StreamResponse:
    """One role."""
    role = await visit.desk.database.read(roles.get, number_in(visit.request.match_info))
    return visit.page("role.html", role=role)


async def invite(visit: Visit) -> web.StreamResponse:
    """Make an invitation and show its code once."""
    grant = _grant(visit)
    code = login.code_of(secrets.randbits(40))
    await visit.desk.database.write(_invite, visit.me.person_id, grant, code)
    return visit.page("invited.html", code=code, grant=grant)


async def end(visit: Visit) -> web.StreamResponse:
    """End a role from today on."""
    await visit.carry_out(role_service.end, visit.text("reason"), visit.desk.texts)
    see(f"{HOME}/roles")


async def consent(visit: Visit) -> web.StreamResponse:
    """Agree to somebody standing in for a colleague."""
    await visit.carry_out(role_service.consent)
    see(HOME)


async def refuse(visit: Visit) -> web.StreamResponse:
    """Do not agree to it."""
    await visit.carry_out(role_service.refuse)
    see(HOME)


async def stand_in(visit: Visit) -> web.StreamResponse:
    """Invite somebody to stand in for one's own role."""
    role_id = number_in(visit.request.match_info)
    mine = next((role for role in visit.me.held if role.id == role_id and role.id), None)
    if mine is None:
        raise web.HTTPNotFound
    code = login.code_of(secrets.randbits(40))
    given = (visit.me.person_id, mine, visit.text("name"), day(visit, "until"), code, visit.desk.standing_in)
    await visit.desk.database.write(role_service.invite_stand_in, *given)
    return visit.page("invited.html", code=code, grant=mine)


def _grant(visit: Visit) -> Grant:
    kind, area = visit.text("kind"), visit.text("area")
    if kind not in GIVEN_HERE or (area and area not in visit.desk.areas):
        raise InputError("form_wrong")
    of_firm = kind in OF_A_FIRM
    starts = day(visit, "from")
    return Grant(
        Kind(kind),
        visit.text("name"),
        starts or date.min,
        day(visit, "until"),
        firm_id=number(visit, "firm_id") or None if of_firm else None,
        agency=None if of_firm else visit.text("agency") or None,
        area=None if of_firm else area or None,
    )


def _invite(tx: Tx, actor_id: int, grant: Grant, code: str) -> None:
    if grant.firm_id is not None and not firms.exists(tx, grant.firm_id):
        raise InputError("role_firm_missing")
    role_service.invite(tx, grant, code, made_by=actor_id)


def _reached(tx: Tx, visit: Visit) -> tuple[list[Role], dict[int, str], date]:
    reached = [role for role in roles.given(tx) if any(mine.covers(role.place) for mine in visit.me.admitted)]
    names = {role.firm_id: firms.get(tx, role.firm_id).name for role in reached if role.firm_id is not None}
    return reached, names, shanghai_day(tx.now)


def _gone(tx: Tx, visit: Visit) -> list[tuple[offices.Office, str]]:
    """The offices of those who have left, as the register keeps them, each with its firm's name."""
    here = {role.id for role in roles.given(tx)}
    return [
        (one, firms.get(tx, one.firm_id).name if one.firm_id is not None else "")
        for one in offices.listed(tx)
        if one.role_id not in here
        and any(mine.covers(Place(one.firm_id, one.agency, one.area)) for mine in visit.me.admitted)
    ]
