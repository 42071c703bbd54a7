"""A notice as the platform's cards show it: purpose and fields, sealed beside the notice's text."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from storage.engine.columns import to_json
from storage.engine.field_encryption import FieldCipher

# Purpose of the card for notices without one of their own: their first words.
GENERAL = "news"


@dataclass(frozen=True, slots=True)
class NoticeArticle:
    """A notice as an article (图文) in the open chat: title, one line, path of our picture or empty."""

    title: str
    summary: str
    picture: str = ""


@dataclass(frozen=True, slots=True)
class NoticeCard:
    """A notice as a template message or 订阅通知. config/cards.toml holds each purpose's fields and kinds."""

    purpose: str
    fields: Mapping[str, str]
    """By the purpose's own names, each within its kind."""
    link: str = ""
    """The path of a page of ours, or nothing."""
    article: NoticeArticle | None = None
    """How the open chat shows it, where that is more than words."""


def seal(cipher: FieldCipher, card: NoticeCard, key: str) -> bytes:
    """Seal the card for the notice with this key."""
    whole: dict[str, object] = {"purpose": card.purpose, "fields": dict(card.fields), "link": card.link}
    if card.article is not None:
        whole["article"] = asdict(card.article)
    return cipher.seal(to_json(whole), f"outbox.card:{key}")


def unseal(cipher: FieldCipher, sealed: bytes, key: str) -> NoticeCard:
    """Open a sealed card; raises UnavailableError `sealed_unreadable` if unreadable."""
    whole = json.loads(cipher.open(sealed, f"outbox.card:{key}"))
    article = whole.get("article")
    return NoticeCard(
        whole["purpose"], whole["fields"], whole["link"], None if article is None else NoticeArticle(**article)
    )
