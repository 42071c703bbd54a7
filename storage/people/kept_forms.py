"""Form input of an expired session: sealed for a day, shown again only to its author."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select
from sqlmodel import Field

from storage.engine.columns import BigId, TableRow, UtcTime, table_of
from storage.engine.transactions import Tx

KEPT = timedelta(hours=24)
MOST_OF_PERSON = 5


class KeptFormRow(TableRow, table=True):
    """One form by the address it was sent to; `face`: console or phone."""

    __tablename__ = "kept_form"

    person_id: int = Field(foreign_key="person.id", primary_key=True, sa_type=BigId)
    face: str = Field(primary_key=True, max_length=8)
    mark: str = Field(primary_key=True, max_length=32)
    sealed: bytes
    at: datetime = Field(sa_type=UtcTime, index=True)


KEPT_FORMS = table_of(KeptFormRow)


@dataclass(frozen=True, slots=True)
class KeptForm:
    """The input as JSON, and when it was sent."""

    text: str
    at: datetime


def save(tx: Tx, person_id: int, face: str, path: str, text: str) -> None:
    """Save this person's input for this address, replacing earlier input."""
    drop(tx, person_id, face, path)
    sealed = tx.cipher.seal(text, _context(person_id, face))
    row = {"person_id": person_id, "face": face, "mark": _mark(tx, path), "sealed": sealed, "at": tx.now}
    tx.execute(insert(KEPT_FORMS).values(row))
    mine = KEPT_FORMS.c.person_id == person_id
    newest = tx.execute(select(KEPT_FORMS.c.at).where(mine).order_by(KEPT_FORMS.c.at.desc()).limit(MOST_OF_PERSON))
    tx.execute(delete(KEPT_FORMS).where(mine, KEPT_FORMS.c.at < min(row.at for row in newest)))


def latest(tx: Tx, person_id: int, face: str) -> KeptForm | None:
    """Return this person's last unsubmitted input."""
    mine = (KEPT_FORMS.c.person_id == person_id, KEPT_FORMS.c.face == face, KEPT_FORMS.c.at > tx.now - KEPT)
    found = select(KEPT_FORMS.c.sealed, KEPT_FORMS.c.at).where(*mine).order_by(KEPT_FORMS.c.at.desc()).limit(1)
    return tx.one(found, lambda row: KeptForm(tx.cipher.open(row.sealed, _context(person_id, face)), row.at))


def count(tx: Tx, person_id: int, face: str) -> int:
    """Count the saved forms of this person."""
    mine = (KEPT_FORMS.c.person_id == person_id, KEPT_FORMS.c.face == face, KEPT_FORMS.c.at > tx.now - KEPT)
    return int(tx.execute(select(func.count()).select_from(KEPT_FORMS).where(*mine)).scalar_one())


def drop(tx: Tx, person_id: int, face: str, path: str) -> bool:
    """Delete the input saved for this address; False if there is none."""
    mine = (KEPT_FORMS.c.person_id == person_id, KEPT_FORMS.c.face == face, KEPT_FORMS.c.mark == _mark(tx, path))
    return bool(tx.execute(delete(KEPT_FORMS).where(*mine)).rowcount)


def tidy(tx: Tx) -> None:
    """Delete what is older than KEPT."""
    tx.execute(delete(KEPT_FORMS).where(KEPT_FORMS.c.at <= tx.now - KEPT))


def _context(person_id: int, face: str) -> str:
    return f"kept_form:{face}:{person_id}"


def _mark(tx: Tx, path: str) -> str:
    return tx.cipher.fingerprint(path, "kept_form.path")
