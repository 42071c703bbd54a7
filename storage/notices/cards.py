"""A notice as the platform's own cards show it: what it is for and its fields, kept sealed beside the notice's text."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from storage.engine.columns import to_json
from storage.engine.field_encryption import FieldCipher

# The purpose of the card by which a notice is shown that has none of its own: its first words.
GENERAL = "news"


@dataclass(frozen=True, slots=True)
class Article:
    """A notice as one article (图文) in the open chat: a title, a line, the path of a picture of ours, or nothing."""

    title: str
    summary: str
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A notice as a template message or 订阅通知 shows it. config/cards.toml holds each purpose's fields and kinds."""

    purpose: str
    fields: Mapping[str, str]
    """By the purpose's own names, each within its kind."""
    link: str = ""
    """The path of a page of ours, or nothing."""
    article: Article | None = None
    """How the open chat shows it, where that is more than words."""


def seal(cipher: FieldCipher, card: Card, key: str) -> bytes:
    """The card of the notice of this key, sealed."""
    whole: dict[str, object] = {"purpose": card.purpose, "fields": dict(card.fields), "link": card.link}
    if card.article is not None:
        whole["article"] = asdict(card.article)
    return cipher.seal(to_json(whole), f"outbox.card:{key}")


def unseal(cipher: FieldCipher, sealed: bytes, key: str) -> Card:
    """The card again; raises UnavailableError `sealed_unreadable` where it cannot be read."""
    whole = json.loads(cipher.open(sealed, f"outbox.card:{key}"))
    article = whole.get("article")
    return Card(whole["purpose"], whole["fields"], whole["link"], None if article is None else Article(**article))
