"""Roles are offered by code, accepted in chat, delegated to a stand-in for a time, and ended."""

from dataclasses import replace
from datetime import date, timedelta

from bot.services.people import four_eyes, login
from config.calendar import shanghai_day
from config.errors import ConflictError, InputError
from config.limits import StandInLimits
from config.markup import harmless
from config.texts import Texts
from config.topics import NoticeTopic
from storage.audit import audit
from storage.engine.transactions import Tx
from storage.firms import firms
from storage.notices import outbox
from storage.people import people, role_invitations, roles, sessions
from storage.people.login_codes import CodeKind
from storage.people.roles import OF_A_FIRM, Role, RoleGrant, RoleKind

LONGEST_NAME = 20
LONGEST_AGENCY = 40
LONGEST_REASON = 100
TOPIC = NoticeTopic.APPROVAL


def invite(tx: Tx, grant: RoleGrant, code: str, *, made_by: int | None = None) -> int:
    """Offer this role to whoever types the code in the chat within three days; returns the invitation's id.

    `made_by`: the person who offers it, who may not take it themselves. Raises InputError where name, dates or scope do
    not fit the kind, or there is no such firm.
    """
    _validate(grant, shanghai_day(tx.now))
    if grant.firm_id is not None and not firms.exists(tx, grant.firm_id):
        raise InputError("role_firm_missing")
    invitation_id = role_invitations.add(tx, code, grant, made_by)
    fields = {
        "kind": grant.kind.value,
        "agency": grant.agency or "",
        "area": grant.area or "",
        "name": grant.name or "",
    }
    audit.record(tx, "invite", f"invitation:{invitation_id}", fields)
    return invitation_id


def invite_stand_in(
    tx: Tx, actor_id: int, role: Role, name: str, until: date | None, code: str, rules: StandInLimits
) -> int:
    """Offer a stand-in this role's rights until a day, at most as long as its holder has them.

    Raises InputError for a role that cannot be delegated, and for a missing or too distant day.
    """
    if role.id == 0 or role.stands_in_for is not None or role.kind == RoleKind.OPERATOR:
        raise InputError("role_not_to_hand_on")
    today = shanghai_day(tx.now)
    if until is None or until > today + timedelta(days=rules.longest_days):
        raise InputError("stand_in_until", most=rules.longest_days)
    last = until if role.valid_until is None else min(until, role.valid_until)
    grant = RoleGrant(role.kind, name, today, last, role.firm_id, role.agency, role.area, stands_in_for=role.id)
    return invite(tx, grant, code, made_by=actor_id)


def accept(tx: Tx, person_id: int, code: str, texts: Texts) -> RoleGrant | None:
    """Accept the role offered by this code; None if the code is wrong, used or expired.

    If a second person must consent first, those who can are notified. Raises InputError for whoever made the offer,
    TooSoonError after too many wrong codes.
    """
    origin = f"person:{person_id}"
    login.require_pace(tx, CodeKind.ROLE, origin)
    maker = role_invitations.made_by(tx, code)
    grant = role_invitations.take(tx, code)
    if grant is None:
        login.fail(tx, CodeKind.ROLE, origin)
        return None
    if maker is not None and not _may_take(tx, person_id, maker, grant):
        raise InputError("role_own_invitation")
    today = shanghai_day(tx.now)
    grant = replace(grant, valid_from=max(grant.valid_from, today))
    role_id = roles.add(tx, person_id, grant)
    audit.record(tx, "accept_role", f"role:{role_id}")
    if grant.needs_consent:
        _ask_for_consent(tx, role_id, texts)
    return grant


def awaiting(tx: Tx, person_id: int) -> list[tuple[Role, Role]]:
    """Return the stand-ins that this person may consent to, each with the role it stands in for."""
    found = [(role, _principal(tx, role)) for role in roles.awaiting_consent(tx, shanghai_day(tx.now))]
    return [(role, own) for role, own in found if own is not None and _may_consent(tx, person_id, role, own)]


def consent(tx: Tx, actor_id: int, role_id: int) -> None:
    """Consent to a stand-in for an approving role: it is effective from now on.

    Raises ConflictError if nothing waits any more, InputError if this person may not decide: it takes an operator or a
    second holder of such a role, neither of the two concerned.
    """
    role = _waiting(tx, actor_id, role_id)
    roles.consent(tx, role.id, actor_id)
    audit.record(tx, "consent_to_stand_in", f"role:{role.id}")


