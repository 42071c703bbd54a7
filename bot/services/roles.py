"""Roles are offered by a code, taken in the chat, handed to a stand-in for a time, and ended."""

from dataclasses import replace
from datetime import date

from bot.services.entry import hold_pace
from config.calendar import shanghai_day
from config.errors import InputError
from storage import audit, entry_codes, invitations, roles, sessions
from storage.entry_codes import CodeKind
from storage.roles import OF_A_FIRM, Grant, Kind
from storage.transactions import Tx

LONGEST_NAME = 20
LONGEST_AGENCY = 40


def invite(tx: Tx, actor: str, grant: Grant, code: str, *, source: str) -> int:
    """Offer this role to whoever types the code in the chat within three days; returns the invitation's id.

    Raises InputError where name, dates or scope do not fit the kind.
    """
    _hold_sense(grant, shanghai_day(tx.now))
    invitation_id = invitations.add(tx, code, grant)
    fields = {
        "kind": grant.kind.value,
        "agency": grant.agency or "",
        "area": grant.area or "",
        "name": grant.name or "",
    }
    audit.record(tx, actor=actor, action="invite", subject=f"invitation:{invitation_id}", source=source, fields=fields)
    return invitation_id


def invite_stand_in(tx: Tx, actor_id: int, role: roles.Role, name: str, until: date | None, code: str) -> int:
    """Offer somebody what this role's holder may do, at the longest as long as they may themselves.

    Raises InputError for a role that may not be handed on.
    """
    if role.id == 0 or role.stands_in_for is not None or role.kind == Kind.OPERATOR:
        raise InputError("role_not_to_hand_on")
    last = min((day for day in (until, role.valid_until) if day is not None), default=None)
    grant = Grant(
        role.kind, name, shanghai_day(tx.now), last, role.firm_id, role.agency, role.area, stands_in_for=role.id
    )
    return invite(tx, f"person:{actor_id}", grant, code, source="console")


def accept(tx: Tx, person_id: int, code: str) -> Grant | None:
    """Take the role that this code offers; None where the code is wrong, used or too old. Raises TooSoonError."""
    origin = f"person:{person_id}"
    hold_pace(tx, CodeKind.ROLE, origin)
    grant = invitations.take(tx, code)
    if grant is None:
        entry_codes.fail(tx, CodeKind.ROLE, origin)
        return None
    today = shanghai_day(tx.now)
    grant = replace(grant, valid_from=max(grant.valid_from, today))
    role_id = roles.add(tx, person_id, grant)
    audit.record(tx, actor=origin, action="accept_role", subject=f"role:{role_id}", source="wechat")
    return grant


def end(tx: Tx, actor_id: int, role_id: int) -> None:
    """End a role from today on, with its stand-ins; its holder is out of the console at once."""
    role = roles.get(tx, role_id)
    if role is None:
        return
    roles.end(tx, role_id, shanghai_day(tx.now))
    sessions.end_all(tx, role.person_id)
    audit.record(tx, actor=f"person:{actor_id}", action="end_role", subject=f"role:{role_id}", source="console")


def _hold_sense(grant: Grant, today: date) -> None:
    if not grant.name or len(grant.name) > LONGEST_NAME:
        raise InputError("role_name_wrong", most=LONGEST_NAME)
    if grant.valid_until is not None and grant.valid_until <= max(grant.valid_from, today):
        raise InputError("role_dates_wrong")
    if grant.kind in OF_A_FIRM:
        if grant.firm_id is None:
            raise InputError("role_firm_missing")
    elif grant.kind != Kind.OPERATOR and (not grant.agency or len(grant.agency) > LONGEST_AGENCY):
        raise InputError("role_agency_missing", most=LONGEST_AGENCY)
