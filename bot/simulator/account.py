"""The service account as in the platform's console: ids, secrets, callback address, message mode."""

import ipaddress
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

from bot.simulator.lines import RefusedError

DEMO_PREFIX = "wxdemo"


class Mode(StrEnum):
    """Push format: plain text, both forms, or encrypted only."""

    PLAIN = "plain"
    COMPATIBLE = "compatible"
    SAFE = "safe"


@dataclass
class Account:
    """One account's settings; raises RefusedError for a real app id or a callback outside this machine.

    `original_id`: the gh_… name in pushes' ToUserName. `trusted_ips` empty: any caller; `oauth_hosts` empty: OAuth may
    return to any loopback host.
    """

    app_id: str
    secret: str
    token: str
    callback_url: str
    original_id: str = "gh_wxdemo000001"
    title: str = "Demo"
    aes_key: str = ""
    previous_aes_key: str = ""
    mode: Mode = Mode.PLAIN
    certified: bool = True
    trusted_ips: tuple[str, ...] = ()
    oauth_hosts: tuple[str, ...] = ()
    auto_replies: dict[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.app_id.startswith(DEMO_PREFIX):
            raise RefusedError("real_app_id", app_id=self.app_id)
        self.set_callback(self.callback_url)
        for key in (self.aes_key, self.previous_aes_key):
            _check_key(key)
        self.set_mode(self.mode)

    def set_callback(self, url: str) -> None:
        """Set the callback address for pushes; it must be on this machine."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise RefusedError("bad_callback", url=url)
        if not is_loopback(parts.hostname):
            raise RefusedError("not_loopback", url=url)
        self.callback_url = url

    def set_mode(self, mode: Mode) -> None:
        """Set plain, compatible or safe for later pushes; the last two need a key."""
        if mode is not Mode.PLAIN and not self.aes_key:
            raise RefusedError("no_key")
        self.mode = mode

    def rotate_key(self, aes_key: str) -> None:
        """Set a new EncodingAESKey; the previous one still opens replies."""
        _check_key(aes_key)
        self.aes_key, self.previous_aes_key = aes_key, self.aes_key

    def reply_keys(self) -> list[str]:
        """Return the keys a reply may be sealed with, current first."""
        return [key for key in (self.aes_key, self.previous_aes_key) if key]


def is_loopback(host: str) -> bool:
    """Tell whether this host name or address can only mean this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _check_key(key: str) -> None:
    if key and not (len(key) == 43 and key.isascii() and key.isalnum()):
        raise RefusedError("bad_key")
