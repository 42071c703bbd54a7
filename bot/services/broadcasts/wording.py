"""A broadcast as people read it: in the chat, on a card, as a text for groups."""

from datetime import datetime

from config.markup import harmless
from config.texts import Texts
from notifications.cards import moment, within
from storage.broadcasts.broadcasts import Content
from storage.notices.cards import Article, Card

GROUP_TEXT = 300
# The purpose for which the account may have a template.
CARD = "broadcast"
# Where pictures are shown to whoever knows their names.
PICTURES = "/h5/pictures"


def told(content: Content, texts: Texts, url: str = "") -> str:
    """The whole message with head and foot; a mass message has nothing to tap, an article in words leads to `url`."""
    title, text, agency = harmless(content.title), _body(content), harmless(content.agency)
    if content.kind == "article":
        return texts("broadcasts.article", title=title, summary=harmless(content.summary), url=url, agency=agency)
    if content.kind == "mass":
        return texts("broadcasts.mass", title=title, text=text, agency=agency)
    return texts("broadcasts.whole", title=title, text=text, agency=agency)


def shown(content: Content, texts: Texts, url: str = "") -> str:
    """The message as it stands on the phone: what we send by ourselves begins as every notice of ours does."""
    text = told(content, texts, url)
    return text if content.kind == "mass" else texts("chat.notices.line", text=text)


def card(content: Content, at: datetime, texts: Texts, page: str = "") -> Card | None:
    """The same as a card shows it, issued at this moment, leading to this page; None for the kinds that have none."""
    if content.kind not in ("template", "article"):
        return None
    is_article = content.kind == "article"
    hint = content.summary if is_article else texts("broadcasts.hint")
    words = {"what": content.title, "by": content.agency, "hint": hint}
    fields = {**{name: within("thing", word) for name, word in words.items()}, "when": moment(at)}
    return Card(CARD, fields, page, article(content) if is_article else None)


def article(content: Content) -> Article:
    """The article (图文) as the open chat shows it."""
    picture = f"{PICTURES}/{content.picture}.jpg" if content.picture else ""
    return Article(content.title, content.summary, picture)


def group_text(content: Content, texts: Texts) -> str:
    """What can be pasted into a group beside the code of the account: 300 characters at most, the text cut first."""
    text = content.summary if content.kind == "article" else content.text
    whole = _group(content, text, texts)
    if len(whole) <= GROUP_TEXT:
        return whole
    cut = texts("broadcasts.cut")
    room = len(text) - (len(whole) - GROUP_TEXT) - len(cut)
    return _group(content, text[: max(0, room)] + cut, texts)


def _group(content: Content, text: str, texts: Texts) -> str:
    body = f"{text}\n{content.link}" if content.link else text
    return texts("broadcasts.group", agency=content.agency, title=content.title, text=body)


def _body(content: Content) -> str:
    return harmless(f"{content.text}\n{content.link}" if content.link else content.text)
