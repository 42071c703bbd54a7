"""Questions the policy leaves open: collected, put to an agency, answered, sent to the askers, withdrawn."""

from collections.abc import Collection
from datetime import date

from bot.services.people import four_eyes
from config.calendar import midnight, shanghai_day
from config.errors import ConflictError, InputError, required
from config.markup import harmless
from config.texts import Texts
from config.topics import NoticeTopic
from matchmaking.questions.masking import masked
from storage.audit import audit
from storage.engine.transactions import Tx
from storage.notices import outbox
from storage.policy import agency_questions, unanswered_questions
from storage.policy.agency_questions import AgencyQuestionState, Matter

LONGEST_QUESTION = 200
LONGEST_TITLE = 100
LONGEST_REPLY = 400
LONGEST_SOURCE = 120
LONGEST_AGENCY = 40
# Askers are notified in small batches: other messages wait for the same writer.
TOLD_AT_ONCE = 10
TOPIC = NoticeTopic.ANSWER
# Items whose answers officials may annotate: where overdue payment is officially reported.
BESIDE_ITEMS = ("15.1",)


def add_question(tx: Tx, person_id: int, typed: str, about: str) -> None:
    """Add this question to the list, with identifying numbers masked."""
    text = masked(typed.strip()[: 5 * LONGEST_QUESTION])[:LONGEST_QUESTION]
    if text:
        unanswered_questions.save(tx, person_id, text, about, shanghai_day(tx.now))


def group(tx: Tx, ids: Collection[int], title: str, about: str) -> int:
    """Group these questions under this wording; return the group's id. Raises InputError, ConflictError."""
    title = _held(masked(" ".join(title.split())), LONGEST_TITLE, InputError("silence_title_wrong", most=LONGEST_TITLE))
    matter_id = agency_questions.add(tx, title, about)
    if not unanswered_questions.assign(tx, ids, matter_id):
        raise ConflictError("silence_gone")
    audit.record(tx, "gather_questions", f"matter:{matter_id}", {"title": title})
    return matter_id


def start_note(tx: Tx, item: str, title: str) -> int:
    """Start an official note shown beside every answer about this item; return its id.

    It is entered with source and day and approved by a second official like any reply. Raises InputError.
    """
    if item not in BESIDE_ITEMS:
        raise InputError("item_unknown", item=item[:12])
    title = _held(title, LONGEST_TITLE, InputError("silence_title_wrong", most=LONGEST_TITLE))
    matter_id = agency_questions.add(tx, title, agency_questions.BESIDE + item)
    audit.record(tx, "stand_beside", f"matter:{matter_id}", {"title": title})
    return matter_id


def join(tx: Tx, matter_id: int, ids: Collection[int]) -> None:
    """Add these questions to an existing group. Raises ConflictError if they are gone."""
    matter = _get(tx, matter_id)
    if matter.state == AgencyQuestionState.WITHDRAWN or not unanswered_questions.assign(tx, ids, matter_id):
        raise ConflictError("silence_gone")
    # The group's phrasings changed, and with them what the bot can answer.
    agency_questions.change(tx, matter_id, matter.state)
    audit.record(tx, "join_questions", f"matter:{matter_id}")


def drop(tx: Tx, ids: Collection[int]) -> None:
    """Remove these questions as unanswerable."""
    if not unanswered_questions.drop(tx, ids):
        raise ConflictError("silence_gone")
    audit.record(tx, "drop_questions", "silence")


def mark_asked(tx: Tx, matter_id: int, agency: str, day: date | None) -> None:
    """Record which agency was asked and when. Raises InputError, ConflictError."""
    matter = _get(tx, matter_id)
    _require(matter.state in (AgencyQuestionState.OPEN, AgencyQuestionState.ASKED))
    agency = _held(agency, LONGEST_AGENCY, InputError("silence_agency_wrong", most=LONGEST_AGENCY))
    agency_questions.change(tx, matter_id, AgencyQuestionState.ASKED, agency=agency, asked_on=_past(tx, day))
    audit.record(tx, "ask_agency", f"matter:{matter_id}", {"agency": agency})


