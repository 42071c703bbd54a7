"""What the platform pushes to us: one typed, immutable class for every message and event (protocol §1.4-1.5)."""

from dataclasses import dataclass
from hashlib import blake2b


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """One push, once parsed. Two deliveries of one push have the same `key`; different pushes never do."""

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
        """A short name for logs, from which nobody's openid can be read."""
        return blake2b(self.key.encode(), digest_size=6).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Message(Push):
    """Something a person sent. The article fields are set where it was sent from an article of ours."""

    article_id: str = ""
    article_index: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Message):
    """Typed words, possibly empty. `menu_id` is set where the person tapped a line of a menu message."""

    content: str
    menu_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Image(Message):
    """A picture; fetch it by `media_id` only, never from an address inside a push."""

    media_id: str
    picture_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice(Message):
    """Speech. `recognition` is "" where the platform did not turn it into words (it mostly no longer does)."""

    media_id: str
    media_id_16k: str = ""
    format: str = ""
    recognition: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Video(Message):
    """A film from the album."""

    media_id: str
    thumb_media_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortVideo(Video):
    """A film taken in the chat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Location(Message):
    """A place the person chose to send; not the LocationReport event."""

    latitude: float
    longitude: float
    scale: int = 0
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link(Message):
    """A page the person shared; its address is text, nothing to fetch."""

    title: str = ""
    description: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherMessage(Message):
    """A message of a type this version does not know, a file among them. `kind` is its lower-case name."""

    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Push):
    """Something happened at the platform; most events are taps and scans by a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherEvent(Event):
    """An event this version does not know: acknowledged, nothing more. `kind` is its lower-case name."""

    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribe(Event):
    """Followed; by a QR code where `scene` is set (without its qrscene_ prefix)."""

    scene: str = ""
    ticket: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsubscribe(Event):
    """Unfollowed: the platform's privacy rule asks us to erase this person's data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan(Event):
    """A follower scanned a QR code of ours."""

    scene: str = ""
    ticket: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationReport(Event):
    """Where the person is, reported on entering the chat."""

    latitude: float
    longitude: float
    precision: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuEvent(Event):
    """A tap on the menu; `menu_id` names the conditional menu where there is one."""

    event_key: str
    menu_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Click(MenuEvent):
    """A menu button of ours was tapped; a parent of a sub-menu sends nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View(MenuEvent):
    """A menu link was opened; `event_key` is its address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewMiniprogram(MenuEvent):
    """A mini-program was opened from the menu; `event_key` is its page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanCode(MenuEvent):
    """A code was scanned from the menu; where `waits`, the person sees "receiving" until we answer."""

    waits: bool
    scan_type: str
    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures(MenuEvent):
    """Pictures were chosen from the menu; they follow as Image messages. `how` is the button's type."""

    how: str
    count: int
    digests: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationSelect(MenuEvent):
    """A place was chosen from the menu."""

    latitude: float
    longitude: float
    scale: str
    label: str
    place_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateSendJobFinish(Event):
    """What became of a template message: `success`, `failed:user block`, `failed: system failed`."""

    msg_id: int
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MassSendJobFinish(Event):
    """What became of a broadcast; the numbers are approximate, `article_urls` by article position from 1."""

    msg_id: int
    status: str
    total: int
    filtered: int
    sent: int
    failed: int
    check_state: str
    article_urls: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A person's answer about one template: `status` is accept or reject; `scene` 1 is a page, 2 an article."""

    template_id: str
    status: str
    scene: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscribeMsgPopup(Event):
    """The person answered the subscription popup."""

    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscribeMsgChange(Event):
    """The person changed subscriptions in the account's settings; only rejections are pushed."""

    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class SentNotice:
    """What became of one subscription notice; `error_code` 0 is delivered."""

    template_id: str
    msg_id: str
    error_code: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscribeMsgSent(Event):
    """What became of subscription notices."""

    notices: tuple[SentNotice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileEvent(Event):
    """The platform reports on what we keep of one person: `subject` is that person's openid."""

    subject: str
    union_id: str = ""
    app_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserInfoModified(ProfileEvent):
    """A stored profile has changed: fetch it again or drop it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationRevoked(ProfileEvent):
    """The person took back some permissions: delete what came by them. `revoked` holds their codes."""

    revoked: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationCancelled(ProfileEvent):
    """The person closed their account: erase everything of theirs."""
