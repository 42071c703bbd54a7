"""A person leaves another contact, or none."""

from storage.audit import audit
from storage.engine.transactions import Tx
from storage.people import people
from storage.people.people import Contact


def change_contact(tx: Tx, person_id: int, contact: Contact | None, privacy_version: str | None) -> None:
    """Keep this contact in place of the last, with the version of the privacy notice agreed to; None keeps none."""
    fields = {"contact_name": "", "contact_phone": ""}
    if contact is None or privacy_version is None:
        people.drop_contact(tx, person_id)
    else:
        people.keep_contact(tx, person_id, contact, privacy_version)
        fields = {"contact_name": contact.name, "contact_phone": contact.phone}
    audit.record(tx, "change_contact", f"person:{person_id}", fields)
