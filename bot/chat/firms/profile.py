"""我的资料: the firm's known facts, each with its source; and the facts used to assess it."""

from bot.answers.policy_answers import FirmProfile
from bot.chat.context import Chat
from bot.chat.fact_input import shown
from bot.chat.firms.contact_change import kept
from bot.chat.firms.products import products_of
from bot.chat.firms.zone import zone_line
from config.calendar import shanghai_day
from config.markup import harmless
from config.policy.facts import parse_facts
from storage.firms import firms


def profile_of(chat: Chat) -> FirmProfile | None:
    """Return the person's firm with its facts; None before registration."""
    if chat.person.firm_id is None:
        return None
    standing = firms.standing(chat.tx, chat.person.firm_id)
    facts = parse_facts({fact: entry.value for fact, entry in standing.facts.items()}, chat.parts.policy.facts)
    held = standing.held
    name = firms.get(chat.tx, chat.person.firm_id).name
    return FirmProfile(harmless(name), facts, None if held.titles is None else held.source, held.own, held.lapsed)


def registered_already(chat: Chat) -> str:
    """Return the reply to a second registration."""
    profile = profile_of(chat)
    return chat.say("registration.already", firm=profile.name if profile else "")


def show_profile(chat: Chat) -> str:
    """Return everything stored about the firm and the person, with sources."""
    if chat.person.firm_id is None:
        return chat.say("profile.none")
    firm = firms.get(chat.tx, chat.person.firm_id)
    known = firms.facts(chat.tx, chat.person.firm_id)
    policy = chat.parts.policy
    lines = [
        chat.say(
            "profile.fact",
            label=fact.label,
            value=shown(chat, fact, known[name].value),
            source=chat.say(f"profile.source_{known[name].source}"),
            day=shanghai_day(known[name].learned).isoformat(),
        )
        for name, fact in policy.facts.items()
        if name in known
    ]
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
