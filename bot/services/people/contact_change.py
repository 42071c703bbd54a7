"""A person changes or removes their contact."""

from storage.audit import audit
from storage.engine.transactions import Tx
from storage.people import people
from storage.people.people import PersonContact


def change_contact(tx: Tx, person_id: int, contact: PersonContact | None, privacy_version: str | None) -> None:
    """Replace the contact, with the accepted privacy notice's version; None removes it."""
    fields = {"contact_name": "", "contact_phone": ""}
    if contact is None or privacy_version is None:
        people.drop_contact(tx, person_id)
    else:
        people.save_contact(tx, person_id, contact, privacy_version)
        fields = {"contact_name": contact.name, "contact_phone": contact.phone}
    audit.record(tx, "change_contact", f"person:{person_id}", fields)