def refuse(tx: Tx, actor_id: int, role_id: int) -> None:
    """Refuse a stand-in and end the offered role. Raises as `consent` does."""
    role = _waiting(tx, actor_id, role_id)
    roles.end(tx, role.id, shanghai_day(tx.now))
    audit.record(tx, "refuse_stand_in", f"role:{role.id}")


def end(tx: Tx, role_id: int, reason: str, texts: Texts) -> None:
    """End a role and its stand-ins from today; log its holder out of the console at once and tell them why.

    Raises InputError without a reason, and for the last operator: nobody could grant a role any more.
    """
    role = roles.get(tx, role_id)
    if role is None:
        return
    if not reason or len(reason) > LONGEST_REASON:
        raise InputError("role_reason", most=LONGEST_REASON)
    today = shanghai_day(tx.now)
    if role.kind == RoleKind.OPERATOR and not _another_operator(tx, role, today):
        raise InputError("role_last_operator")
    roles.end(tx, role_id, today)
    sessions.end_all(tx, role.person_id)
    audit.record(tx, "end_role", f"role:{role_id}", {"reason": reason})
    if people.is_here(tx, role.person_id):
        text = texts("chat.entry.role_ended", what=texts(f"chat.role.{role.kind.value}"), reason=harmless(reason))
        outbox.plan(tx, key=f"role:{role_id}:ended", person_id=role.person_id, topic=TOPIC, text=text)


def _may_take(tx: Tx, person_id: int, maker: int, grant: RoleGrant) -> bool:
    if grant.stands_in_for is not None:
        return person_id != maker
    return four_eyes.is_other(tx, person_id, [maker], tx.now)


def _ask_for_consent(tx: Tx, role_id: int, texts: Texts) -> None:
    role = roles.get(tx, role_id)
    own = None if role is None else _principal(tx, role)
    if role is None or own is None:
        return
    name, principal = harmless(role.name or ""), harmless(own.name or "")
    what = texts(f"chat.role.{role.kind.value}")
    text = texts("chat.entry.consent_asked", name=name, principal=principal, what=what)
    kinds = (role.kind, RoleKind.OPERATOR)
    for person_id in roles.reaching(tx, kinds, role.place, shanghai_day(tx.now)):
        if _may_consent(tx, person_id, role, own):
            outbox.plan(tx, key=f"role:{role_id}:consent", person_id=person_id, topic=TOPIC, text=text)


def _waiting(tx: Tx, actor_id: int, role_id: int) -> Role:
    waiting = {role.id: role for role in roles.awaiting_consent(tx, shanghai_day(tx.now))}
    role = waiting.get(role_id)
    own = None if role is None else _principal(tx, role)
    if role is None or own is None:
        raise ConflictError("role_settled")
    if not _may_consent(tx, actor_id, role, own):
        raise InputError("role_consent_own")
    return role


def _may_consent(tx: Tx, person_id: int, role: Role, own: Role) -> bool:
    held = roles.held_on(tx, person_id, shanghai_day(tx.now))
    fits = any(mine.kind in (role.kind, RoleKind.OPERATOR) and mine.covers(role.place) for mine in held)
    return fits and four_eyes.is_other(tx, person_id, [role.person_id, own.person_id], tx.now)


def _principal(tx: Tx, role: Role) -> Role | None:
    return None if role.stands_in_for is None else roles.get(tx, role.stands_in_for)


def _another_operator(tx: Tx, role: Role, today: date) -> bool:
    everybody = roles.reaching(tx, (RoleKind.OPERATOR,), roles.Place(), today)
    left = [
        mine
        for person_id in everybody
        for mine in roles.held_on(tx, person_id, today)
        if mine.kind == RoleKind.OPERATOR and mine.id != role.id
    ]
    return bool(left) or not any(mine.id == role.id for mine in roles.held_on(tx, role.person_id, today))


def _validate(grant: RoleGrant, today: date) -> None:
    if not grant.name or len(grant.name) > LONGEST_NAME:
        raise InputError("role_name_wrong", most=LONGEST_NAME)
    if grant.valid_until is not None and grant.valid_until <= max(grant.valid_from, today):
        raise InputError("role_dates_wrong")
    if grant.kind in OF_A_FIRM:
        if grant.firm_id is None:
            raise InputError("role_firm_missing")
    elif grant.kind != RoleKind.OPERATOR and (not grant.agency or len(grant.agency) > LONGEST_AGENCY):
        raise InputError("role_agency_missing", most=LONGEST_AGENCY)
