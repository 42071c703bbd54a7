"""Questions and answers are published to all; an amendment makes a new version; too few bids allow one extension."""

from collections.abc import Collection
from datetime import datetime

from config.calendar import SHANGHAI, shanghai_day
from config.errors import ConflictError, InputError
from config.markup import harmless
from config.texts import Texts
from config.topics import NoticeTopic
from notifications import cards
from storage.audit import audit
from storage.challenges import bids, challenges, records
from storage.challenges.challenges import Challenge, Stage
from storage.engine.transactions import Tx
from storage.notices import outbox
from storage.people import allowances, people, roles
from storage.people.roles import RoleKind

LONGEST = 500
LONGEST_ANSWER = 2 * LONGEST
MOST_QUESTIONS = 10


def ask(tx: Tx, person_id: int, firm_id: int, challenge_id: int, question: str, texts: Texts) -> None:
    """Ask a question for a firm; the asker is recorded but never shown. Raises if bids are no longer accepted, or if
    this person reached the daily limit of questions to this poster, across firms.
    """
    found = _taking(tx, challenge_id)
    mine = [one for one in records.listed(tx, challenge_id, "question") if one.firm_id == firm_id]
    if not question.strip():
        raise InputError("form_empty").at("question")
    if len(question) > LONGEST:
        raise InputError("form_text_long", length=len(question), most=LONGEST).at("question")
    if len(mine) >= MOST_QUESTIONS:
        raise InputError("challenge_asked_enough", most=MOST_QUESTIONS)
    what = f"question:{found.firm_id}"
    if allowances.used(tx, person_id, what) >= MOST_QUESTIONS:
        raise InputError("challenge_asked_enough", most=MOST_QUESTIONS)
    allowances.use(tx, person_id, what)
    data = {"question": question.strip()}
    record_id = records.add(tx, challenge_id, "question", person_id, data, firm_id)
    notice = texts("challenges.notice_question", title=harmless(found.title))
    notify_poster(tx, challenge_id, f"challenge:{challenge_id}:question:{record_id}", notice)
    audit.record(tx, "challenge.ask", f"challenge:{found.id}")


def answer(tx: Tx, person_id: int, challenge_id: int, question_id: int, text: str, texts: Texts) -> None:
    """Answer a question: both appear on the public page; bidders and askers are notified."""
    found = _taking(tx, challenge_id)
    asked = {one.id: one for one in records.listed(tx, challenge_id, "question")}
    if question_id not in asked:
        raise InputError("form_wrong")
    if not text.strip() or len(text) > 2 * LONGEST:
        raise InputError("challenge_needs_reason").at("answer")
    data = {"of": question_id, "question": asked[question_id].data["question"], "answer": text.strip()}
    record_id = records.add(tx, challenge_id, "answer", person_id, data)
    notice = texts("challenges.notice_answer", title=harmless(found.title))
    notify_firms(tx, challenge_id, f"challenge:{challenge_id}:answer:{record_id}", notice)
    audit.record(tx, "challenge.answer", f"challenge:{challenge_id}")


def amend(tx: Tx, person_id: int, challenge_id: int, what: str, until: datetime | None, texts: Texts) -> None:
    """Announce a change as a new version, with a later deadline if bidders need time.

    Raises InputError if the deadline would move earlier.
    """
    found = _taking(tx, challenge_id)
    if not what.strip() or len(what) > 2 * LONGEST:
        raise InputError("challenge_needs_reason").at("what")
    values: dict[str, object] = {"version": found.version + 1}
    deadline = found.deadline
    if until is not None and until != found.deadline:
        if deadline is None or until < deadline:
            raise InputError("challenge_nearer").at("until")
        values["deadline"] = deadline = until
    challenges.put(tx, challenge_id, values)
    data = {"version": found.version + 1, "what": what.strip(), "deadline": str(deadline)}
    records.add(tx, challenge_id, "amendment", person_id, data)
    notice = texts(
        "challenges.notice_amended",
        title=harmless(found.title),
        version=found.version + 1,
        deadline=f"{deadline.astimezone(SHANGHAI):%m-%d %H:%M}" if deadline else "",
    )
    notify_firms(tx, challenge_id, f"challenge:{challenge_id}:version:{found.version + 1}", notice)
    audit.record(tx, "challenge.amend", f"challenge:{challenge_id}")


