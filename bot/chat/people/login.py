"""登录 and 邀请: request a browser login, or accept an offered role."""

import re
from collections.abc import Iterable

from bot.chat.context import Chat
from bot.chat.context import LoginLinks as LoginLinks
from bot.services.people import login, roles
from bot.wechat.replies import TextReply
from config.calendar import SHANGHAI, shanghai_day
from config.markup import harmless
from storage.firms import firms
from storage.people import roles as stored_roles
from storage.people.login_codes import GOOD_FOR
from storage.people.roles import Role, RoleGrant, RoleKind

INVITED = re.compile(r"邀请\s*+[:：]?\s*+([0-9A-Za-z][0-9A-Za-z\s-]{6,14})")
MOST_ROLES_SHOWN = 4
# Holders of only these have no console work.
_OF_FIRMS = frozenset({RoleKind.FIRM_MEMBER, RoleKind.FIRM_ADMIN, RoleKind.FIRM_AGENT})


def desk_work(chat: Chat) -> TextReply | None:
    """Name what somebody who works at the desk does there by browser; None to anybody else."""
    works_there = [role for role in _held(chat) if role.kind not in _OF_FIRMS]
    return TextReply(chat.say("entry.on_desk", roles=_named(chat, works_there))) if works_there else None


def take_role(chat: Chat, invited: re.Match[str]) -> TextReply:
    """Take the role that was offered by this code."""
    refused = _refuse(chat)
    if refused is not None:
        return refused
    try:
        grant = roles.accept(chat.tx, chat.person.id, login.normal_code(invited[1]), chat.parts.texts)
    except login.TooSoonError as error:
        return TextReply(chat.parts.texts.error(error))
    if grant is None:
        return TextReply(chat.say("entry.invitation_wrong"))
    if grant.needs_consent:
        return TextReply(chat.say("entry.invitation_waits", role=shown(chat, grant)))
    return TextReply(chat.say("entry.invitation_taken", role=shown(chat, grant)))


def enter(chat: Chat) -> TextReply:
    """Give the link and the code by which this person comes in by browser; the reply is marked secret."""
    refused, door = _refuse(chat), chat.setup.door
    if refused is not None:
        return refused
    link, code = door.link(), door.code()
    held = login.issue_link(chat.tx, chat.person.id, link, code)
    if not held:
        return TextReply(chat.say("entry.no_role"))
    words = chat.say(
        "entry.link",
        roles=_named(chat, held),
        time=f"{chat.now.astimezone(SHANGHAI):%H:%M}",
        minutes=int(GOOD_FOR.total_seconds() // 60),
        link=f"{door.public_url}/console/in/{link}",
        page=f"{door.public_url}/console",
        code=f"{code[:4]}-{code[4:]}",
    )
    return TextReply(words, secret=True)


def _refuse(chat: Chat) -> TextReply | None:
    if not chat.setup.door.public_url:
        return TextReply(chat.say("entry.not_set_up"))
    return None if chat.encrypted else TextReply(chat.say("entry.not_encrypted"))


def _held(chat: Chat) -> tuple[Role, ...]:
    """Return this person's effective roles today."""
    return stored_roles.held_on(chat.tx, chat.person.id, shanghai_day(chat.now))


def _named(chat: Chat, held: Iterable[Role]) -> str:
    return "、".join(list(dict.fromkeys(shown(chat, role) for role in held))[:MOST_ROLES_SHOWN])


def shown(chat: Chat, grant: RoleGrant | Role) -> str:
    """Format a role: whose it is, and what it permits."""
    whose = firms.get(chat.tx, grant.firm_id).name if grant.firm_id is not None else grant.agency
    return harmless(
        chat.say("entry.role", whose=whose or chat.say("entry.everywhere"), what=chat.say(f"role.{grant.kind.value}"))
    )
