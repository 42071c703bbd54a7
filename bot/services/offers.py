"""What a firm offers is entered, changed and taken back: the words by which matching finds it."""

from collections.abc import Mapping

from config.calendar import shanghai_day
from config.errors import InputError, NotAllowedError
from storage import audit, firms, offers, people
from storage.roles import Kind, Place, Role
from storage.transactions import Tx

MOST = {"products": 200, "keywords": 200, "scope": 2000}
OFFICIALS = frozenset({Kind.EDITOR, Kind.APPROVER, Kind.OPERATOR})


def state(tx: Tx, person: people.Known, texts: Mapping[str, str]) -> None:
    """Keep these fields of the person's firm, on their word; an empty text takes the field back.

    Raises InputError for somebody without a firm, an unknown field or too long a text.
    """
    if person.firm_id is None:
        raise InputError("not_registered")
    _keep(tx, person.firm_id, texts, "self", f"person:{person.id}", "wechat")


def enter(tx: Tx, role: Role, firm_id: int, texts: Mapping[str, str]) -> None:
    """Keep these fields of a firm as an official knows them.

    Raises NotAllowedError for anybody but an official of the firm's area, InputError as `state` does.
    """
    district = offers.held(tx, [firm_id], shanghai_day(tx.now))[firm_id].district
    if role.kind not in OFFICIALS or not role.covers(Place(area=district)):
        raise NotAllowedError("offer_not_yours")
    _keep(tx, firm_id, texts, "official", f"person:{role.person_id}", "console")


def open_for(tx: Tx, firm_id: int, former_id: int | None) -> None:
    """A firm that registers is found from now on, by its name at first.

    Whoever registers their own firm anew, under the same name, need not type again what it offers.
    """
    texts: dict[str, str] = {}
    if former_id is not None and firms.get(tx, former_id).name == firms.get(tx, firm_id).name:
        texts = {field: stated.text for field, stated in offers.of(tx, former_id).items() if stated.source == "self"}
    offers.put(tx, firm_id, texts, "self")


def close_unless_spoken_for(tx: Tx, firm_id: int) -> None:
    """A firm that nobody speaks for any more is found no more: whoever finds it could reach nobody."""
    if people.speaks_for(tx, firm_id):
        return
    offers.remove(tx, firm_id)
    audit.record(tx, actor="service", action="close_offer", subject=f"firm:{firm_id}", source="wechat")


def tidied(field: str, text: str) -> str:
    """The text as it would be kept; raises InputError for an unknown field or too long a text."""
    if field not in MOST:
        raise InputError("offer_field", field=field)
    text = " ".join(text.split())
    if len(text) > MOST[field]:
        raise InputError("offer_long", most=MOST[field], length=len(text))
    return text


def _keep(tx: Tx, firm_id: int, texts: Mapping[str, str], source: str, actor: str, face: str) -> None:
    kept = {field: tidied(field, text) for field, text in texts.items()}
    offers.put(tx, firm_id, kept, source)
    audit.record(tx, actor=actor, action="state_offer", subject=f"firm:{firm_id}", source=face, fields=kept)
