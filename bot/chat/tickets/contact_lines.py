"""Last line of an answer about an item, clause or agency: the contact in the asker's area."""

from collections.abc import Sequence

from bot.answers.policy_answers import Contacts, FirmProfile
from bot.chat.context import Chat
from bot.chat.firms.zone import zone_of
from bot.services.tickets.contacts import Subject, chain, is_stale, nearest
from config.calendar import shanghai_day
from config.markup import harmless
from config.policy.model import Item
from storage.tickets import contacts
from storage.tickets.contacts import CITY, VerifiedContact


def contacts_for(chat: Chat, profile: FirmProfile | None) -> Contacts:
    """Return a look-up for one reply's contact lines: one query, only if it names an item, clause or agency."""
    district = None if profile is None else profile.facts.get("district")
    places = [district] if isinstance(district, str) else []
    if places and chat.parts.areas.zones_in(places[0]):
        # A firm in a zone is served there, and by the district where the zone has no office.
        places = [zone for zone in (zone_of(chat), *places) if zone]

    def lines(subjects: Sequence[Subject]) -> list[str]:
        abouts = {about for subject in subjects for about in chain(subject)}
        found = contacts.find(chat.tx, sorted(abouts), [*places, CITY])
        return _lines(chat, subjects, [nearest(subject, places, found) for subject in subjects])

    return lines


def _lines(chat: Chat, subjects: Sequence[Subject], found: Sequence[VerifiedContact | None]) -> list[str]:
    """Return one line if it serves all, otherwise one per subject."""
    texts = chat.parts.texts
    said = [
        _missing(chat, subject) if contact is None else _line(chat, contact)
        for subject, contact in zip(subjects, found, strict=True)
    ]
    if len(set(said)) == 1:
        of_item = isinstance(found[0], VerifiedContact) and "." in found[0].about and not isinstance(subjects[0], Item)
        of = texts("contacts.of", what=found[0].about) if of_item and found[0] is not None else ""
        return [texts("contacts.line", of=of, said=said[0])]
    return [
        texts("contacts.line", of=texts("contacts.of", what=_name(subject)), said=words)
        for subject, words in zip(subjects, said, strict=True)
    ]


def _line(chat: Chat, contact: VerifiedContact) -> str:
    texts = chat.parts.texts
    where = " ".join(part for part in (contact.unit, contact.office) if part)
    stale = is_stale(contact.verified_on, shanghai_day(chat.now))
    verified = texts("contacts.stale" if stale else "contacts.verified", day=contact.verified_on.isoformat())
    hours = texts("contacts.hours", hours=harmless(contact.hours)) if contact.hours else ""
    return texts("contacts.found", where=harmless(where), phone=contact.phone, hours=hours, verified=verified)


def _missing(chat: Chat, subject: Subject) -> str:
    if isinstance(subject, Item):
        return chat.parts.texts("contacts.missing", agency=subject.lead)
    agencies = (subject,) if isinstance(subject, str) else subject.agencies
    if len(agencies) == 1:
        return chat.parts.texts("contacts.missing", agency=agencies[0])
    return chat.parts.texts("contacts.missing_of_several", agency=agencies[0])


def _name(subject: Subject) -> str:
    if isinstance(subject, str):
        return subject
    return subject.code if isinstance(subject, Item) else subject.label
