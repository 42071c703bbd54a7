"""我的资料: the firm's known facts, numbered, each with its source and day; and the facts used to assess it."""

from collections.abc import Mapping
from datetime import date

from bot.answers.policy_answers import FirmProfile
from bot.chat.context import Chat
from bot.chat.fact_input import shown
from bot.chat.firms.contact_change import kept
from bot.chat.firms.products import products_of
from bot.chat.firms.zone import zone_line
from config.calendar import shanghai_day
from config.markup import harmless
from config.policy.facts import Fact, parse_facts
from storage.firms import firms
from storage.firms.firms import KnownFact


def profile_of(chat: Chat) -> FirmProfile | None:
    """Return the person's firm with its facts; None before registration."""
    if chat.person.firm_id is None:
        return None
    standing = firms.standing(chat.tx, chat.person.firm_id)
    facts = parse_facts({fact: entry.value for fact, entry in standing.facts.items()}, chat.parts.policy.facts)
    held = standing.held
    name = firms.get(chat.tx, chat.person.firm_id).name
    source, aged = None if held.titles is None else held.source, aged_of(chat, standing.facts)
    return FirmProfile(harmless(name), facts, source, held.own, held.lapsed, aged)


def aged_of(chat: Chat, known: Mapping[str, KnownFact]) -> dict[str, date]:
    """Return the facts that age and were stated a year ago or earlier, each with its day."""
    today = shanghai_day(chat.now)
    return {
        name: shanghai_day(known[name].learned)
        for name, fact in chat.parts.policy.facts.items()
        if fact.ages and name in known and known[name].source == "self" and _year_old(known[name], today)
    }


def _year_old(known: KnownFact, today: date) -> bool:
    said = shanghai_day(known.learned)
    return (today.year - 1, today.month, today.day) >= (said.year, said.month, said.day)


def numbered_facts(chat: Chat) -> list[tuple[Fact, KnownFact]]:
    """Return the firm's known facts as 我的资料 numbers them, from 1."""
    known = firms.facts(chat.tx, chat.person.firm_id or 0)
    return [(fact, known[name]) for name, fact in chat.parts.policy.facts.items() if name in known]


def registered_already(chat: Chat) -> str:
    """Return the reply to a second registration."""
    profile = profile_of(chat)
    return chat.say("registration.already", firm=profile.name if profile else "")


def show_profile(chat: Chat) -> str:
    """Return everything stored about the firm and the person, with sources."""
    if chat.person.firm_id is None:
        return chat.say("profile.none")
    firm = firms.get(chat.tx, chat.person.firm_id)
    listed = numbered_facts(chat)
    aged = aged_of(chat, {fact.name: known for fact, known in listed})
    lines = []
    for number, (fact, known) in enumerate(listed, 1):
        line = chat.say(
            "profile.fact",
            number=number,
            label=fact.label,
            value=shown(chat, fact, known.value),
            source=chat.say(f"profile.source_{known.source}"),
            day=shanghai_day(known.learned).isoformat(),
        )
        lines.append(line + (chat.say("profile.aged", number=number) if fact.name in aged else ""))
    own = next((number for number, (_, known) in enumerate(listed, 1) if known.source == "self"), None)
    lines += [chat.say("profile.edit", number=own)] if own is not None else []
    lines += [line for line in (zone_line(chat, chat.person.firm_id),) if line]
    code = firm.credit_code or chat.say("registration.unknown")
    return chat.say(
        "profile.text",
        name=harmless(firm.name),
        code=chat.say("registration.code_to_check", code=harmless(code)) if firm.code_doubtful else code,
        facts="\n".join(lines),
        products=products_of(chat, chat.person.firm_id),
        contact=kept(chat),
    )
