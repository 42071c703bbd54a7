"""A phone controlled over HTTP like the page does: used by conversation tests."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
from yarl import URL

_LINK = re.compile(
    r"""<a\s(?:(?!href)[^<>])*+href\s*+=\s*+(["'])((?:(?!\1)[^<>])*+)\1[^<>]*+>((?:[^<]|<(?!/?a\b))*+)</a>""",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True)
class Link:
    """A link in a bubble. A reply link sends `content` with `menu_id`; any other opens `address`."""

    text: str
    address: str
    content: str | None = None
    menu_id: str = ""


@dataclass(frozen=True)
class Seen:
    """A bubble as shown: `side` is mine, theirs or line; `cards` hold title, description, url, picture."""

    id: int
    side: str
    kind: str
    text: str
    cards: tuple[dict[str, str], ...]
    choices: tuple[dict[str, str], ...]
    tail: str
    media_id: str
    seconds: float | None
    attempt: int | None
    rows: tuple[tuple[str, str], ...] = ()
    """The lines of a template's card: label and value."""

    @classmethod
    def of(cls, shown: dict[str, Any]) -> "Seen":
        """Parse the page's JSON."""
        names = ("id", "side", "kind", "text", "tail", "media_id", "seconds", "attempt")
        return cls(
            **{name: shown[name] for name in names},
            cards=tuple(shown["cards"]),
            choices=tuple(shown["choices"]),
            rows=tuple((row["label"], row["value"]) for row in shown["rows"]),
        )

    @property
    def links(self) -> list[Link]:
        """Return the tappable links, in order."""
        found = [_link(match[2], match[3]) for match in _LINK.finditer(self.text)]
        return found + [Link(choice["content"], "", choice["content"], choice["id"]) for choice in self.choices]

    @property
    def plain(self) -> str:
        """Return the text with links as words."""
        return _LINK.sub(lambda match: match[3], self.text)


def _link(address: str, text: str) -> Link:
    parts = urlsplit(address)
    if parts.scheme == "weixin" and parts.netloc == "bizmsgmenu":
        query = parse_qs(parts.query, keep_blank_values=True)
        return Link(text, address, query.get("msgmenucontent", [""])[0], query.get("msgmenuid", [""])[0])
    return Link(text, address)


class PhoneError(AssertionError):
    """Nothing to tap there, or the simulator refused; the text says which."""


class Phone:
    """One person's phone. Each gesture returns what the account showed in answer: bubbles and the failure line.

    `name` is the phone's label; the same name is the same person. Every gesture waits until its pushes are settled.
    """

    def __init__(self, base_url: str, session: aiohttp.ClientSession, name: str) -> None:
        self.name = name
        self.openid = ""
        self._seen = 0
        self._base = base_url.rstrip("/")
        self._session = session

    async def follow(self, scene: str | None = None) -> list[Seen]:
        """Follow the account, from its card or by its QR code with this scene."""
        return await self._gesture("follow", **({} if scene is None else {"scene": scene}))

    async def scan(self, scene: str) -> list[Seen]:
        """Scan the account's QR code with this scene."""
        return await self._gesture("scan", scene=scene)

    async def send_voice(self, recognition: str | None = None) -> list[Seen]:
        """Send speech; `recognition`: the platform's transcript, None if it recognises nothing."""
        return await self._gesture("voice", recognition=recognition)

    async def send_picture(self) -> list[Seen]:
        """Send a sample picture."""
        return await self._gesture("picture")

    async def send_location(
        self, latitude: float = 32.0603, longitude: float = 118.7969, label: str = ""
    ) -> list[Seen]:
        """Send a location, by default in Nanjing."""
        return await self._gesture("location", latitude=latitude, longitude=longitude, label=label)

    async def oddity(self, name: str) -> list[Seen]:
        """Make the platform push something rare about this person (names in oddities.py)."""
        return await self._gesture("oddity", name=name)

    async def answer_popup(self, choices: dict[str, str]) -> list[Seen]:
        """Answer a page's 订阅通知 popup: accept or reject for each template id."""
        return await self._gesture("answer-popup", choices=choices)

    async def refuse_notices(self, *template_ids: str) -> list[Seen]:
        """Refuse these templates' notices in the account's settings."""
        return await self._gesture("refuse-notices", templates=list(template_ids))

    async def mute(self, on: bool = True) -> list[Seen]:
        """Mute the account, or unmute it."""
        return await self._gesture("mute", on=on)

    async def unfollow(self) -> list[Seen]:
        """Unfollow."""
        return await self._gesture("unfollow")

    async def say(self, text: str) -> list[Seen]:
        """Type and send."""
        return await self._gesture("say", text=text)

    async def tap(self, what: str) -> list[Seen]:
        """Tap the newest reply link or menu line with this text or id."""
        for bubble in reversed(await self.transcript()):
            for link in bubble.links:
                if link.content is not None and what in (link.text, link.menu_id):
                    return await self._gesture("tap-reply", content=link.content, id=link.menu_id)
        raise PhoneError(f"nothing to tap called {what}")

    async def tap_menu(self, name: str) -> list[Seen]:
        """Tap the menu button with this name, in the bar or in a column."""
        menu = (await self._call("GET", "/phones"))["menu"] or []
        for column, button in enumerate(menu):
            if button["name"] == name:
                return await self._gesture("tap-menu", path=[column])
            for row, entry in enumerate(button.get("sub_button", [])):
                if entry["name"] == name:
                    return await self._gesture("tap-menu", path=[column, row])
        raise PhoneError(f"no menu button called {name}")

    async def arrivals(self, within: float = 5.0) -> list[Seen]:
        """Return what arrived since the last gesture or call, waiting so many seconds for the first; may be empty."""
        path = f"/phones/{await self._own_openid()}?after={self._seen}&wait={within}"
        return self._look(await self._call("GET", path))

    async def authorize(self, address: str) -> str:
        """Open an OAuth address with this phone and consent; return the redirect address."""
        query = urlsplit(address).query
        allow = f"{self._base}/connect/oauth2/allow?{query}&phone={await self._own_openid()}"
        async with self._session.get(URL(allow, encoded=True), allow_redirects=False) as response:
            if response.status != 302:
                raise PhoneError(await response.text())
            return response.headers["Location"]

    async def transcript(self) -> list[Seen]:
        """Return the whole chat, oldest first."""
        chat = await self._call("GET", f"/phones/{await self._own_openid()}")
        return [Seen.of(bubble) for bubble in chat["bubbles"]]

    async def _gesture(self, gesture: str, **asked: object) -> list[Seen]:
        chat = await self._call("POST", f"/phones/{await self._own_openid()}/{gesture}", asked)
        return self._look(chat)

    def _look(self, chat: dict[str, Any]) -> list[Seen]:
        shown = [Seen.of(bubble) for bubble in chat["bubbles"]]
        self._seen = max([self._seen, *(bubble.id for bubble in shown)])
        return [bubble for bubble in shown if bubble.side == "theirs" or bubble.kind == "failure"]

    async def _own_openid(self) -> str:
        if not self.openid:
            phones = (await self._call("GET", "/phones"))["phones"]
            known = next((phone["openid"] for phone in phones if phone["name"] == self.name), None)
            self.openid = known or (await self._call("POST", "/phones", {"name": self.name}))["openid"]
        return self.openid

    async def _call(self, method: str, path: str, asked: dict[str, object] | None = None) -> dict[str, Any]:
        async with self._session.request(method, self._base + path, json=asked) as response:
            answer: dict[str, Any] = await response.json()
            if response.status != 200:
                raise PhoneError(answer.get("sentence", str(response.status)))
            return answer
