"""Pushes from the platform: one typed, immutable class per message and event (protocol §1.4-1.5)."""

from dataclasses import dataclass
from hashlib import blake2b


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """One parsed push. Two deliveries of one push have the same `key`; different pushes never do."""

    account: str
    """ToUserName, the account's gh_ id as it came: the reply's FromUserName."""
    openid: str
    created: int
    """CreateTime: seconds since 1970, the platform's clock."""
    key: str
    secure: bool
    """It came encrypted: only then does the signature vouch for the body."""
    exposed: bool = False
    """It came plain although a key is set: whoever saw one URL may have written it."""

    @property
    def trace(self) -> str:
        """Return a short name for logs that does not reveal the openid."""
        return blake2b(self.key.encode(), digest_size=6).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Message(Push):
    """A message from a person. The article fields are set if sent from one of our articles."""

    article_id: str = ""
    article_index: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Message):
    """Typed text, possibly empty. `menu_id` is set if the person tapped a menu message's line."""

    content: str
    menu_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Image(Message):
    """A picture; download by `media_id` only, never from an address inside a push."""

    media_id: str
    picture_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice(Message):
    """Speech. `recognition` is "" if the platform did not transcribe it (it mostly no longer does)."""

    media_id: str
    media_id_16k: str = ""
    format: str = ""
    recognition: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Video(Message):
    """A video from the album."""

    media_id: str
    thumb_media_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortVideo(Video):
    """A video recorded in the chat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Location(Message):
    """A location the person sent; not the LocationReport event."""

    latitude: float
    longitude: float
    scale: int = 0
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link(Message):
    """A page the person shared; its address is text, not to be fetched."""

    title: str = ""
    description: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherMessage(Message):
    """A message of an unknown type, such as a file. `kind` is its lower-case name."""

    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PushEvent(Push):
    """A platform event; most are taps and scans by a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherEvent(PushEvent):
    """An unknown event: only acknowledged. `kind` is its lower-case name."""

    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribe(PushEvent):
    """Follow; by QR code if `scene` is set (without its qrscene_ prefix)."""

    scene: str = ""
    ticket: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsubscribe(PushEvent):
    """Unfollow: the platform's privacy rule requires erasing this person's data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan(PushEvent):
    """A follower scanned one of our QR codes."""

    scene: str = ""
    ticket: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationReport(PushEvent):
    """The person's location, reported on entering the chat."""

    latitude: float
    longitude: float
    precision: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuEvent(PushEvent):
    """A menu tap; `menu_id` names the conditional menu, if any."""

    event_key: str
    menu_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Click(MenuEvent):
    """A menu button was tapped; a sub-menu's parent sends nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View(MenuEvent):
    """A menu link was opened; `event_key` is its address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewMiniprogram(MenuEvent):
    """A mini-program was opened from the menu; `event_key` is its page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanCode(MenuEvent):
    """A code was scanned from the menu; if `waits`, the person sees "receiving" until we answer."""

    waits: bool
    scan_type: str
    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures(MenuEvent):
    """Pictures chosen from the menu; they follow as Image messages. `how` is the button's type."""

    how: str
    count: int
    digests: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationSelect(MenuEvent):
    """A location chosen from the menu."""

    latitude: float
    longitude: float
    scale: str
    label: str
    place_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateSendJobFinish(PushEvent):
    """A template message's result: `success`, `failed:user block`, `failed: system failed`."""

    msg_id: int
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MassSendJobFinish(PushEvent):
    """A broadcast's result; the numbers are approximate, `article_urls` by article position from 1."""

    msg_id: int
    status: str
    total: int
    filtered: int
    sent: int
    failed: int
    check_state: str
    article_urls: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class TemplateChoice:
    """A person's answer about one template: `status` is accept or reject; `scene` 1 is a page, 2 an article."""

    template_id: str
    status: str
    scene: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscribeMsgPopup(PushEvent):
    """The person answered the subscription popup."""

    choices: tuple[TemplateChoice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscribeMsgChange(PushEvent):
    """The person changed subscriptions in the account's settings; only rejections are pushed."""

    choices: tuple[TemplateChoice, ...]


@dataclass(frozen=True, slots=True)
class SentNotice:
    """One subscription notice's result; `error_code` 0 is delivered."""

    template_id: str
    msg_id: str
    error_code: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscribeMsgSent(PushEvent):
    """Subscription notices' results."""

    notices: tuple[SentNotice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileEvent(PushEvent):
    """The platform reports on what we store of one person: `subject` is that person's openid."""

    subject: str
    union_id: str = ""
    app_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserInfoModified(ProfileEvent):
    """A stored profile has changed: fetch it again or drop it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationRevoked(ProfileEvent):
    """The person revoked some permissions: delete data obtained by them. `revoked` holds their codes."""

    revoked: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationCancelled(ProfileEvent):
    """The person closed their account: erase all their data."""
