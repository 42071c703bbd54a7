"""What somebody had typed when their session was over: kept sealed for a day, shown again to them alone."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select
from sqlmodel import Field

from storage.engine.columns import BigId, Row, UtcTime, table_of
from storage.engine.transactions import Tx

KEPT = timedelta(hours=24)
MOST_OF_PERSON = 5


class KeptFormRow(Row, table=True):
    """One form of a person by the address that it was sent to; `face`: at the desk, or on the phone."""

    __tablename__ = "kept_form"

    person_id: int = Field(foreign_key="person.id", primary_key=True, sa_type=BigId)
    face: str = Field(primary_key=True, max_length=8)
    mark: str = Field(primary_key=True, max_length=32)
    sealed: bytes
    at: datetime = Field(sa_type=UtcTime, index=True)


KEPT_FORMS = table_of(KeptFormRow)


@dataclass(frozen=True, slots=True)
class KeptForm:
    """What was typed, as JSON, and when it was sent."""

    text: str
    at: datetime


def keep(tx: Tx, person_id: int, face: str, path: str, text: str) -> None:
    """Keep what this person typed into the form for this address, in the place of what was kept of it before."""
    drop(tx, person_id, face, path)
    sealed = tx.cipher.seal(text, _context(person_id, face))
    row = {"person_id": person_id, "face": face, "mark": _mark(tx, path), "sealed": sealed, "at": tx.now}
    tx.execute(insert(KEPT_FORMS).values(row))
    mine = KEPT_FORMS.c.person_id == person_id
    newest = tx.execute(select(KEPT_FORMS.c.at).where(mine).order_by(KEPT_FORMS.c.at.desc()).limit(MOST_OF_PERSON))
    tx.execute(delete(KEPT_FORMS).where(mine, KEPT_FORMS.c.at < min(row.at for row in newest)))


def latest(tx: Tx, person_id: int, face: str) -> KeptForm | None:
    """Return what this person typed last and could not hand in."""
    mine = (KEPT_FORMS.c.person_id == person_id, KEPT_FORMS.c.face == face, KEPT_FORMS.c.at > tx.now - KEPT)
    found = select(KEPT_FORMS.c.sealed, KEPT_FORMS.c.at).where(*mine).order_by(KEPT_FORMS.c.at.desc()).limit(1)
    row = tx.execute(found).one_or_none()
    return None if row is None else KeptForm(tx.cipher.open(row.sealed, _context(person_id, face)), row.at)


def count(tx: Tx, person_id: int, face: str) -> int:
    """Return how many forms are kept for this person."""
    mine = (KEPT_FORMS.c.person_id == person_id, KEPT_FORMS.c.face == face, KEPT_FORMS.c.at > tx.now - KEPT)
    return int(tx.execute(select(func.count()).select_from(KEPT_FORMS).where(*mine)).scalar_one())


def drop(tx: Tx, person_id: int, face: str, path: str) -> bool:
    """Forget what was kept for this address; False where there is nothing."""
    mine = (KEPT_FORMS.c.person_id == person_id, KEPT_FORMS.c.face == face, KEPT_FORMS.c.mark == _mark(tx, path))
    return bool(tx.execute(delete(KEPT_FORMS).where(*mine)).rowcount)


def forget(tx: Tx, person_id: int) -> None:
    """Forget everything that was kept for this person, who has left."""
    tx.execute(delete(KEPT_FORMS).where(KEPT_FORMS.c.person_id == person_id))


def tidy(tx: Tx) -> None:
    """Remove what is older than KEPT."""
    tx.execute(delete(KEPT_FORMS).where(KEPT_FORMS.c.at <= tx.now - KEPT))


def _context(person_id: int, face: str) -> str:
    return f"kept_form:{face}:{person_id}"


def _mark(tx: Tx, path: str) -> str:
    return tx.cipher.fingerprint(path, "kept_form.path")
