"""Roles: who holds which; inviting, naming a stand-in, ending."""

import secrets
from datetime import date
from typing import Annotated

from aiohttp import web
from pydantic import Field

from bot.console.acts import act, act_as_user
from bot.console.context import ConsoleRequest
from bot.services.people import login
from bot.services.people import roles as role_service
from bot.web.form_models import Choice, Day, FormModel, Number, at_most
from bot.web.page_request import existing
from config.calendar import shanghai_day
from storage.engine.transactions import Tx
from storage.firms import firms
from storage.people import offices, roles
from storage.people.roles import OF_A_FIRM, Place, Role, RoleGrant, RoleKind

GIVEN_HERE = tuple(kind for kind in RoleKind if kind != RoleKind.FIRM_MEMBER)


class StandInForm(FormModel):
    """Who stands in, and until when."""

    name: Annotated[str, at_most(role_service.LONGEST_NAME)] = ""
    until: Day | None = None


class InvitationForm(StandInForm):
    """Who is given which role, for which place, from when to when."""

    kind: Choice
    from_: Day | None = Field(None, alias="from")
    firm_id: Number = 0
    agency: Annotated[str, at_most(role_service.LONGEST_AGENCY)] = ""
    area: Choice = ""


async def listed(visit: ConsoleRequest) -> web.StreamResponse:
    """Show the roles the viewer covers, and for an operator the invitation form."""
    reached, firm_names, today = await visit.desk.database.read(_reached, visit)
    gone = await visit.desk.database.read(_gone, visit)
    areas, kinds = list(visit.desk.areas), GIVEN_HERE
    return visit.page(
        "roles.html", roles=reached, firm_names=firm_names, today=today, gone=gone, kinds=kinds, areas=areas
    )


async def show(visit: ConsoleRequest) -> web.StreamResponse:
    """Show one role."""
    role = await visit.desk.database.read(roles.get, visit.number)
    return visit.page("role.html", role=role)


async def invite(visit: ConsoleRequest) -> web.StreamResponse:
    """Create an invitation and show its code once."""
    grant = _grant(visit)
    code = login.code_of(secrets.randbits(40))
    await visit.desk.database.write(role_service.invite, grant, code, made_by=visit.me.person_id)
    return visit.page("invited.html", code=code, grant=grant)


# End a role from today.
end = act(role_service.end, "/roles", lambda visit: (visit.text("reason"), visit.desk.texts))
# Consent to a colleague's stand-in.
consent = act_as_user(role_service.consent, "")
# Refuse consent.
refuse = act_as_user(role_service.refuse, "")


async def stand_in(visit: ConsoleRequest) -> web.StreamResponse:
    """Invite somebody to stand in for one's own role."""
    role_id = visit.number
    mine = existing(next((role for role in visit.me.held if role.id == role_id and role.id), None))
    code = login.code_of(secrets.randbits(40))
    given, rules = visit.read(StandInForm), visit.desk.standing_in
    write = visit.desk.database.write
    await write(role_service.invite_stand_in, visit.me.person_id, mine, given.name, given.until, code, rules)
    return visit.page("invited.html", code=code, grant=mine)


def _grant(visit: ConsoleRequest) -> RoleGrant:
    given = visit.read(InvitationForm, kind=GIVEN_HERE, area=visit.desk.areas)
    of_firm = given.kind in OF_A_FIRM
    return RoleGrant(
        RoleKind(given.kind),
        given.name,
        given.from_ or date.min,
        given.until,
        firm_id=given.firm_id or None if of_firm else None,
        agency=None if of_firm else given.agency or None,
        area=None if of_firm else given.area or None,
    )


def _reached(tx: Tx, visit: ConsoleRequest) -> tuple[list[Role], dict[int, str], date]:
    reached = [role for role in roles.all_given(tx) if any(mine.covers(role.place) for mine in visit.me.admitted)]
    names = {role.firm_id: firms.get(tx, role.firm_id).name for role in reached if role.firm_id is not None}
    return reached, names, shanghai_day(tx.now)


def _gone(tx: Tx, visit: ConsoleRequest) -> list[tuple[offices.Office, str]]:
    """Return the offices of people who left, from the register, each with its firm's name."""
    here = {role.id for role in roles.all_given(tx)}
    return [
        (one, firms.get(tx, one.firm_id).name if one.firm_id is not None else "")
        for one in offices.listed(tx)
        if one.role_id not in here
        and any(mine.covers(Place(one.firm_id, one.agency, one.area)) for mine in visit.me.admitted)
    ]
