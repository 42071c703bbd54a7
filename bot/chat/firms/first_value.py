"""What the roster alone says of a firm: public titles, items met by such firms, and items one fact away.

Nothing a firm told us is used: anybody may type any firm's name.
"""

from datetime import date, timedelta

from bot.answers.firm_profile import lapsed_lines
from bot.chat.context import Chat
from config.calendar import shanghai_day
from config.markup import harmless
from config.policy.facts import parse_facts
from config.policy.model import Item
from matchmaking.eligibility.eligibility import Assessment, Verdict, assess
from storage.firms.titles_on_day import FIRST, facts_of, titles_on
from storage.roster.roster import Listed

# What a phone shows at a glance; the rest comes with the full assessment.
MOST_MET = 4
MOST_NEAR = 2


def first_value(chat: Chat, listed: Listed) -> str:
    """Return titles with batch and last day, items holders meet now, items one fact away, and how to register."""
    policy, texts = chat.parts.policy, chat.parts.texts
    today = shanghai_day(chat.now)
    lines = [texts("firms.head", name=harmless(listed.name))]
    labels = {choice.value: choice.label for choice in policy.facts["titles"].choices}
    held = listed.valid_titles(today)
    for title in held:
        label, until = labels.get(title.title, title.title), _until(chat, title.valid_until)
        lines.append(texts("firms.title", title=label, batch=harmless(title.batch), until=until))
    lapsed = titles_on(today, listed.titles).lapsed
    lines += lapsed_lines(texts, policy.facts["titles"], lapsed)
    lines += [] if held or lapsed else [texts("firms.no_titles")]
    if not policy.expired(chat.now):
        facts = parse_facts(facts_of(listed, today), policy.facts)
        lines += _open_now(chat, assess(policy, facts, chat.now, chat.published.rules(chat.now)))
    return "\n".join([*lines, _way_in(chat, listed.name)])


def unlisted(chat: Chat, name: str) -> str:
    """Answer for a firm not on the roster: that is no disadvantage, and registering tells more."""
    return chat.parts.texts("firms.unlisted", name=harmless(name)) + "\n" + _way_in(chat, name)


def _open_now(chat: Chat, assessed: Assessment) -> list[str]:
    texts, items, judged = chat.parts.texts, chat.parts.policy.items, assessed.items
    met = _best_first([items[code] for code, verdict in judged.items() if verdict.verdict == "yes"])
    near = _best_first([items[code] for code, verdict in judged.items() if _one_fact_away(verdict)])
    lines = []
    if met:
        lines += [texts("firms.met"), *(_line(chat, item) for item in met[:MOST_MET])]
        lines += [texts("firms.more_met", count=len(met))] if len(met) > MOST_MET else []
    if near:
        lines.append(texts("firms.near", count=len(near)))
        for item in near[:MOST_NEAR]:
            (fact,) = judged[item.code].missing
            lines.append(_line(chat, item) + texts("firms.missing", fact=chat.parts.policy.facts[fact].label))
            lines += [texts("firms.first_unknown")] if fact == FIRST else []
    # Same as under a registered firm's overview: what the text leaves open about these awards.
    by_year = chat.parts.overview.waiting_for_year(assessed)
    lines += chat.parts.overview.year_lines(by_year)
    return lines + chat.parts.overview.besides([*met[:MOST_MET], *near[:MOST_NEAR]], assessed)


def _one_fact_away(verdict: Verdict) -> bool:
    return verdict.verdict == "unknown" and len(verdict.missing) == 1


def _best_first(items: list[Item]) -> list[Item]:
    """Sort fixed-sum awards first, then items with a figure, then the rest, each in policy order."""
    return sorted(items, key=lambda item: (item.strength != "fixed", item.figure is None))


def _line(chat: Chat, item: Item) -> str:
    figure = chat.say("item.figure_after", figure=item.figure) if item.figure else ""
    label = chat.parts.policy.clause(item.clause).label
    return chat.parts.texts("firms.item", code=item.code, title=item.title, figure=figure, label=label)


def _until(chat: Chat, until: date | None) -> str:
    return "" if until is None else chat.parts.texts("firms.until", day=(until - timedelta(days=1)).isoformat())


def _way_in(chat: Chat, name: str) -> str:
    if chat.person.firm_id is not None:
        return chat.parts.texts("firms.other_firm")
    # Used inside a link's attribute.
    return chat.parts.texts("firms.register", name=harmless(name).replace('"', "＂"))
