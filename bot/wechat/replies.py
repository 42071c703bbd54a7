"""What we answer on the push's own connection (protocol §1.6), rendered with wechatpy's reply classes."""

import re
import unicodedata
from dataclasses import dataclass

from wechatpy import replies as wechatpy_replies

# There is no official number; every SDK holds to this one, for passive and custom text alike.
MOST_TEXT_BYTES = 2048
MOST_ARTICLES = 8

_FORBIDDEN_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LONGEST_CLUSTER = 32


@dataclass(frozen=True, slots=True)
class TextReply:
    """Words of at most 2,048 UTF-8 bytes; `split` makes them fit. A `secret` one is stored nowhere."""

    text: str
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Article:
    """One card: a title, a line, a picture's address and the page it opens."""

    title: str
    description: str = ""
    picture_url: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class NewsReply:
    """Cards: the platform takes one in answer to a message, up to 8 in answer to an event."""

    articles: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class ImageReply:
    """A picture that was uploaded before."""

    media_id: str


@dataclass(frozen=True, slots=True)
class VoiceReply:
    """A recording that was uploaded before."""

    media_id: str


@dataclass(frozen=True, slots=True)
class VideoReply:
    """A film that was uploaded before."""

    media_id: str
    title: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class MusicReply:
    """A song's address with its cover, which was uploaded before."""

    thumb_media_id: str
    title: str = ""
    description: str = ""
    url: str = ""
    hq_url: str = ""


@dataclass(frozen=True, slots=True)
class TransferReply:
    """Hands the message to the human agents; to one of them where `agent` is set. Uses no quota."""

    agent: str = ""


OtherReply = NewsReply | ImageReply | VoiceReply | VideoReply | MusicReply | TransferReply
Reply = TextReply | OtherReply


def render(reply: Reply, *, to: str, account: str, created: int, to_event: bool = False) -> str:
    """The reply's plain XML from `account` (the push's ToUserName) to the openid `to`.

    `created` is the CreateTime in seconds. Of several cards only the first is kept unless the reply goes `to_event`.
    Raises ValueError for a text over 2,048 bytes or no card at all: both are mistakes of ours.
    """
    if isinstance(reply, TextReply):
        return _text(reply.text, safe(to), safe(account), created)
    head = {"source": safe(account), "target": safe(to), "time": created}
    xml: str = _shaped(reply, head, MOST_ARTICLES if to_event else 1).render()
    if isinstance(reply, TransferReply) and reply.agent:
        agent = f"<TransInfo><KfAccount><![CDATA[{safe(reply.agent)}]]></KfAccount></TransInfo></xml>"
        xml = xml.removesuffix("</xml>") + agent
    return xml


def _text(text: str, to: str, account: str, created: int) -> str:
    """Nearly every answer is text: without wechatpy's classes it is made four times as fast."""
    if len(text.encode(errors="replace")) > MOST_TEXT_BYTES:
        raise ValueError("a text reply is longer than 2,048 bytes: split it first")
    return (
        f"<xml><ToUserName><![CDATA[{to}]]></ToUserName><FromUserName><![CDATA[{account}]]></FromUserName>"
        f"<CreateTime>{created}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content><![CDATA[{safe(text)}]]></Content></xml>"
    )


def _shaped(reply: OtherReply, head: dict[str, object], most_articles: int) -> wechatpy_replies.BaseReply:
    match reply:
        case NewsReply(articles):
            if not articles:
                raise ValueError("a news reply needs an article")
            return wechatpy_replies.ArticlesReply(**head, articles=[_card(card) for card in articles[:most_articles]])
        case ImageReply(media_id):
            return wechatpy_replies.ImageReply(**head, image=safe(media_id))
        case VoiceReply(media_id):
            return wechatpy_replies.VoiceReply(**head, voice=safe(media_id))
        case VideoReply(media_id, title, description):
            video = _without_empty(media_id=media_id, title=title, description=description)
            return wechatpy_replies.VideoReply(**head, video=video)
        case MusicReply(thumb_media_id, title, description, url, hq_url):
            music = _without_empty(
                thumb_media_id=thumb_media_id, title=title, description=description, music_url=url, hq_music_url=hq_url
            )
            return wechatpy_replies.MusicReply(**head, music=music)
        case TransferReply():
            return wechatpy_replies.TransferCustomerServiceReply(**head)


def _card(article: Article) -> dict[str, str]:
    return {
        "title": safe(article.title),
        "description": safe(article.description),
        "image": safe(article.picture_url),
        "url": safe(article.url),
    }


def _without_empty(**fields: str) -> dict[str, str]:
    return {name: safe(value) for name, value in fields.items() if value}


def safe(text: str) -> str:
    """The text as it may stand inside CDATA: without what XML 1.0 forbids, each `]]>` split over two sections."""
    return printable(text).replace("]]>", "]]]]><![CDATA[>")


def printable(text: str) -> str:
    """The text without the control characters and lone surrogates that XML 1.0 forbids."""
    return _FORBIDDEN_IN_XML.sub("", text)


def split(text: str, limit: int = MOST_TEXT_BYTES, tail: str = "") -> tuple[str, str]:
    """The part that fits `limit` UTF-8 bytes, with `tail` at its end where something is left, and what is left.

    Cuts at a line end if there is one in the second half, else between characters as people see them; never inside
    an `<a …>…</a>` link that would fit whole. A text that fits comes back as it is, without the tail.
    """
    text = printable(text)
    if len(text.encode()) <= limit:
        return text, ""
    budget = limit - len(tail.encode())
    if budget < 4:
        raise ValueError("the limit leaves no room for a character beside the tail")
    most = len(text.encode()[:budget].decode(errors="ignore"))
    line_end = text.rfind("\n", most // 2, most + 1)
    cut = line_end if line_end > 0 else most
    link = text.rfind("<a", 0, cut)
    if text[: max(link, 0)].strip() and text.find("</a>", link) + len("</a>") > cut:
        cut = link
    cut = _between_clusters(text, cut)
    return text[:cut].rstrip("\n") + tail, text[cut:].lstrip("\n")


def _between_clusters(text: str, cut: int) -> int:
    for earlier in range(cut, max(cut - _LONGEST_CLUSTER, 0), -1):
        if not _joined(text[earlier - 1], text[earlier]):
            return earlier
    return cut


def _joined(left: str, right: str) -> bool:
    """Two code points that people see as one: accents, joined emoji, skin tones, the two letters of a flag."""
    if "\U0001f1e6" <= left <= "\U0001f1ff" and "\U0001f1e6" <= right <= "\U0001f1ff":
        return True
    return (
        "\u200d" in (left, right)
        or unicodedata.category(right) in ("Mn", "Me", "Mc")
        or "\U0001f3fb" <= right <= "\U0001f3ff"
        or "\U000e0020" <= right <= "\U000e007f"
    )
