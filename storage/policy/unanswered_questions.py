"""Unanswered questions, which the policy leaves open or the bot missed, sealed, with whom to notify."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Date,
    LargeBinary,
    String,
    bindparam,
    cast,
    delete,
    func,
    literal,
    literal_column,
    or_,
    select,
    update,
)
from sqlmodel import Field

from storage.engine.columns import BigId, TableRow, UtcTime, table_of
from storage.engine.transactions import INSERTS, Tx
from storage.policy.agency_questions import MATTERS, AgencyQuestionState

# Limits so that one person cannot displace others' questions; above the second the oldest go (the page says so).
MOST_A_DAY = 20
MOST_KEPT = 5000
# Older askers are no longer notified, and their link is deleted.
LINK_KEPT = timedelta(days=180)
TIDY_ROWS = 200


class UnansweredQuestionRow(TableRow, table=True):
    """A question asked on a day. `matter_id`: the agency question it became part of.

    `key`: HMAC of person, day and text: the same question counts once a day.
    """

    __tablename__ = "unanswered_question"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    key: str = Field(unique=True, max_length=40)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True, sa_type=BigId)
    about: str = Field(max_length=60)
    text: bytes
    day: date = Field(sa_type=Date)
    asked: datetime = Field(sa_type=UtcTime)
    matter_id: int | None = Field(default=None, foreign_key="agency_question.id", index=True, sa_type=BigId)
    is_told: bool = False


SILENCE = table_of(UnansweredQuestionRow)
_COLUMNS = ("key", "person_id", "about", "text", "day", "asked", "is_told")
_TODAY = (
    select(func.count())
    .select_from(SILENCE)
    .where(SILENCE.c.person_id == bindparam("person_"), SILENCE.c.day == bindparam("day_"))
    .scalar_subquery()
)
_NEW = select(
    bindparam("key_", type_=String),
    bindparam("person_", type_=BigInteger),
    bindparam("about_", type_=String),
    bindparam("text_", type_=LargeBinary),
    bindparam("day_", type_=Date),
    bindparam("asked_", type_=SILENCE.c.asked.type),
    literal_column("false"),
).where(_TODAY < MOST_A_DAY)
_KEEP = {
    store: insert(SILENCE).from_select(_COLUMNS, _NEW).on_conflict_do_nothing(index_elements=["key"])
    for store, insert in INSERTS.items()
}
_WAITING = SILENCE.c.matter_id.is_(None)
_UNLINKED = {"person_id": None, "key": literal("gone:").concat(cast(SILENCE.c.id, String))}
_PUBLISHED = (MATTERS.c.state == AgencyQuestionState.PUBLISHED.value) & SILENCE.c.is_told.is_(False)
_WITHDRAWN = (MATTERS.c.state == AgencyQuestionState.WITHDRAWN.value) & SILENCE.c.is_told.is_(True)
_TO_BE_TOLD = (
    select(SILENCE.c.matter_id, SILENCE.c.person_id, SILENCE.c.is_told)
    .distinct()
    .join(MATTERS, MATTERS.c.id == SILENCE.c.matter_id)
    .where(SILENCE.c.person_id.is_not(None), or_(_PUBLISHED, _WITHDRAWN))
    .order_by(SILENCE.c.matter_id, SILENCE.c.person_id)
    .limit(bindparam("most_"))
)


@dataclass(frozen=True, slots=True)
class Question:
    """A stored question, without its asker."""

    id: int
    text: str
    about: str
    day: date


def save(tx: Tx, person_id: int, text: str, about: str, day: date) -> None:
    """Save this person's question: one insert, skipped if repeated today or over the limit."""
    row = {
        "key_": tx.cipher.fingerprint(f"{person_id}\x1f{day}\x1f{text}", "unanswered_question.key"),
        "person_": person_id,
        "about_": about,
        "text_": tx.cipher.seal(text, "unanswered_question.text"),
        "day_": day,
        "asked_": tx.now,
    }
    tx.execute(_KEEP[tx.connection.dialect.name], row)


def waiting(tx: Tx) -> list[Question]:
    """Return the questions not grouped yet, oldest first."""
    return _read(tx, _WAITING)


def of_matter(tx: Tx, matter_id: int) -> list[Question]:
    """Return the questions of this agency question, oldest first."""
    return _read(tx, SILENCE.c.matter_id == matter_id)


def of_person(tx: Tx, person_id: int) -> list[Question]:
    """Return the questions still linked to this person, oldest first."""
    return _read(tx, SILENCE.c.person_id == person_id)


def counts(tx: Tx) -> dict[int, int]:
    """Count how often each agency question was asked."""
    counted = select(SILENCE.c.matter_id, func.count().label("rows")).where(~_WAITING).group_by(SILENCE.c.matter_id)
    return {row.matter_id: row.rows for row in tx.execute(counted)}


def assign(tx: Tx, ids: Collection[int], matter_id: int) -> int:
    """Assign these waiting questions to this agency question; return how many."""
    mine = SILENCE.c.id.in_(sorted(ids)) & _WAITING
    return tx.execute(update(SILENCE).where(mine).values(matter_id=matter_id)).rowcount


def drop(tx: Tx, ids: Collection[int]) -> int:
    """Delete these waiting questions; return how many."""
    return tx.execute(delete(SILENCE).where(SILENCE.c.id.in_(sorted(ids)) & _WAITING)).rowcount


def to_notify(tx: Tx, most: int) -> list[tuple[int, int, bool]]:
    """Return (agency question, person, whether they got the reply) to notify of its publication or withdrawal."""
    return [(row.matter_id, row.person_id, row.is_told) for row in tx.execute(_TO_BE_TOLD, {"most_": most})]


def mark_notified(tx: Tx, matter_id: int, person_id: int | None, *, is_told: bool) -> None:
    """Mark this person (None: everybody) as having, or not having, the reply."""
    mine = SILENCE.c.matter_id == matter_id
    if person_id is not None:
        mine &= SILENCE.c.person_id == person_id
    tx.execute(update(SILENCE).where(mine).values(is_told=is_told))


def erase_person(tx: Tx, person_id: int) -> None:
    """Detach this person (erasure); the question stays, and nothing can confirm whose it was."""
    tx.execute(update(SILENCE).where(SILENCE.c.person_id == person_id).values(_UNLINKED))


def tidy(tx: Tx) -> int:
    """Detach links older than half a year; delete the oldest waiting questions above the limit.

    In batches; returns how many rows changed.
    """
    old = select(SILENCE.c.id).where(SILENCE.c.person_id.is_not(None), SILENCE.c.asked < tx.now - LINK_KEPT)
    cut = tx.execute(update(SILENCE).where(SILENCE.c.id.in_(old.limit(TIDY_ROWS))).values(_UNLINKED)).rowcount
    over = tx.execute(select(func.count()).select_from(SILENCE).where(_WAITING)).scalar_one() - MOST_KEPT
    if over <= 0:
        return cut
    oldest = select(SILENCE.c.id).where(_WAITING).order_by(SILENCE.c.id).limit(min(over, TIDY_ROWS))
    return cut + tx.execute(delete(SILENCE).where(SILENCE.c.id.in_(oldest))).rowcount


def _read(tx: Tx, condition: object) -> list[Question]:
    found = select(SILENCE.c.id, SILENCE.c.text, SILENCE.c.about, SILENCE.c.day).where(condition)  # type: ignore[arg-type]
    return [
        Question(row.id, tx.cipher.open(row.text, "unanswered_question.text"), row.about, row.day)
        for row in tx.execute(found.order_by(SILENCE.c.id))
    ]
