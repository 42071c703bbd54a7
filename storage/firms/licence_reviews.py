"""Licence pictures sent for verification, from the message to the official's decision."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Index, LargeBinary, delete, func, insert, or_, select, update
from sqlmodel import Field

from storage.engine.columns import BigId, TableRow, UtcTime, table_of
from storage.engine.page import Page
from storage.engine.transactions import Tx
from storage.firms import verifications
from storage.firms.firms import FIRMS
from storage.people.roles import Place
from storage.roster.roster import ENTRIES

PAGE = 50
_LEASE = timedelta(minutes=3)


class LicenceReviewState(StrEnum):
    """A request's state. Only a waiting one has a picture to view and decide."""

    FETCHING = "fetching"
    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


class LicenceReviewRow(TableRow, table=True):
    """A picture sent for a firm. `due`: earliest time of the next download from the platform."""

    __tablename__ = "licence_review"
    __table_args__ = (Index(None, "state", "due"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    firm_id: int = Field(foreign_key="firm.id", sa_type=BigId, index=True)
    person_id: int = Field(foreign_key="person.id", sa_type=BigId, index=True)
    area: str | None = Field(default=None, max_length=16)
    state: str = Field(max_length=16)
    media_id: bytes
    asked: datetime = Field(sa_type=UtcTime)
    due: datetime = Field(sa_type=UtcTime)
    tries: int = 0
    decided: datetime | None = Field(default=None, sa_type=UtcTime)
    reason: bytes | None = None


class LicencePictureRow(TableRow, table=True):
    """A request's picture, re-encoded and sealed."""

    __tablename__ = "licence_picture"

    request_id: int = Field(foreign_key="licence_review.id", primary_key=True, sa_type=BigId)
    content: bytes = Field(sa_type=LargeBinary)
    kept: datetime = Field(sa_type=UtcTime)


REQUESTS = table_of(LicenceReviewRow)
PICTURES = table_of(LicencePictureRow)
_OPEN = REQUESTS.c.state.in_([LicenceReviewState.FETCHING.value, LicenceReviewState.WAITING.value])
_AREA = func.coalesce(ENTRIES.c.district, REQUESTS.c.area)


@dataclass(frozen=True, slots=True)
class LicenceReview:
    """A request with the reason if refused."""

    id: int
    firm_id: int
    person_id: int
    state: LicenceReviewState
    asked: datetime
    tries: int
    decided: datetime | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class LicenceFetch:
    """A picture to download from the platform now."""

    id: int
    media_id: str
    tries: int


@dataclass(frozen=True, slots=True)
class Queued:
    """A line of the review queue."""

    id: int
    firm_id: int
    name: str
    credit_code: str | None
    area: str | None
    asked: datetime
    state: LicenceReviewState


def add(tx: Tx, firm_id: int, person_id: int, media_id: str) -> int:
    """Save that this picture was sent, for download; return the request's id."""
    place = verifications.place_of(tx, firm_id)
    row = {
        "firm_id": firm_id,
        "person_id": person_id,
        "area": None if place is None else place.area,
        "state": LicenceReviewState.FETCHING.value,
        "media_id": tx.cipher.seal(media_id, "licence_review.media_id"),
        "asked": tx.now,
        "due": tx.now,
        "tries": 0,
    }
    return tx.add(REQUESTS, row)


def claim(tx: Tx, most: int) -> list[LicenceFetch]:
    """Claim pictures to download now for three minutes, counting a try for each."""
    due = select(REQUESTS.c.id).where(REQUESTS.c.state == LicenceReviewState.FETCHING.value, REQUESTS.c.due <= tx.now)
    ids = tx.execute(due.order_by(REQUESTS.c.due, REQUESTS.c.id).limit(most)).scalars().all()
    leased = update(REQUESTS).where(REQUESTS.c.id.in_(ids)).values(due=tx.now + _LEASE, tries=REQUESTS.c.tries + 1)
    rows = tx.execute(leased.returning(REQUESTS.c.id, REQUESTS.c.media_id, REQUESTS.c.tries)) if ids else ()
    return [LicenceFetch(row.id, tx.cipher.open(row.media_id, "licence_review.media_id"), row.tries) for row in rows]


def save_picture(tx: Tx, request_id: int, content: bytes) -> bool:
    """Save the downloaded picture, sealed; the request awaits an official. False if it is no longer open."""
    if not _move(tx, request_id, LicenceReviewState.FETCHING, LicenceReviewState.WAITING):
        return False
    sealed = tx.cipher.seal_bytes(content, _context(request_id))
    tx.execute(insert(PICTURES).values(request_id=request_id, content=sealed, kept=tx.now))
    return True


def picture(tx: Tx, request_id: int) -> bytes | None:
    """Return a request's picture, decrypted; None if there is none (any more)."""
    sealed = tx.execute(select(PICTURES.c.content).where(PICTURES.c.request_id == request_id)).scalar_one_or_none()
    return None if sealed is None else tx.cipher.open_bytes(sealed, _context(request_id))


def has_picture(tx: Tx, request_id: int) -> bool:
    """Tell whether this request has a viewable picture."""
    found = select(PICTURES.c.request_id).where(PICTURES.c.request_id == request_id)
    return tx.execute(found).scalar_one_or_none() is not None


def fail(tx: Tx, request_id: int) -> bool:
    """Mark the picture as unavailable or unreadable; False if it was not being downloaded."""
    return _move(tx, request_id, LicenceReviewState.FETCHING, LicenceReviewState.FAILED, decided=tx.now)


def decide(tx: Tx, request_id: int, state: LicenceReviewState, reason: str | None = None) -> bool:
    """Save an official's decision; False if it was no longer waiting."""
    sealed = None if reason is None else tx.cipher.seal(reason, "licence_review.reason")
    return _move(tx, request_id, LicenceReviewState.WAITING, state, decided=tx.now, reason=sealed)


def withdraw(tx: Tx, *, firm_id: int | None = None, person_id: int | None = None) -> None:
    """Withdraw the open requests of this firm or person and delete their pictures."""
    mine = REQUESTS.c.firm_id == firm_id if person_id is None else REQUESTS.c.person_id == person_id
    ids = tx.execute(select(REQUESTS.c.id).where(mine, _OPEN)).scalars().all()
    _drop_pictures(tx, ids)
    tx.execute(
        update(REQUESTS).where(REQUESTS.c.id.in_(ids)).values(state=LicenceReviewState.WITHDRAWN.value, decided=tx.now)
    )


def get(tx: Tx, request_id: int) -> LicenceReview | None:
    """Return the request with this id."""
    return tx.one(select(REQUESTS).where(REQUESTS.c.id == request_id), lambda row: _request(tx, row))


def open_of(tx: Tx, person_id: int) -> LicenceReview | None:
    """Return this person's undecided request."""
    mine = select(REQUESTS).where(REQUESTS.c.person_id == person_id, _OPEN).order_by(REQUESTS.c.id.desc()).limit(1)
    return tx.one(mine, lambda row: _request(tx, row))


def of_person(tx: Tx, person_id: int) -> list[LicenceReview]:
    """Return all of this person's requests, oldest first."""
    mine = select(REQUESTS).where(REQUESTS.c.person_id == person_id).order_by(REQUESTS.c.id)
    return [_request(tx, row) for row in tx.execute(mine)]


def count_since(tx: Tx, person_id: int, since: datetime) -> int:
    """Count the pictures this person has sent since then."""
    mine = select(func.count()).select_from(REQUESTS).where(REQUESTS.c.person_id == person_id, REQUESTS.c.asked > since)
    return int(tx.execute(mine).scalar_one())


def place_of(tx: Tx, request_id: int) -> Place | None:
    """Return the location of this request's firm; None if there is no such request."""
    firm_id = tx.execute(select(REQUESTS.c.firm_id).where(REQUESTS.c.id == request_id)).scalar_one_or_none()
    return None if firm_id is None else verifications.place_of(tx, firm_id)


def queue(tx: Tx, states: Iterable[LicenceReviewState], areas: frozenset[str] | None, page: int) -> Page[Queued]:
    """Return one page of requests in these states, longest waiting first, and the total."""
    joined = REQUESTS.join(FIRMS, REQUESTS.c.firm_id == FIRMS.c.id)
    joined = joined.outerjoin(ENTRIES, FIRMS.c.roster_id == ENTRIES.c.id)
    conditions: list[ColumnElement[bool]] = [REQUESTS.c.state.in_([state.value for state in states])]
    if areas is not None:
        conditions.append(or_(_AREA.in_(sorted(areas)), ENTRIES.c.zone.in_(sorted(areas))))
    firm = (REQUESTS.c.firm_id, FIRMS.c.name, FIRMS.c.credit_code, _AREA.label("area"))
    columns = (REQUESTS.c.id, *firm, REQUESTS.c.asked, REQUESTS.c.state)
    found = select(*columns).select_from(joined).where(*conditions).order_by(REQUESTS.c.asked, REQUESTS.c.id)
    return Page.of(
        tx, found, page, PAGE, lambda row: Queued(**{**row._mapping, "state": LicenceReviewState(row.state)})
    )


def drop_old_pictures(tx: Tx, days: int) -> int:
    """Delete pictures decided about so many days ago; return how many."""
    old = select(REQUESTS.c.id).where(REQUESTS.c.decided <= tx.now - timedelta(days=days))
    ids = tx.execute(select(PICTURES.c.request_id).where(PICTURES.c.request_id.in_(old)).limit(200)).scalars().all()
    return _drop_pictures(tx, ids)


def erase_person(tx: Tx, person_id: int) -> None:
    """Delete this person's requests (erasure)."""
    mine = select(REQUESTS.c.id).where(REQUESTS.c.person_id == person_id)
    tx.execute(delete(PICTURES).where(PICTURES.c.request_id.in_(mine)))
    tx.execute(delete(REQUESTS).where(REQUESTS.c.person_id == person_id))


def _drop_pictures(tx: Tx, ids: Iterable[int]) -> int:
    return tx.execute(delete(PICTURES).where(PICTURES.c.request_id.in_(list(ids)))).rowcount


def _move(tx: Tx, request_id: int, before: LicenceReviewState, after: LicenceReviewState, **values: Any) -> bool:
    mine = update(REQUESTS).where(REQUESTS.c.id == request_id, REQUESTS.c.state == before.value)
    return tx.execute(mine.values(state=after.value, **values)).rowcount == 1


def _request(tx: Tx, row: Any) -> LicenceReview:
    reason = None if row.reason is None else tx.cipher.open(row.reason, "licence_review.reason")
    return LicenceReview(
        row.id, row.firm_id, row.person_id, LicenceReviewState(row.state), row.asked, row.tries, row.decided, reason
    )


def _context(request_id: int) -> str:
    return f"licence_picture.content:{request_id}"
