"""People who write to us, looked up by HMAC of their openid; openid and contact are sealed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, or_, select, update
from sqlmodel import Field

from storage.engine.columns import BigId, TableRow, UtcTime, table_of
from storage.engine.transactions import Tx


class PersonRow(TableRow, table=True):
    """A follower. Erased completely on unfollowing; the firm stays."""

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
    # Platform seconds since 1970: when they last followed, or first wrote.
    followed: int | None = Field(default=None, sa_type=BigId)
    # The platform's reply window, maintained by storage/chat/reply_windows.py.
    window_until: datetime | None = Field(default=None, sa_type=UtcTime)
    window_left: int | None = None
    # The platform's code for why push fails; cleared once they write or follow.
    unreachable: str | None = Field(default=None, max_length=16)


PEOPLE = table_of(PersonRow)
_FIND = select(PEOPLE.c.id, PEOPLE.c.firm_id, PEOPLE.c.privacy_version).where(PEOPLE.c.mark == bindparam("mark_"))


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """What use cases need of a person; contact fields stay sealed until requested."""

    id: int
    firm_id: int | None
    privacy_version: str | None


@dataclass(frozen=True, slots=True)
class PersonContact:
    """A contact as given after agreeing to the privacy notice."""

    name: str
    phone: str


def mark_of(tx: Tx, openid: str) -> str:
    """Return the HMAC by which a person is looked up without a plain openid."""
    return tx.cipher.fingerprint(openid, "person.openid")


def exposed_name(openid: str) -> str:
    """Return the name under which data is kept for an openid claimed in an unauthenticated push."""
    return f"exposed:{openid}"


def find(tx: Tx, openid: str) -> KnownPerson | None:
    """Return the person with this openid, if known."""
    marked = {"mark_": mark_of(tx, openid)}
    return tx.one(_FIND, lambda row: KnownPerson(row.id, row.firm_id, row.privacy_version), marked)


def meet(tx: Tx, openid: str, created: int | None = None) -> KnownPerson:
    """Return the person with this openid, inserting them if new, by a push of that second."""
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
    return KnownPerson(int(person_id), None, None)


def follow_again(tx: Tx, person_id: int, created: int) -> None:
    """Save that this person followed in this platform second, unless a later one is known."""
    later = or_(PEOPLE.c.followed.is_(None), PEOPLE.c.followed < created)
    tx.execute(update(PEOPLE).where(PEOPLE.c.id == person_id, later).values(followed=created))


def has_followed_since(tx: Tx, person_id: int, created: int) -> bool:
    """Tell whether this person followed after this platform second, which supersedes pushes of that time."""
    followed = tx.execute(select(PEOPLE.c.followed).where(PEOPLE.c.id == person_id)).scalar_one()
    return followed is not None and followed > created


def by_id(tx: Tx, person_id: int) -> KnownPerson:
    """Return the person with this id; raises NoResultFound if they have left."""
    mine = select(PEOPLE.c.id, PEOPLE.c.firm_id, PEOPLE.c.privacy_version).where(PEOPLE.c.id == person_id)
    row = tx.execute(mine).one()
    return KnownPerson(row.id, row.firm_id, row.privacy_version)


def openid(tx: Tx, person_id: int) -> str:
    """Return this person's openid."""
    sealed = tx.execute(select(PEOPLE.c.openid).where(PEOPLE.c.id == person_id)).scalar_one()
    return tx.cipher.open(sealed, "person.openid")


def since(tx: Tx, person_id: int) -> tuple[datetime, datetime | None]:
    """Return when this person was first seen, and when they agreed to the privacy notice."""
    row = tx.execute(select(PEOPLE.c.met, PEOPLE.c.privacy_agreed).where(PEOPLE.c.id == person_id)).one()
    return row.met, row.privacy_agreed


def join_firm(tx: Tx, person_id: int, firm_id: int) -> None:
    """Set the firm this person represents."""
    tx.execute(update(PEOPLE).where(PEOPLE.c.id == person_id).values(firm_id=firm_id))


def is_represented(tx: Tx, firm_id: int) -> bool:
    """Tell whether anybody represents this firm."""
    return tx.execute(select(PEOPLE.c.id).where(PEOPLE.c.firm_id == firm_id).limit(1)).one_or_none() is not None


def leave_firm(tx: Tx, person_id: int) -> None:
    """Clear the firm this person represents."""
    tx.execute(update(PEOPLE).where(PEOPLE.c.id == person_id).values(firm_id=None))


def firm_of(tx: Tx, person_id: int) -> int | None:
    """Return the firm this person represents."""
    return tx.execute(select(PEOPLE.c.firm_id).where(PEOPLE.c.id == person_id)).scalar_one_or_none()


def save_contact(tx: Tx, person_id: int, contact: PersonContact, privacy_version: str) -> None:
    """Save name and phone, sealed, with the accepted privacy notice's version."""
    values = {
        "contact_name": tx.cipher.seal(contact.name, "person.contact_name"),
        "contact_phone": tx.cipher.seal(contact.phone, "person.contact_phone"),
        "privacy_version": privacy_version,
        "privacy_agreed": tx.now,
    }
    tx.execute(update(PEOPLE).where(PEOPLE.c.id == person_id).values(values))


def drop_contact(tx: Tx, person_id: int) -> None:
    """Delete this person's name, phone and consent."""
    none = dict.fromkeys(("contact_name", "contact_phone", "privacy_version", "privacy_agreed"))
    tx.execute(update(PEOPLE).where(PEOPLE.c.id == person_id).values(none))


def contact(tx: Tx, person_id: int) -> PersonContact | None:
    """Return this person's contact, decrypted for them or whoever may call them."""
    row = tx.execute(select(PEOPLE.c.contact_name, PEOPLE.c.contact_phone).where(PEOPLE.c.id == person_id)).one()
    if row.contact_name is None:
        return None
    return PersonContact(
        tx.cipher.open(row.contact_name, "person.contact_name"),
        tx.cipher.open(row.contact_phone, "person.contact_phone"),
    )


def of_firm(tx: Tx, firm_id: int) -> list[int]:
    """Return everybody who represents this firm, longest known first."""
    mine = select(PEOPLE.c.id).where(PEOPLE.c.firm_id == firm_id).order_by(PEOPLE.c.id)
    return [row.id for row in tx.execute(mine)]


def is_here(tx: Tx, person_id: int) -> bool:
    """Tell whether this person still follows: those who left get nothing."""
    return tx.execute(select(PEOPLE.c.id).where(PEOPLE.c.id == person_id)).one_or_none() is not None


def erase(tx: Tx, person_id: int) -> None:
    """Delete the person (erasure): openid, contact, consent. Their firm stays."""
    tx.execute(delete(PEOPLE).where(PEOPLE.c.id == person_id))