def extend(tx: Tx, person_id: int, challenge_id: int, until: datetime | None, texts: Texts) -> None:
    """Extend the deadline because too few bids came; once, before any is opened.

    The count is known only after the deadline. Raises ConflictError before it or after opening, InputError if there are
    enough, if it was extended before, or if the day is not later.
    """
    found, key = challenges.get(tx, challenge_id), bids.key(tx, challenge_id)
    if found is None or found.at(tx.now) != Stage.CLOSED or (key is not None and key.opened is not None):
        raise ConflictError("challenge_stage")
    if found.extended or until is None or until <= tx.now or bids.count(tx, challenge_id) >= found.least:
        raise InputError("challenge_extended").at("until")
    challenges.put(tx, challenge_id, {"deadline": until, "extended": True})
    records.add(tx, challenge_id, "extension", person_id, {"deadline": str(until)})
    day = f"{until.astimezone(SHANGHAI):%m-%d %H:%M}"
    notice = texts("challenges.notice_extended", title=harmless(found.title), deadline=day)
    notify_firms(tx, challenge_id, f"challenge:{challenge_id}:extended", notice)
    audit.record(tx, "challenge.extend", f"challenge:{challenge_id}")


def notify_firms(tx: Tx, challenge_id: int, key: str, text: str) -> None:
    """Notify the firms that bid or asked here."""
    asked = records.listed(tx, challenge_id, "question")
    concerned = {bid.firm_id for bid in bids.of_challenge(tx, challenge_id)} | {one.firm_id for one in asked}
    for firm_id in sorted(firm_id for firm_id in concerned if firm_id is not None):
        notify_firm(tx, firm_id, key, text, NoticeTopic.BID)


def notify_end(tx: Tx, challenge_id: int, stage: Stage, reason: str, texts: Texts) -> None:
    """Notify the firms that bid or asked here that it ended without a choice: withdrawn or without a result."""
    found = challenges.get(tx, challenge_id)
    if found is not None:
        text = texts(f"challenges.notice_{stage}", title=harmless(found.title), reason=harmless(reason))
        notify_firms(tx, challenge_id, f"challenge:{challenge_id}:{stage}", text)


def notify_firm(tx: Tx, firm_id: int, key: str, text: str, topic: NoticeTopic = NoticeTopic.CHALLENGE) -> None:
    """Notify everybody who represents this firm now, not those who did when it acted."""
    notify_persons(tx, people.of_firm(tx, firm_id), key, text, firm_id, topic)


def notify_poster(tx: Tx, challenge_id: int, key: str, text: str) -> None:
    """Notify whoever drafted the challenge while they still post for its firm; else those who do."""
    found = challenges.get(tx, challenge_id)
    if found is None:
        return
    drafted, day = challenges.made_by(tx, challenge_id), shanghai_day(tx.now)
    posting = [*roles.holders(tx, RoleKind.SOE_POSTER, found.firm_id, day)]
    speaking = posting or roles.holders(tx, RoleKind.SOE_APPROVER, found.firm_id, day)
    notify_persons(tx, [drafted] if drafted in posting else speaking, key, text)


def notify_step(tx: Tx, challenge_id: int, reason: str, texts: Texts) -> None:
    """Notify the drafter that officials published it or sent it back."""
    found = challenges.get(tx, challenge_id)
    if found is None or found.stage not in (Stage.PUBLISHED, Stage.RETURNED):
        return
    title = harmless(found.title)
    if found.stage == Stage.PUBLISHED:
        text = texts("challenges.notice_published", title=title)
    else:
        text = texts("challenges.notice_returned", title=title, reason=harmless(reason))
    steps = len(records.listed(tx, challenge_id, "step"))
    notify_poster(tx, challenge_id, f"challenge:{challenge_id}:step:{steps}", text)


def notify_persons(
    tx: Tx,
    person_ids: Collection[int],
    key: str,
    text: str,
    firm_id: int | None = None,
    topic: NoticeTopic = NoticeTopic.CHALLENGE,
) -> None:
    """Notify these people if still present; `firm_id`: only while they belong to this firm."""
    card = cards.news(text, tx.now)
    for person_id in sorted(person_ids):
        if people.is_here(tx, person_id):
            outbox.plan(tx, key=key, person_id=person_id, topic=topic, text=text, card=card, firm_id=firm_id)


def _taking(tx: Tx, challenge_id: int) -> Challenge:
    found = challenges.get(tx, challenge_id)
    if found is None or found.at(tx.now) != Stage.PUBLISHED:
        raise ConflictError("challenge_stage")
    return found
