"""Temporary media: uploads by the account and people, kept for three days (protocol §2.10)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePath
from secrets import token_urlsafe

from bot.simulator.calls import Answer, ApiError, Call

LIFE = timedelta(days=3)
_KEPT = 300
_MIB = 1024 * 1024


@dataclass(frozen=True)
class Kind:
    """A media type: maximum bytes, file endings, error code for a wrong size."""

    limit: int
    endings: tuple[str, ...]
    size_code: int


KINDS = {
    "image": Kind(10 * _MIB, (".png", ".jpg", ".jpeg", ".gif"), 40009),
    "voice": Kind(2 * _MIB, (".amr", ".mp3"), 40010),
    "video": Kind(10 * _MIB, (".mp4",), 40011),
    "thumb": Kind(64 * 1024, (".jpg", ".jpeg"), 40012),
}
_TYPES = {".png": "image/png", ".gif": "image/gif", ".amr": "audio/amr", ".mp3": "audio/mpeg", ".mp4": "video/mp4"}


@dataclass(frozen=True)
class Medium:
    """One file with name, type and expiry."""

    name: str
    content: bytes
    content_type: str
    expires_at: datetime


class Media:
    """Files by media_id; the oldest are evicted."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._kept: dict[str, Medium] = {}

    def upload(self, call: Call) -> Answer:
        """Handle `media/upload`: raises ApiError 40004, 41005, 40005 or the size's code."""
        name = call.query.get("type", "")
        kind = KINDS.get(name)
        if kind is None:
            raise ApiError(40004)
        if call.file is None or not call.file.content:
            raise ApiError(41005)
        if PurePath(call.file.name).suffix.lower() not in kind.endings:
            raise ApiError(40005)
        if len(call.file.content) > kind.limit:
            raise ApiError(kind.size_code)
        field = "thumb_media_id" if name == "thumb" else "media_id"
        media_id = self.keep(call.file.name, call.file.content)
        return {"type": name, field: media_id, "created_at": int(self._now().timestamp())}

    def keep(self, name: str, content: bytes) -> str:
        """Store a file for three days; return its media_id."""
        media_id = token_urlsafe(48)
        ending = PurePath(name).suffix.lower()
        self._kept[media_id] = Medium(name, content, _TYPES.get(ending, "image/jpeg"), self._now() + LIFE)
        if len(self._kept) > _KEPT:
            del self._kept[next(iter(self._kept))]
        return media_id

    def get(self, media_id: str) -> Medium:
        """Return the file; raises ApiError 40007 if unknown or after three days."""
        medium = self._kept.get(media_id)
        if medium is None or self._now() >= medium.expires_at:
            raise ApiError(40007)
        return medium


Handle = Callable[[Call], Answer | Medium]


@dataclass(frozen=True)
class Endpoint:
    """One address: its method, handler, and whether it needs the account's token."""

    method: str
    handle: Handle
    wants_token: bool = True
