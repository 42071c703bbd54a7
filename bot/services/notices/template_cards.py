"""Operators enter which template of the account shows which card; each change is checked and written down."""

from collections.abc import Iterable

from config.cards import Purpose
from config.errors import ConflictError, InputError
from config.texts import Texts
from config.topics import NoticeTopic
from notifications import cards
from storage.audit import audit
from storage.engine.transactions import Tx
from storage.notices import card_templates, outbox
from storage.notices.card_templates import CardTemplate
from storage.notices.cards import Card


def put(tx: Tx, actor_id: int, card: CardTemplate, purpose: Purpose, wanted: Iterable[str], texts: Texts) -> None:
    """From now on cards of this purpose are shown so. `wanted`: the fields that the platform names, where it tells.

    Raises InputError `card_wrong` with everything that is wrong with it.
    """
    wrong = cards.problems(purpose, card.template_id, card.fields, wanted)
    if wrong:
        told = (one.partition(":") for one in wrong)
        raise InputError("card_wrong", what="；".join(texts(f"cards.{key}", field=field) for key, _, field in told))
    card_templates.put(tx, card)
    fields = {"template_id": card.template_id, "fields": ", ".join(card.fields)}
    audit.record(tx, "card.put", f"card:{card.purpose}:{card.use}", fields)


def remove(tx: Tx, actor_id: int, purpose: str, use: str) -> None:
    """Cards of this purpose are not sent this way any more. Raises ConflictError where they were not."""
    if not card_templates.remove(tx, purpose, use):
        raise ConflictError("card_gone")
    audit.record(tx, "card.remove", f"card:{purpose}:{use}")


def send_to_oneself(tx: Tx, actor_id: int, name: str, purpose: Purpose, texts: Texts) -> None:
    """The operator gets the example of this purpose, the way everybody gets theirs."""
    key, card = f"card_test:{name}:{tx.now.timestamp():.0f}", Card(name, cards.examples(purpose))
    text = texts("cards.test", title=purpose.title)
    outbox.plan(tx, key=key, person_id=actor_id, topic=NoticeTopic.CARD_TEST, text=text, card=card)
    audit.record(tx, "card.test", f"card:{name}")