def answer(tx: Tx, actor_id: int, matter_id: int, reply: str, source: str, day: date | None) -> None:
    """Save the agency's reply with source and day; it is sent only after another official approves it.

    Raises InputError, ConflictError.
    """
    matter = _get(tx, matter_id)
    _require(matter.state in (AgencyQuestionState.ASKED, AgencyQuestionState.ANSWERED, AgencyQuestionState.WITHDRAWN))
    reply = _held(reply, LONGEST_REPLY, InputError("silence_reply_wrong", most=LONGEST_REPLY))
    source = _held(source, LONGEST_SOURCE, InputError("silence_source_wrong", most=LONGEST_SOURCE))
    agency_questions.change(
        tx,
        matter_id,
        AgencyQuestionState.ANSWERED,
        reply=reply,
        source=source,
        answered_on=_past(tx, day),
        written_by=actor_id,
        approved_by=None,
    )
    audit.record(tx, "enter_reply", f"matter:{matter_id}", {"reply": reply, "source": source})


def approve(tx: Tx, actor_id: int, matter_id: int, edition: int) -> None:
    """Publish this reply on every node and notify the askers.

    `edition`: what the approver read, so that nobody approves a text changed meanwhile. Raises ConflictError, also for
    whoever entered it.
    """
    matter = _get(tx, matter_id)
    _require(matter.state == AgencyQuestionState.ANSWERED and reading(matter) == edition)
    if not may_approve(tx, actor_id, matter):
        raise ConflictError("silence_same_person")
    unanswered_questions.mark_notified(tx, matter_id, None, is_told=False)
    agency_questions.change(
        tx, matter_id, AgencyQuestionState.PUBLISHED, approved_by=actor_id, edition=matter.edition + 1
    )
    audit.record(tx, "publish_reply", f"matter:{matter_id}", {"reply": matter.reply})


def may_approve(tx: Tx, person_id: int, matter: Matter) -> bool:
    """Return whether this person is independent of whoever entered the reply.

    It was entered on the day of the agency's reply or later, so the check looks back to that day.
    """
    since = matter.changed if matter.answered_on is None else midnight(matter.answered_on)
    return matter.written_by is None or four_eyes.is_other(tx, person_id, [matter.written_by], since)


def withdraw(tx: Tx, matter_id: int) -> None:
    """Withdraw this reply and notify those who received it. Raises ConflictError."""
    matter = _get(tx, matter_id)
    _require(matter.state in (AgencyQuestionState.ANSWERED, AgencyQuestionState.PUBLISHED))
    agency_questions.change(tx, matter_id, AgencyQuestionState.WITHDRAWN)
    audit.record(tx, "withdraw_reply", f"matter:{matter_id}")


def notify_some(tx: Tx, texts: Texts) -> None:
    """Plan the next few notices of published or withdrawn answers; a tick calls this until none is left."""
    for matter_id, person_id, was_told in unanswered_questions.to_notify(tx, TOLD_AT_ONCE):
        _tell(tx, texts, _get(tx, matter_id), person_id)
        unanswered_questions.mark_notified(tx, matter_id, person_id, is_told=not was_told)


def reading(matter: Matter) -> int:
    """Return a number that changes whenever the group does."""
    return int(matter.changed.timestamp() * 1_000_000)


def _tell(tx: Tx, texts: Texts, matter: Matter, person_id: int) -> None:
    key = f"answer:{matter.id}:{matter.edition}"
    if matter.state == AgencyQuestionState.PUBLISHED:
        text = texts("silence.told", title=harmless(matter.title), answer=reply_text(texts, matter))
        outbox.plan(tx, key=key, person_id=person_id, topic=TOPIC, text=text)
    elif not outbox.take_back(tx, key=key, person_id=person_id):
        text = texts("silence.told_withdrawn", title=harmless(matter.title))
        outbox.plan(tx, key=f"{key}:withdrawn", person_id=person_id, topic=TOPIC, text=text)


def reply_text(texts: Texts, matter: Matter) -> str:
    """Return the reply as shown: whose, from which day, from which source."""
    agency, reply, source = (harmless(words) for words in (matter.agency, matter.reply, matter.source))
    return texts("silence.answer", agency=agency, day=matter.answered_on, text=reply, source=source)


def _get(tx: Tx, matter_id: int) -> Matter:
    return required(agency_questions.get(tx, matter_id), ConflictError("silence_gone"))


def _require(fits: bool) -> None:
    if not fits:
        raise ConflictError("silence_changed")


def _held(text: str, longest: int, error: InputError) -> str:
    kept = text.strip().replace("\r\n", "\n")
    if not kept or len(kept) > longest:
        raise error
    return kept


def _past(tx: Tx, day: date | None) -> date:
    if day is None or day > shanghai_day(tx.now):
        raise InputError("silence_day_wrong")
    return day
