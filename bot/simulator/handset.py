"""Phone gestures, each translated into the platform's pushes."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.simulator.bubbles import Content, Side
from bot.simulator.followers import Follower, Trigger
from bot.simulator.lines import PAGES, RefusedError
from bot.simulator.media import Media
from bot.simulator.menus import Menus
from bot.simulator.oddities import ODDITIES
from bot.simulator.pushes import Push, Pushes
from bot.simulator.qrcodes import QrCodes
from bot.simulator.switches import Switches
from bot.simulator.templates import Templates

MAX_TEXT = 4000
# The smallest AMR file: header and one frame of silence.
_SILENCE = b"#!AMR\n" + b"\x04" + b"\x00" * 12
# Default content of a code scanned from the menu.
_SCANNED = "demo"


@dataclass(eq=False)
class Handset:
    """One person's phone in use. Every gesture returns the pushes to deliver, in order."""

    follower: Follower
    pushes: Pushes
    switches: Switches
    menus: Menus
    media: Media
    codes: QrCodes
    templates: Templates
    show: Callable[[Follower, Side, Content], None]
    now: Callable[[], datetime]

    def follow(self, scene: str | None = None) -> list[Push]:
        """Tap 关注: on the account's card, or after scanning its QR code with this scene."""
        if scene is not None:
            return self.scan(scene)
        return self._follow(EventKey="")

    def unfollow(self) -> list[Push]:
        """Tap 不再关注: the window closes and nothing more is shown."""
        self._must_follow()
        self._line("unfollowed")
        self.follower.followed_at = None
        self.follower.window.shut()
        return [self._event("unsubscribe", EventKey="")]

    def scan(self, scene: str) -> list[Push]:
        """Scan the newest QR code with this scene: a non-follower follows by it."""
        code = self.codes.by_scene(scene[:64])
        if not self.codes.can_be_scanned(code):
            self._line("code_expired")
            return []
        if not self.follower.follows:
            self.follower.came_by = code.scene
            return self._follow(EventKey=f"qrscene_{code.scene}", Ticket=code.ticket)
        self.follower.window.open_by(Trigger.SCAN, self.now())
        return [self._event("SCAN", EventKey=code.scene, Ticket=code.ticket)]

    def say(self, text: str) -> list[Push]:
        """Type and send."""
        return self._speak(text[:MAX_TEXT], Trigger.MESSAGE)

    def tap_reply(self, content: str, menu_id: str) -> list[Push]:
        """Tap a reply link or a menu message's line: sends its content as if typed, with its id."""
        trigger = Trigger.CLICK if self.switches.links_count_as_clicks else Trigger.MESSAGE
        return self._speak(content[:MAX_TEXT], trigger, bizmsgmenuid=menu_id)

    def voice(self, recognition: str | None) -> list[Push]:
        """Send speech; `recognition`: the platform's transcript, None if recognition is off."""
        media_id = self.media.keep("voice.amr", _SILENCE)
        heard = {} if recognition is None else {"Recognition": recognition[:MAX_TEXT]}
        self._mine(Content("voice", recognition or "", media_id=media_id), Trigger.MESSAGE)
        extra = {"MediaId": media_id, "Format": "amr", "MediaId16K": media_id, **heard}
        return [self.pushes.message(self.follower.openid, "voice", **extra)]

    def picture(self, file: bytes | None = None, name: str = "picture.jpg") -> list[Push]:
        """Send a picture: this file, or a sample."""
        content = file if file is not None else (PAGES / "picture.jpg").read_bytes()
        media_id = self.media.keep(name, content)
        self._mine(Content("image", media_id=media_id), Trigger.MESSAGE)
        address = f"http://mmbiz.qpic.cn/mmbiz_jpg/{media_id}/0"
        return [self.pushes.message(self.follower.openid, "image", PicUrl=address, MediaId=media_id)]

    def location(self, latitude: float, longitude: float, label: str) -> list[Push]:
        """Send a location."""
        self._mine(Content("location", label[:200]), Trigger.MESSAGE)
        place: dict[str, Any] = {"Location_X": latitude, "Location_Y": longitude, "Scale": 16, "Label": label[:200]}
        return [self.pushes.message(self.follower.openid, "location", **place)]

    def answer_popup(self, choices: dict[str, str]) -> list[Push]:
        """Answer a page's 订阅通知 popup: accept or reject per template. Accepting grants one notice."""
        return self._chose("popup", choices, PopupScene=1)

    def refuse_notices(self, template_ids: list[str]) -> list[Push]:
        """Refuse notices in the account's settings; existing grants are lost."""
        return self._chose("change", dict.fromkeys(template_ids, "reject"))

    def mute(self, on: bool) -> list[Push]:
        """Mute or unmute the account; the account is not notified."""
        self._must_follow()
        self.follower.muted = on
        self._line("muted" if on else "unmuted")
        return []

    def _chose(self, how: str, choices: dict[str, str], **extra: int) -> list[Push]:
        known = {template.id for template in self.templates.of("notice")}
        if not choices or not choices.keys() <= known or not set(choices.values()) <= {"accept", "reject"}:
            raise RefusedError("no_such_notice")
        for template_id, choice in choices.items():
            granted = self.follower.grants[template_id]
            # A refusal in the popup does not revoke earlier grants.
            self.follower.grants[template_id] = granted + 1 if choice == "accept" else granted * (how == "popup")
        chosen: list[Any] = [
            {"TemplateId": template_id, "SubscribeStatusString": choice, **extra}
            for template_id, choice in choices.items()
        ]
        self._line("notices_chosen")
        name = "SubscribeMsgPopupEvent" if how == "popup" else "SubscribeMsgChangeEvent"
        return [self._event(f"subscribe_msg_{how}_event", **{name: {"List": chosen}})]

    def oddity(self, name: str) -> list[Push]:
        """Make the platform push something rare about this person."""
        if name not in ODDITIES:
            raise RefusedError("unknown_action", name=name)
        return [ODDITIES[name](self.pushes, self.follower.openid)]

    def tap_menu(self, path: list[int], scanned: str | None = None) -> list[Push]:
        """Tap a menu button; a column with rows only opens, and sends nothing. `scanned`: text of a scanned code."""
        self._must_follow()
        button = self.menus.shown.at(path) if self.menus.shown else None
        if button is None:
            raise RefusedError("no_button")
        if button.get("sub_button"):
            return []
        return self._press(button, _SCANNED if scanned is None else scanned)

    def _press(self, button: dict[str, Any], scanned: str) -> list[Push]:
        kind, key = str(button["type"]), str(button.get("key", ""))
        if kind == "click":
            self._opens_window(Trigger.CLICK)
            return [self._event("CLICK", EventKey=key)]
        if kind in ("scancode_push", "scancode_waitmsg"):
            self._opens_window(Trigger.CLICK)
            return [self._event(kind, EventKey=key, ScanCodeInfo={"ScanType": "qrcode", "ScanResult": scanned})]
        if kind == "view":
            return [self._event("VIEW", EventKey=str(button["url"]), MenuId=self.pushes.new_id())]
        if kind == "miniprogram":
            return [self._event("view_miniprogram", EventKey=str(button["pagepath"]), MenuId=self.pushes.new_id())]
        if kind.startswith("pic_"):
            sum_of = hashlib.md5((PAGES / "picture.jpg").read_bytes(), usedforsecurity=False).hexdigest()
            info = {"Count": 1, "PicList": {"item": [{"PicMd5Sum": sum_of}]}}
            return [self._event(kind, EventKey=key, SendPicsInfo=info), *self.picture()]
        if kind == "location_select":
            place = {"Location_X": "32.0603", "Location_Y": "118.7969", "Scale": "16", "Label": "", "Poiname": ""}
            return [self._event(kind, EventKey=key, SendLocationInfo=place), *self.location(32.0603, 118.7969, "")]
        # Other types show stored material on the phone; the account gets nothing.
        return []

    def _follow(self, **extra: str) -> list[Push]:
        if self.follower.follows:
            raise RefusedError("already_following")
        self.follower.followed_at = self.now()
        self._opens_window(Trigger.FOLLOW)
        self._line("followed")
        return [self._event("subscribe", **extra)]

    def _speak(self, text: str, trigger: Trigger, **extra: str) -> list[Push]:
        self._mine(Content("text", text), trigger)
        return [self.pushes.message(self.follower.openid, "text", Content=text, **extra)]

    def _mine(self, content: Content, trigger: Trigger) -> None:
        self._must_follow()
        self._opens_window(trigger)
        self.show(self.follower, Side.MINE, content)

    def _opens_window(self, trigger: Trigger) -> None:
        self.follower.window.open_by(trigger, self.now())

    def _event(self, event: str, **extra: Any) -> Push:
        return self.pushes.event(self.follower.openid, event, **extra)

    def _line(self, key: str) -> None:
        self.show(self.follower, Side.LINE, Content(key))

    def _must_follow(self) -> None:
        if not self.follower.follows:
            raise RefusedError("not_following")
