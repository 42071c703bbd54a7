"""What was published beside the policy, as one chat hears it: for its firm, at its moment, with its words.

Where the policy's text leaves a question open, an agency's published reply is given; a question without one is kept.
"""

from bot.answers.policy_answers import FirmProfile, PolicyAnswer, PublishedLines
from bot.chat.context import Chat
from bot.chat.events import coming_lines
from bot.services.policy import unanswered_questions
from bot.services.policy.published_for_firm import IN_FULL, IN_SHORT
from config.calendar import shanghai_day
from config.markup import harmless
from config.policy.facts import Facts
from config.policy.model import Item
from matchmaking.eligibility.eligibility import Assessment
from storage.reminders import dismissals

# Citations shown under the overview; the rest is with each item and under 申报窗口.
MOST_UNDER = 3
MOST_EVENTS = 2


def beside_for(chat: Chat, profile: FirmProfile | None, typed: str = "") -> PublishedLines:
    """Return the lines and district rules to use beside the policy in this chat's answers."""
    facts = None if profile is None else profile.facts

    # Looked up only if an answer concerns an item: a greeting costs no query.
    def lines(item: Item, full: bool) -> list[str]:
        published = chat.published.lines(item, facts, chat.now, most=IN_FULL if full else IN_SHORT, typed=typed)
        return [*published, *coming_lines(chat, item, most=MOST_EVENTS if full else IN_SHORT)]

    return PublishedLines(lines, lambda: chat.published.rules(chat.now))


def open_items(chat: Chat, facts: Facts) -> frozenset[str]:
    """Return the items with a window open now for a firm with these facts: worth asking first."""
    return chat.published.open_items(facts, chat.now)


def under_overview(chat: Chat, profile: FirmProfile, judged: Assessment) -> str:
    """Return what was published on items this firm meets, for its overview; empty if nothing."""
    published = chat.published
    met = [chat.parts.policy.items[code] for code, verdict in judged.items.items() if verdict.verdict == "yes"]
    lines = [line for item in met for line in published.lines(item, profile.facts, chat.now, most=IN_SHORT)]
    cited = list(dict.fromkeys(lines))
    if not cited:
        return ""
    more = [chat.say("windows.more_under")] if len(cited) > MOST_UNDER else []
    return "\n\n" + "\n".join([chat.say("windows.under"), *cited[:MOST_UNDER], *more])


def taps_of(chat: Chat) -> str:
    """Return the firm's dismissals of window reminders, by item with the day; empty if none."""
    found: dict[str, str] = {}
    for end in dismissals.of_firm(chat.tx, chat.person.firm_id or 0):
        kind, _, rest = end.chain.partition(":")
        detail = chat.published.find(int(rest.partition(":")[0])) if kind == "window" and end.what != "no" else None
        day = shanghai_day(end.at).isoformat()
        for code in () if detail is None else detail.content.body.items:
            found.setdefault(code, chat.say(f"windows.tap_{end.what}", code=code, day=day))
    return "\n" + chat.say("windows.taps", taps="、".join(found.values())) if found else ""


def published_reply(chat: Chat, answer: PolicyAnswer) -> str | None:
    """The reply that an agency has given to this very question, above what the policy says of it; None without one.

    What the policy answers for sure is never looked up. Raises ReadNeededError.
    """
    about = chat.parts.talk.silence(chat.said.raw)
    if about is None:
        return None
    matter = chat.setup.answers.find(chat.tx, chat.said.raw, about)
    if matter is None:
        return None
    said = unanswered_questions.reply_text(chat.parts.texts, matter)
    return chat.parts.texts("silence.beside", answer=said, said=answer.text) if answer.sure else said


def with_officials_word(chat: Chat, answer: PolicyAnswer) -> str:
    """The answer, and under it what officials have entered beside its one item: where overdue payment is reported.

    Raises ReadNeededError.
    """
    if not answer.sure or len(answer.items) != 1 or answer.items[0] not in unanswered_questions.BESIDE_ITEMS:
        return answer.text
    lines = [
        chat.parts.texts(
            "silence.officials_word",
            title=harmless(matter.title),
            text=harmless(matter.reply),
            agency=harmless(matter.agency),
            day=matter.answered_on,
            source=harmless(matter.source),
        )
        for matter in chat.setup.answers.lines_for(chat.tx, answer.items)
    ]
    return "\n".join([answer.text, *lines])


def note_unanswered(chat: Chat) -> None:
    """Save an unanswered question for the officials' list."""
    about = chat.parts.talk.silence(chat.said.raw)
    if about is not None:
        unanswered_questions.add_question(chat.tx, chat.person.id, chat.said.raw, about)
