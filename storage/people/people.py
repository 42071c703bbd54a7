"""The people who write to us: found by a keyed mark of their openid; openid and contact are kept sealed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, or_, select, update
from sqlmodel import Field

from storage.engine.columns import BigId, Row, UtcTime, table_of
from storage.engine.transactions import Tx


class Person(Row, table=True):
    """A follower. Erased whole on unfollowing; the firm stays."""

    __tablename__ = "person"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    mark: str = Field(unique=True, max_length=32)
    openid: bytes
    firm_id: int | None = Field(default=None, foreign_key="firm.id", index=True, sa_type=BigId)
    privacy_version: str | None = Field(default=None, max_length=16)
    privacy_agreed: datetime | None = Field(default=None, sa_type=UtcTime)
    contact_name: bytes | None = None
    contact_phone: bytes | None = None
    met: datetime = Field(sa_type=UtcTime)
    # By the platform's clock, in seconds since 1970: when they followed last, or wrote first.
    followed: int | None = Field(default=None, sa_type=BigId)
    # The platform's window for messages to them, kept by storage/chat/reply_windows.py.
    window_until: datetime | None = Field(default=None, sa_type=UtcTime)
    window_left: int | None = None
    # The platform's code for why nothing pushed reaches them; over once they write or follow.
    unreachable: str | None = Field(default=None, max_length=16)


PEOPLE = table_of(Person)
_FIND = select(PEOPLE.c.id, PEOPLE.c.firm_id, PEOPLE.c.privacy_version).where(PEOPLE.c.mark == bindparam("mark_"))


@dataclass(frozen=True, slots=True)
class Known:
    """What a journey needs of a person; contact fields stay sealed until asked for."""

    id: int
    firm_id: int | None
    privacy_version: str | None


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to call, as that person gave it after agreeing to the privacy notice."""

    name: str
    phone: str


def mark_of(tx: Tx, openid: str) -> str:
    """The keyed mark by which a person is found without the openid standing in the clear."""
    return tx.cipher.fingerprint(openid, "person.openid")


def exposed_name(openid: str) -> str:
    """Under which name something is kept for whoever claims this openid in a push that proves nothing."""
    return f"exposed:{openid}"


def find(tx: Tx, openid: str) -> Known | None:
    """The person behind this openid, if we have met."""
    row = tx.execute(_FIND, {"mark_": mark_of(tx, openid)}).one_or_none()
    return None if row is None else Known(row.id, row.firm_id, row.privacy_version)


def meet(tx: Tx, openid: str, created: int | None = None) -> Known:
    """The person behind this openid, entered now if we have not met, by a push of that second."""
    known = find(tx, openid)
    if known is not None:
        return known
    row = {
        "mark": mark_of(tx, openid),
        "openid": tx.cipher.seal(openid, "person.openid"),
        "met": tx.now,
        "followed": created,
    }
    person_id = tx.execute(insert(PEOPLE).values(row).returning(PEOPLE.c.id)).scalar_one()
    return Known(int(person_id), None, None)


def follow_again(tx: Tx, person_id: int, created: int) -> None:
    """Keep that this person followed in this second of the platform's, where none later is known."""
    later = or_(PEOPLE.c.followed.is_(None), PEOPLE.c.followed < created)
    tx.execute(update(PEOPLE).where(PEOPLE.c.id == person_id, later).values(followed=created))


def has_followed_since(tx: Tx, person_id: int, created: int) -> bool:
    """Whether this person followed after this second of the platform's: what was pushed then is overtaken."""
    followed = tx.execute(select(PEOPLE.c.followed).where(PEOPLE.c.id == person_id)).scalar_one()
    return followed is not None and followed > created


def by_id(tx: Tx, person_id: int) -> Known:
    """The person of this id; raises NoResultFound where they have left."""
    mine = select(PEOPLE.c.id, PEOPLE.c.firm_id, PEOPLE.c.privacy_version).where(PEOPLE.c.id == person_id)
    row = tx.execute(mine).one()
    return Known(row.id, row.firm_id, row.privacy_version)


