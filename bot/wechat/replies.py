"""What we answer on the push's own connection (protocol §1.6), rendered with wechatpy's reply classes."""

from dataclasses import dataclass

from wechatpy import replies as wechatpy_replies

from notifications.text_splitting import MOST_TEXT_BYTES, printable

MOST_ARTICLES = 8


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
