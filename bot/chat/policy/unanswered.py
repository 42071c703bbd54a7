"""Questions that the policy's text leaves open: an agency's published reply is given, what has none is kept."""

from bot.answers.policy_answers import Answer
from bot.chat.context import Chat
from bot.services.policy import unanswered_questions
from config.markup import harmless


def published(chat: Chat, answer: Answer) -> str | None:
    """The reply that an agency has given to this very question, above what the policy says of it; None without one.

    What the policy answers for sure is never looked up. Raises ReadNeededError.
    """
    about = chat.parts.talk.silence(chat.said.raw)
    if about is None:
        return None
    matter = chat.setup.answers.find(chat.tx, chat.said.raw, about)
    if matter is None:
        return None
    said = unanswered_questions.said(chat.parts.texts, matter)
    return chat.parts.texts("silence.beside", answer=said, said=answer.text) if answer.sure else said


def with_officials_word(chat: Chat, answer: Answer) -> str:
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
        for matter in chat.setup.answers.beside(chat.tx, answer.items)
    ]
    return "\n".join([answer.text, *lines])


def note(chat: Chat) -> None:
    """Keep what was not answered, for the officials' list."""
    about = chat.parts.talk.silence(chat.said.raw)
    if about is not None:
        unanswered_questions.hear(chat.tx, chat.person.id, chat.said.raw, about)
