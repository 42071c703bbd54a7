"""Operators assign the account's templates to cards; each change is validated and audited."""

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
from storage.notices.cards import NoticeCard


def put(tx: Tx, card: CardTemplate, purpose: Purpose, wanted: Iterable[str], texts: Texts) -> None:
    """Use this template for cards of this purpose. `wanted`: the fields that the platform names, if it does.

    Raises InputError `card_wrong` listing every problem.
    """
    wrong = cards.problems(purpose, card.template_id, card.fields, wanted)
    if wrong:
        told = (one.partition(":") for one in wrong)
        raise InputError("card_wrong", what="；".join(texts(f"cards.{key}", field=field) for key, _, field in told))
    card_templates.put(tx, card)
    fields = {"template_id": card.template_id, "fields": ", ".join(card.fields)}
    audit.record(tx, "card.put", f"card:{card.purpose}:{card.use}", fields)


def remove(tx: Tx, purpose: str, use: str) -> None:
    """Stop sending cards of this purpose this way. Raises ConflictError if they were not."""
    if not card_templates.remove(tx, purpose, use):
        raise ConflictError("card_gone")
    audit.record(tx, "card.remove", f"card:{purpose}:{use}")


def send_to_oneself(tx: Tx, actor_id: int, name: str, purpose: Purpose, texts: Texts) -> None:
    """Send the operator this purpose's example card, by the usual route."""
    key, card = f"card_test:{name}:{tx.now.timestamp():.0f}", NoticeCard(name, cards.examples(purpose))
    text = texts("cards.test", title=purpose.title)
    outbox.plan(tx, key=key, person_id=actor_id, topic=NoticeTopic.CARD_TEST, text=text, card=card)
    audit.record(tx, "card.test", f"card:{name}")
