"""A firm's offerings: the words by which matching finds it."""

from collections.abc import Mapping

from config.errors import ConflictError, InputError, NotAllowedError
from config.markup import harmless
from config.texts import Texts
from config.topics import NoticeTopic
from storage.audit import audit
from storage.engine.transactions import Actor, Tx
from storage.firms import offerings, verifications
from storage.notices import outbox
from storage.people import people
from storage.people.roles import Role, RoleKind

MOST = {"products": 200, "keywords": 200, "scope": 2000}
TOPIC = NoticeTopic.OFFER
OFFICIALS = frozenset({RoleKind.EDITOR, RoleKind.APPROVER, RoleKind.OPERATOR})


def state(tx: Tx, person: people.KnownPerson, texts: Mapping[str, str]) -> None:
    """Save these fields as stated by the firm's person; an empty text clears the field.

    Raises InputError for a person without a firm, an unknown field or too long a text.
    """
    if person.firm_id is None:
        raise InputError("not_registered")
    _keep(tx, person.firm_id, texts, "self")


def enter(tx: Tx, role: Role, firm_id: int, words: Mapping[str, str], texts: Texts) -> None:
    """Save these fields of a firm as an official; notify its people who entered what.

    Raises NotAllowedError for anybody but an official of the firm's area, ConflictError for a field the firm filled
    itself, InputError as `state` does.
    """
    place = verifications.place_of(tx, firm_id)
    if role.kind not in OFFICIALS or place is None or not role.covers(place):
        raise NotAllowedError("offer_not_yours")
    before = offerings.of(tx, firm_id)
    if any(field in before and before[field].source == "self" for field in words):
        raise ConflictError("offer_own_word")
    kept = {field: tidied(field, text) for field, text in words.items()}
    new = {field: text for field, text in kept.items() if text != (before[field].text if field in before else "")}
    if not new:
        return
    _keep(tx, firm_id, new, "official", agency=role.agency)
    said = "；".join(text for text in new.values() if text) or texts("chat.products.none")
    agency = role.agency or texts("chat.products.officials")
    told = texts("chat.products.entered", agency=harmless(agency), text=harmless(said))
    for person_id in people.of_firm(tx, firm_id):
        key = f"offer:{firm_id}:{tx.now:%Y%m%dT%H%M%S%f}"
        outbox.plan(tx, key=key, person_id=person_id, topic=TOPIC, text=told, firm_id=firm_id)


def open_for(tx: Tx, firm_id: int, former_id: int | None) -> None:
    """Make a newly registered firm findable, at first by name.

    Of the same firm, registered anew, the offering texts carry over.
    """
    texts: dict[str, str] = {}
    if former_id is not None:
        texts = {field: stated.text for field, stated in offerings.of(tx, former_id).items() if stated.source == "self"}
    offerings.put(tx, firm_id, texts, "self")


def close_if_unrepresented(tx: Tx, firm_id: int) -> None:
    """Make a firm unfindable once nobody represents it: it could not be reached."""
    if people.is_represented(tx, firm_id):
        return
    offerings.remove(tx, firm_id)
    audit.record(tx, "close_offer", f"firm:{firm_id}", by=Actor("service", "wechat"))


def tidied(field: str, text: str) -> str:
    """Return the normalised text; raise InputError for an unknown field or too long a text."""
    if field not in MOST:
        raise InputError("offer_field", field=field)
    text = " ".join(text.split())
    if len(text) > MOST[field]:
        raise InputError("offer_long", most=MOST[field], length=len(text)).at(field)
    return text


def _keep(tx: Tx, firm_id: int, texts: Mapping[str, str], source: str, *, agency: str | None = None) -> None:
    kept = {field: tidied(field, text) for field, text in texts.items()}
    offerings.put(tx, firm_id, kept, source, agency)
    audit.record(tx, "state_offer", f"firm:{firm_id}", kept)
