"""QR codes with a scene: created through the API, scanned by phones (protocol §2.10, statement 33)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any

from bot.simulator.calls import Answer, ApiError, Call

MAX_LIFE = 2_592_000
DEFAULT_LIFE = 30
MAX_PERMANENT = 100_000


@dataclass(frozen=True)
class QrCode:
    """One code: its scene, and expiry (None: never)."""

    ticket: str
    scene: str
    url: str
    expires_at: datetime | None


class QrCodes:
    """The account's codes by ticket."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._by_ticket: dict[str, QrCode] = {}

    def create(self, call: Call) -> Answer:
        """Handle `qrcode/create`: raises ApiError 40052 for the action, 40053 for the scene or lifetime."""
        asked = call.json()
        action = asked.get("action_name")
        if action not in ("QR_SCENE", "QR_STR_SCENE", "QR_LIMIT_SCENE", "QR_LIMIT_STR_SCENE"):
            raise ApiError(40052)
        info = asked.get("action_info")
        scene = _scene(str(action), info.get("scene") if isinstance(info, dict) else None)
        if "LIMIT" in str(action):
            code = self.add(scene, None)
            return {"ticket": code.ticket, "url": code.url}
        life = asked.get("expire_seconds", DEFAULT_LIFE)
        if not isinstance(life, int) or not 1 <= life <= MAX_LIFE:
            raise ApiError(40053)
        code = self.add(scene, self._now() + timedelta(seconds=life))
        return {"ticket": code.ticket, "expire_seconds": life, "url": code.url}

    def add(self, scene: str, expires_at: datetime | None) -> QrCode:
        """Add a code for this scene."""
        ticket = token_urlsafe(64)
        code = QrCode(ticket, scene, f"http://weixin.qq.com/q/{token_urlsafe(12)}", expires_at)
        self._by_ticket[ticket] = code
        return code

    def by_ticket(self, ticket: str) -> QrCode | None:
        """Return the code with this ticket, also an expired one; None if unknown."""
        return self._by_ticket.get(ticket)

    def by_scene(self, scene: str) -> QrCode:
        """Return this scene's newest code; create a missing one as in the account's console."""
        codes = [code for code in self._by_ticket.values() if code.scene == scene]
        return codes[-1] if codes else self.add(scene, None)

    def can_be_scanned(self, code: QrCode) -> bool:
        """Tell whether it has not expired."""
        return code.expires_at is None or self._now() < code.expires_at

    def scenes(self) -> list[str]:
        """Return the distinct scenes with codes, newest first."""
        return list(dict.fromkeys(code.scene for code in reversed(self._by_ticket.values())))


def _scene(action: str, scene: Any) -> str:
    if not isinstance(scene, dict):
        raise ApiError(40053)
    if "STR" in action:
        words = scene.get("scene_str")
        if not isinstance(words, str) or not 1 <= len(words) <= 64:
            raise ApiError(40053)
        return words
    number = scene.get("scene_id")
    most = MAX_PERMANENT if "LIMIT" in action else 2**32 - 1
    if not isinstance(number, int) or not 1 <= number <= most:
        raise ApiError(40053)
    return str(number)
