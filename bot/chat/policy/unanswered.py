"""Questions that the policy's text leaves open: an agency's published reply is given, what has none is kept."""

from bot.answers.policy_answers import Answer
from bot.chat.context import Chat
from bot.live.agency_answers import AnswerBook
from bot.services.policy import unanswered_questions
from config.markup import harmless


def published(chat: Chat, book: AnswerBook, typed: str, answer: Answer) -> str | None:
    """The reply that an agency has given to this very question, above what the policy says of it; None without one.

    What the policy answers for sure is never looked up. Raises NeedsFirstError.
    """
    about = chat.parts.talk.silence(typed)
    if about is None:
        return None
    matter = book.find(chat.tx, typed, about)
    if matter is None:
        return None
    said = unanswered_questions.said(chat.parts.texts, matter)
    return chat.parts.texts("silence.beside", answer=said, said=answer.text) if answer.sure else said


def with_officials_word(chat: Chat, book: AnswerBook, answer: Answer) -> str:
    """The answer, and under it what officials have entered beside its one item: where overdue payment is reported.

    Raises NeedsFirstError.
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
        for matter in book.beside(chat.tx, answer.items)
    ]
    return "\n".join([answer.text, *lines])


def note(chat: Chat, typed: str) -> None:
    """Keep what was not answered, for the officials' list."""
    about = chat.parts.talk.silence(typed)
    if about is not None:
        unanswered_questions.hear(chat.tx, chat.person.id, typed, about)
