"""登录 and 邀请: a person asks to come in by browser, or takes a role that was offered to them."""

import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.chat.context import Chat
from bot.services.people import login, roles
from bot.wechat.replies import TextReply
from config.calendar import SHANGHAI, shanghai_day
from config.markup import harmless
from storage.firms import firms
from storage.people import roles as stored_roles
from storage.people.login_codes import GOOD_FOR
from storage.people.roles import Grant, Kind, Role

_INVITED = re.compile(r"邀请\s*+[:：]?\s*+([0-9A-Za-z][0-9A-Za-z\s-]{6,14})")
LINK_BYTES = 32
MOST_ROLES_SHOWN = 4
# Who holds only these has no work of others' to do by browser.
_OF_FIRMS = frozenset({Kind.FIRM_MEMBER, Kind.FIRM_ADMIN, Kind.FIRM_AGENT})


@dataclass(frozen=True, slots=True)
class Door:
    """Where the console's door stands, and the chance that its links and codes are made of.

    `plain_mode`: entry is let through although the push was not encrypted, which only the demo may allow.
    """

    public_url: str = ""
    plain_mode: bool = False
    link: Callable[[], str] = lambda: secrets.token_urlsafe(LINK_BYTES)
    code: Callable[[], str] = lambda: login.code_of(secrets.randbits(40))


def hear(chat: Chat, door: Door, typed: str, *, secure: bool) -> TextReply | None:
    """The reply to words that are about entry; None for any others. One that holds a link is marked secret."""
    invited = _INVITED.fullmatch(typed)
    command = chat.parts.words.command(typed.rstrip("?？ "))
    if command == "desk_work":
        works_there = [role for role in _held(chat) if role.kind not in _OF_FIRMS]
        return TextReply(chat.say("entry.on_desk", roles=_named(chat, works_there))) if works_there else None
    asked = command == "enter"
    if not asked and invited is None:
        return None
    if not door.public_url:
        return TextReply(chat.say("entry.not_set_up"))
    if not (secure or door.plain_mode):
        return TextReply(chat.say("entry.not_encrypted"))
    if invited is not None:
        try:
            grant = roles.accept(chat.tx, chat.person.id, login.normal_code(invited[1]), chat.parts.texts)
        except login.TooSoonError as error:
            return TextReply(chat.parts.texts.error(error))
        if grant is None:
            return TextReply(chat.say("entry.invitation_wrong"))
        if grant.needs_consent:
            return TextReply(chat.say("entry.invitation_waits", role=shown(chat, grant)))
        return TextReply(chat.say("entry.invitation_taken", role=shown(chat, grant)))
    link, code = door.link(), door.code()
    held = login.ask_in(chat.tx, chat.person.id, link, code)
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


def _held(chat: Chat) -> tuple[Role, ...]:
    """What this person may do today."""
    return stored_roles.held(chat.tx, chat.person.id, shanghai_day(chat.now))


def _named(chat: Chat, held: Iterable[Role]) -> str:
    return "、".join(list(dict.fromkeys(shown(chat, role) for role in held))[:MOST_ROLES_SHOWN])


def shown(chat: Chat, grant: Grant | Role) -> str:
    """A role in words: whose it is, and what it lets them do."""
    whose = firms.get(chat.tx, grant.firm_id).name if grant.firm_id is not None else grant.agency
    return harmless(
        chat.say("entry.role", whose=whose or chat.say("entry.everywhere"), what=chat.say(f"role.{grant.kind.value}"))
    )
