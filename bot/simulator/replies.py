"""Read the callback's answer like the platform: an acknowledgement, something to show, or a flaw."""

from dataclasses import dataclass
from xml.etree.ElementTree import Element

from bot.simulator.account import Account, Mode
from bot.simulator.bubbles import Card, Content
from bot.simulator.pushes import Push
from bot.simulator.switches import Flaw, Reaction, Switches
from bot.simulator.wire import CipherError, Seal, same, sign
from bot.simulator.xmltree import MalformedError, read

MAX_ARTICLES = 8
_MEDIA = {"image": "Image", "voice": "Voice", "video": "Video"}


@dataclass(frozen=True)
class Reading:
    """A parsed answer: contents to show (none for an acknowledgement), the flaw if any, the decrypted XML."""

    contents: tuple[Content, ...] = ()
    flaw: Flaw | None = None
    opened: str = ""


class FlawError(Exception):
    """The answer has a flaw for which the switches show nothing."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.value)
        self.flaw = flaw


class ReplyReader:
    """Checks answers against the account and the switches (statements 6, 10, 12, 13)."""

    def __init__(self, account: Account, switches: Switches) -> None:
        self._account = account
        self._switches = switches

    def read(self, push: Push, mode: Mode, body: bytes) -> Reading:
        """Read one answer; never raises. `success` and an empty body acknowledge, in every mode."""
        if body in (b"", b"success"):
            return Reading()
        opened = ""
        try:
            root = self._parse(body)
            if root.find("Encrypt") is not None:
                if mode is Mode.PLAIN:
                    self._note(Flaw.SEALED_IN_PLAIN_MODE)
                opened = self._open(root)
                root = self._parse(opened.encode())
            elif mode is Mode.SAFE:
                self._note(Flaw.PLAIN_IN_SAFE_MODE)
            contents = self._contents(push, root)
        except FlawError as error:
            return Reading((), error.flaw, opened)
        return Reading(contents, None, opened)

    def _note(self, flaw: Flaw) -> None:
        if self._switches.reactions[flaw] is not Reaction.ACCEPT:
            raise FlawError(flaw)

    def _parse(self, body: bytes) -> Element:
        start = body.lstrip()[:15].lower()
        if start.startswith((b"{", b"[")):
            raise FlawError(Flaw.JSON)
        if start.startswith((b"<!doctype html", b"<html")):
            raise FlawError(Flaw.HTML)
        try:
            root = read(body)
        except MalformedError as error:
            raise FlawError(Flaw.MALFORMED) from error
        if root.tag != "xml":
            raise FlawError(Flaw.MALFORMED)
        return root

    def _open(self, envelope: Element) -> str:
        sealed = envelope.findtext("Encrypt") or ""
        stamp, nonce = envelope.findtext("TimeStamp") or "", envelope.findtext("Nonce") or ""
        expected = sign(self._account.token, stamp, nonce, sealed)
        if not same(envelope.findtext("MsgSignature") or "", expected):
            self._note(Flaw.BAD_SIGNATURE)
        for key in self._account.reply_keys():
            try:
                return Seal(key, self._account.app_id).open(sealed).decode()
            except (CipherError, UnicodeDecodeError):
                continue
        raise FlawError(Flaw.BAD_CIPHER)

    def _contents(self, push: Push, root: Element) -> tuple[Content, ...]:
        if root.findtext("ToUserName") != push.openid or root.findtext("FromUserName") != push.account:
            self._note(Flaw.WRONG_PARTIES)
        if not push.takes_reply:
            self._note(Flaw.NO_REPLY_TAKEN)
        kind = root.findtext("MsgType") or ""
        if kind == "text":
            return (self._text(root),)
        if kind == "news":
            return (self._news(push, root),)
        if kind in _MEDIA:
            return (_media(root, kind),)
        if kind == "music":
            return (_music(root),)
        if kind == "transfer_customer_service":
            return (Content("handed_over"),)
        raise FlawError(Flaw.UNKNOWN_TYPE)

    def _text(self, root: Element) -> Content:
        text = root.findtext("Content")
        if text is None:
            raise FlawError(Flaw.INCOMPLETE)
        if not text:
            self._note(Flaw.EMPTY_TEXT)
        if len(text.encode()) > self._switches.text_limit:
            self._note(Flaw.LONG_TEXT)
        return Content("text", text)

    def _news(self, push: Push, root: Element) -> Content:
        articles = root.find("Articles")
        cards = [
            Card(*(item.findtext(name) or "" for name in ("Title", "Description", "Url", "PicUrl")))
            for item in (articles.findall("item") if articles is not None else [])
        ]
        if not cards or root.findtext("ArticleCount") != str(len(cards)):
            raise FlawError(Flaw.INCOMPLETE)
        limit = MAX_ARTICLES if push.takes_many_articles else 1
        if len(cards) > limit:
            self._note(Flaw.TOO_MANY_ARTICLES)
        return Content("news", cards=tuple(cards[:limit]))


def _media(root: Element, kind: str) -> Content:
    media = root.find(_MEDIA[kind])
    media_id = None if media is None else media.findtext("MediaId")
    if media is None or not media_id:
        raise FlawError(Flaw.INCOMPLETE)
    return Content(kind, text=media.findtext("Title") or "", media_id=media_id)


def _music(root: Element) -> Content:
    music = root.find("Music")
    if music is None or not music.findtext("ThumbMediaId"):
        raise FlawError(Flaw.INCOMPLETE)
    title, tail, address = (music.findtext(name) or "" for name in ("Title", "Description", "MusicUrl"))
    return Content("music", text=title, tail=tail, media_id=address)
