"""宁工品推 in chat: coming events, sign-up in two taps, one's own meetings and their outcomes."""

import re
from collections.abc import Callable

from bot.chat.context import Chat
from bot.services.events import meetings as meeting_service
from bot.services.events import signups as signup_service
from bot.services.events.events import when
from bot.services.events.signups import Arrival
from config.markup import harmless, visible_length
from config.policy.model import Item
from matchmaking.text.money_and_dates import sums
from storage.events import events, meetings, signups
from storage.events.events import EventState, MatchmakingEvent
from storage.events.meetings import MeetingOutcome
from storage.events.signups import SignupState
from storage.firms import firms, verifications

MOST_LISTED = 5
LONGEST = 300
LONGEST_SUM = 40
_SCENE = re.compile(r"arrive:(\d{1,9}):[0-9a-f]{12}")
NUMBERED = re.compile(r"(活动|报名|取消报名|想谈|对接)\s*+第?(\d{1,9})\s*+(?:号|场)?\s*+:?\s*+(.*)", re.DOTALL)
_LETTERS = re.compile(r"[A-Z]+")
_OUTCOMES = {
    "无联系": MeetingOutcome.NO_CONTACT,
    "洽谈中": MeetingOutcome.TALKING,
    "已签约": MeetingOutcome.SIGNED,
    "签约": MeetingOutcome.SIGNED,
}


def about_one(chat: Chat, found: re.Match[str]) -> str | None:
    """Answer text about an event or meeting ("报名 3", "想谈 3 A C", "对接 12 已签约"); None for anything else."""
    verb, number, rest = found[1], int(found[2]), found[3].rstrip(" \n\t。！!")
    takers: dict[str, Callable[[], str | None]] = {
        "活动": lambda: _detail(chat, number) if not rest else None,
        "报名": lambda: _sign_up(chat, number) if not rest else None,
        "取消报名": lambda: _cancel(chat, number) if not rest else None,
        "想谈": lambda: _want(chat, number, _LETTERS.findall(rest.upper())),
        "对接": lambda: _settle(chat, number, rest),
    }
    return takers[verb]()


def coming_lines(chat: Chat, item: Item, *, most: int) -> list[str]:
    """Return one line for each of the next events of this item's kind."""
    kinds = {kind for kind, code in chat.parts.reminding.event_items.items() if code == item.code}
    found = [event for event in events.coming(chat.tx, MOST_LISTED) if event.kind in kinds] if kinds else []
    return [
        chat.parts.texts(
            "events.beside",
            number=event.id,
            title=harmless(event.title),
            until=when(event.signup_until),
            when=when(event.starts),
        )
        for event in found[:most]
        if chat.now < event.signup_until
    ]


def list_coming(chat: Chat) -> str:
    """List coming events, the next sign-up to close first."""
    found = events.coming(chat.tx, MOST_LISTED)
    if not found:
        return chat.parts.texts("events.list_none")
    lines = [
        chat.parts.texts(
            "events.list_line",
            number=event.id,
            title=harmless(event.title),
            kind=_kind(chat, event),
            until=when(event.signup_until),
            when=when(event.starts),
            place=harmless(event.place),
        )
        for event in found
    ]
    return "\n".join([chat.parts.texts("events.list_head"), *lines, chat.parts.texts("events.list_end")])


def list_mine(chat: Chat) -> str:
    """List 我的对接: the firm's events with meetings, and outcomes of past ones."""
    if chat.person.firm_id is None:
        return chat.say("profile.none")
    mine = signup_service.mine(chat.tx, chat.person.firm_id)
    if not mine:
        return chat.parts.texts("events.mine_none")
    lines = [chat.parts.texts("events.mine_head")]
    for event, signup in mine[:MOST_LISTED]:
        state = "in" if signup.state is SignupState.IN else "waiting"
        lines.append(
            chat.parts.texts(
                "events.mine_event",
                number=event.id,
                title=harmless(event.title),
                when=when(event.starts),
                place=harmless(event.place),
                state=chat.parts.texts(f"events.mine_{state}"),
            )
        )
        lines += _meeting_lines(chat, event)
    return "\n".join(lines)


def arrive(chat: Chat, scene: str) -> str | None:
    """Answer a scan of an event's check-in QR code; None for any other code."""
    found = _SCENE.fullmatch(scene)
    if found is None or scene != signup_service.check_in_scene(chat.tx.cipher, int(found[1])):
        return None
    event, firm_id, arrival = signup_service.arrive(chat.tx, chat.person, int(found[1]))
    firm = harmless(firms.get(chat.tx, firm_id).name)
    title, lines = harmless(event.title), "\n".join(_meeting_lines(chat, event))
    match arrival:
        case Arrival.WELCOME:
            return chat.parts.texts("events.arrived", firm=firm, title=title, meetings=lines)
        case Arrival.AGAIN:
            return chat.parts.texts("events.arrived_again", firm=firm, meetings=lines)
        case Arrival.NO_SEAT:
            return chat.parts.texts("events.arrived_no_seat", firm=firm)
        case Arrival.CLOSED:
            return chat.parts.texts("events.arrived_closed", title=title)