def openid(tx: Tx, person_id: int) -> str:
    """Under which name the platform knows this person."""
    sealed = tx.execute(select(PEOPLE.c.openid).where(PEOPLE.c.id == person_id)).scalar_one()
    return tx.cipher.open(sealed, "person.openid")


def since(tx: Tx, person_id: int) -> tuple[datetime, datetime | None]:
    """When this person was first met, and when they agreed to the privacy notice."""
    row = tx.execute(select(PEOPLE.c.met, PEOPLE.c.privacy_agreed).where(PEOPLE.c.id == person_id)).one()
    return row.met, row.privacy_agreed


def join_firm(tx: Tx, person_id: int, firm_id: int) -> None:
    """This person now speaks for this firm."""
    tx.execute(update(PEOPLE).where(PEOPLE.c.id == person_id).values(firm_id=firm_id))


def speaks_for(tx: Tx, firm_id: int) -> bool:
    """Whether anybody speaks for this firm."""
    return tx.execute(select(PEOPLE.c.id).where(PEOPLE.c.firm_id == firm_id).limit(1)).one_or_none() is not None


def leave_firm(tx: Tx, person_id: int) -> None:
    """This person speaks for no firm any more."""
    tx.execute(update(PEOPLE).where(PEOPLE.c.id == person_id).values(firm_id=None))


def firm_of(tx: Tx, person_id: int) -> int | None:
    """The firm this person speaks for."""
    return tx.execute(select(PEOPLE.c.firm_id).where(PEOPLE.c.id == person_id)).scalar_one_or_none()


def keep_contact(tx: Tx, person_id: int, contact: Contact, privacy_version: str) -> None:
    """Keep name and phone, sealed, with the version of the privacy notice that was agreed to."""
    values = {
        "contact_name": tx.cipher.seal(contact.name, "person.contact_name"),
        "contact_phone": tx.cipher.seal(contact.phone, "person.contact_phone"),
        "privacy_version": privacy_version,
        "privacy_agreed": tx.now,
    }
    tx.execute(update(PEOPLE).where(PEOPLE.c.id == person_id).values(values))


def drop_contact(tx: Tx, person_id: int) -> None:
    """Keep no name or phone of this person any more, nor the consent to them."""
    none = dict.fromkeys(("contact_name", "contact_phone", "privacy_version", "privacy_agreed"))
    tx.execute(update(PEOPLE).where(PEOPLE.c.id == person_id).values(none))


def contact(tx: Tx, person_id: int) -> Contact | None:
    """The contact this person left, opened for them or for whoever may call them."""
    row = tx.execute(select(PEOPLE.c.contact_name, PEOPLE.c.contact_phone).where(PEOPLE.c.id == person_id)).one()
    if row.contact_name is None:
        return None
    return Contact(
        tx.cipher.open(row.contact_name, "person.contact_name"),
        tx.cipher.open(row.contact_phone, "person.contact_phone"),
    )


def of_firm(tx: Tx, firm_id: int) -> list[int]:
    """Everybody who speaks for this firm, longest known first."""
    mine = select(PEOPLE.c.id).where(PEOPLE.c.firm_id == firm_id).order_by(PEOPLE.c.id)
    return [row.id for row in tx.execute(mine)]


def is_here(tx: Tx, person_id: int) -> bool:
    """Whether this person still follows: who has left is told nothing."""
    return tx.execute(select(PEOPLE.c.id).where(PEOPLE.c.id == person_id)).one_or_none() is not None


def forget(tx: Tx, person_id: int) -> None:
    """Erase the person: openid, contact, consent. The firm they spoke for stays."""
    tx.execute(delete(PEOPLE).where(PEOPLE.c.id == person_id))
