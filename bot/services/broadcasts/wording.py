"""How a broadcast reads: in chat, on a card, as text for groups."""

from datetime import datetime

from config.markup import harmless
from config.texts import Texts
from notifications.cards import moment, within
from storage.broadcasts.broadcasts import BroadcastContent
from storage.notices.cards import NoticeArticle, NoticeCard

GROUP_TEXT = 300
# The card template's purpose.
CARD = "broadcast"
# Pictures are served here to anyone who knows their names.
PICTURES = "/h5/pictures"


def full_text(content: BroadcastContent, texts: Texts, url: str = "") -> str:
    """Return the whole message with header and footer; a mass message has no links, an article as text links
    to `url`.
    """
    title, text, agency = harmless(content.title), _body(content), harmless(content.agency)
    if content.kind == "article":
        return texts("broadcasts.article", title=title, summary=harmless(content.summary), url=url, agency=agency)
    if content.kind == "mass":
        return texts("broadcasts.mass", title=title, text=text, agency=agency)
    return texts("broadcasts.whole", title=title, text=text, agency=agency)


def shown(content: BroadcastContent, texts: Texts, url: str = "") -> str:
    """Return the message as shown on the phone; what we send unprompted begins like every notice."""
    text = full_text(content, texts, url)
    return text if content.kind == "mass" else texts("chat.notices.line", text=text)


def card(content: BroadcastContent, at: datetime, texts: Texts, page: str = "") -> NoticeCard | None:
    """Return the broadcast as a card issued at this moment, linking to this page; None for kinds without one."""
    if content.kind not in ("template", "article"):
        return None
    is_article = content.kind == "article"
    hint = content.summary if is_article else texts("broadcasts.hint")
    words = {"what": content.title, "by": content.agency, "hint": hint}
    fields = {**{name: within("thing", word) for name, word in words.items()}, "when": moment(at)}
    return NoticeCard(CARD, fields, page, article(content) if is_article else None)


def article(content: BroadcastContent) -> NoticeArticle:
    """Return the article (图文) shown in the open chat."""
    picture = f"{PICTURES}/{content.picture}.jpg" if content.picture else ""
    return NoticeArticle(content.title, content.summary, picture)


def group_text(content: BroadcastContent, texts: Texts) -> str:
    """Return text to paste into a group beside the account's QR code: at most 300 characters, body cut first."""
    text = content.summary if content.kind == "article" else content.text
    whole = _group(content, text, texts)
    if len(whole) <= GROUP_TEXT:
        return whole
    cut = texts("broadcasts.cut")
    room = len(text) - (len(whole) - GROUP_TEXT) - len(cut)
    return _group(content, text[: max(0, room)] + cut, texts)


def _group(content: BroadcastContent, text: str, texts: Texts) -> str:
    body = f"{text}\n{content.link}" if content.link else text
    return texts("broadcasts.group", agency=content.agency, title=content.title, text=body)


def _body(content: BroadcastContent) -> str:
    return harmless(f"{content.text}\n{content.link}" if content.link else content.text)