def _detail(chat: Chat, number: int) -> str:
    event = events.get(chat.tx, number)
    if event is None or event.state is not EventState.PUBLISHED:
        return chat.parts.texts("events.none_such", number=number)
    head = [
        chat.parts.texts("events.table_line", letter=table.letter, buyer=harmless(table.buyer), need=_short(table.need))
        for table in events.tables(chat.tx, number)
    ]
    shown: list[str] = []
    for line in head:
        if visible_length("\n".join([*shown, line])) > LONGEST // 2 and shown:
            shown.append(chat.parts.texts("events.table_more", count=len(head)))
            break
        shown.append(line)
    return chat.parts.texts(
        "events.detail",
        title=harmless(event.title),
        kind=_kind(chat, event),
        when=when(event.starts),
        place=harmless(event.place),
        signup=_signup(chat, event),
        theme=harmless(event.theme),
        tables="\n".join(shown),
        action=_action(chat, event),
    )


def _signup(chat: Chat, event: MatchmakingEvent) -> str:
    if chat.now < event.signup_from:
        return chat.parts.texts("events.signup_soon", since=when(event.signup_from))
    if not event.takes_signups(chat.now):
        return chat.parts.texts("events.signup_over")
    until = when(event.signup_until)
    return chat.parts.texts("events.signup_open", until=until, seats=event.seats, quota=event.quota)


def _action(chat: Chat, event: MatchmakingEvent) -> str:
    firm_id = chat.person.firm_id
    known = None if firm_id is None else signups.find(chat.tx, event.id, firm_id)
    if known is not None and known.state is not SignupState.CANCELLED:
        key = "in" if known.state is SignupState.IN else "waiting"
        return chat.parts.texts(f"events.action_{key}", number=event.id)
    if event.takes_signups(chat.now):
        return chat.parts.texts("events.action_open", number=event.id)
    return chat.parts.texts("events.action_none")


def _sign_up(chat: Chat, number: int) -> str:
    event, state = signup_service.sign_up(chat.tx, chat.person, number, chat.parts.texts)
    title = harmless(event.title)
    if state is SignupState.WAITING:
        return chat.parts.texts("events.signed_up_waiting", title=title, seats=event.seats, number=number)
    place = harmless(event.place)
    said = chat.parts.texts("events.signed_up", title=title, when=when(event.starts), place=place, number=number)
    firm_id = chat.person.firm_id
    if firm_id is None or verifications.of_firm(chat.tx, firm_id) is not None:
        return said
    return said + "\n" + chat.parts.texts("events.signed_up_unproven")


def _cancel(chat: Chat, number: int) -> str:
    event = signup_service.cancel(chat.tx, chat.person, number, chat.parts.texts)
    return chat.parts.texts("events.cancelled_own", title=harmless(event.title))


def _want(chat: Chat, number: int, letters: list[str]) -> str:
    event, tables = signup_service.save_wishes(chat.tx, chat.person, number, letters)
    told = "、".join(f"{table.letter} {harmless(table.buyer)}" for table in tables)
    return chat.parts.texts("events.wanted", title=harmless(event.title), tables=told)


def _settle(chat: Chat, number: int, rest: str) -> str | None:
    word = next((word for word in _OUTCOMES if rest.startswith(word)), None)
    if word is None:
        return None
    outcome = _OUTCOMES[word]
    meeting_service.require_meeting(chat.tx, chat.person, number)
    named = sums(rest.removeprefix(word)[:LONGEST_SUM]) if outcome is MeetingOutcome.SIGNED else []
    amount = named[0].low if named else None
    meeting_service.save_outcome(chat.tx, chat.person, number, outcome, amount)
    if amount is not None:
        return chat.parts.texts("events.settled_amount", amount=harmless(named[0].text))
    if outcome is MeetingOutcome.SIGNED:
        return chat.parts.texts("events.settled_ask_amount", number=number)
    return chat.parts.texts("events.settled", outcome=chat.parts.texts(f"events.outcome_{outcome.value}"))


def _meeting_lines(chat: Chat, event: MatchmakingEvent) -> list[str]:
    mine = [one for one in meetings.of_event(chat.tx, event.id) if one.firm_id == chat.person.firm_id]
    if not mine:
        return [chat.parts.texts("events.mine_no_schedule")] if chat.now < event.ends else []
    letters = {table.id: table.letter for table in events.tables(chat.tx, event.id)}
    lines = []
    for one in mine:
        buyer = harmless(one.buyer)
        if chat.now < event.ends:
            time = when(event.slots[one.slot])
            lines.append(chat.parts.texts("events.mine_meeting", time=time, letter=letters[one.table_id], buyer=buyer))
            continue
        said = chat.parts.texts(f"events.outcome_{one.outcome.value}") if one.outcome else ""
        lines += [chat.parts.texts("events.mine_outcome", buyer=buyer, outcome=said)]
        lines += [] if one.outcome is MeetingOutcome.SIGNED else [chat.parts.texts("events.mine_ask", number=one.id)]
    return lines


def _kind(chat: Chat, event: MatchmakingEvent) -> str:
    return chat.parts.texts(f"events.kind_{event.kind}")


def _short(need: str) -> str:
    text = harmless(" ".join(need.split()))
    return text if len(text) <= 40 else text[:39] + "…"
