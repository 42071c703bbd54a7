"""What we answer on the push's own connection (protocol §1.6): words, and nothing else."""

from dataclasses import dataclass

from notifications.text_splitting import MOST_TEXT_BYTES, printable


@dataclass(frozen=True, slots=True)
class TextReply:
    """Text of at most 2,048 UTF-8 bytes, see `split`. A `secret` one is never stored."""

    text: str
    secret: bool = False


def render(reply: TextReply, *, to: str, account: str, created: int) -> str:
    """Return the reply's plain XML from `account` (the push's ToUserName) to the openid `to`.

    `created` is the CreateTime in seconds. Raises ValueError for a text over 2,048 bytes: that is a mistake of ours.
    """
    if len(reply.text.encode(errors="replace")) > MOST_TEXT_BYTES:
        raise ValueError("a text reply is longer than 2,048 bytes: split it first")
    return (
        f"<xml><ToUserName><![CDATA[{safe(to)}]]></ToUserName><FromUserName><![CDATA[{safe(account)}]]></FromUserName>"
        f"<CreateTime>{created}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content><![CDATA[{safe(reply.text)}]]></Content></xml>"
    )


def safe(text: str) -> str:
    """Return the text for use inside CDATA: without what XML 1.0 forbids, each `]]>` split over two sections."""
    return printable(text).replace("]]>", "]]]]><![CDATA[>")
