"""API call limits, per day and per minute (protocol §2.12, statements 18 and 27)."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime

from bot.simulator.calls import Answer, ApiError
from bot.simulator.clock import BEIJING, platform_day

CLEARS_A_MONTH = 10

DAILY = {
    "/cgi-bin/token": 2_000,
    "/cgi-bin/stable_token": 500_000,
    "/cgi-bin/menu/create": 1_000,
    "/cgi-bin/menu/get": 10_000,
    "/cgi-bin/menu/delete": 1_000,
    "/cgi-bin/menu/addconditional": 2_000,
    "/cgi-bin/menu/delconditional": 2_000,
    "/cgi-bin/media/upload": 100_000,
    "/cgi-bin/media/get": 200_000,
    "/cgi-bin/message/custom/send": 500_000,
    "/cgi-bin/qrcode/create": 100_000,
    "/cgi-bin/user/get": 500,
    "/cgi-bin/user/info": 5_000_000,
    "/cgi-bin/message/template/send": 100_000,
    "/cgi-bin/message/subscribe/bizsend": 100_000,
    "/cgi-bin/message/mass/send": 100,
    "/cgi-bin/message/mass/sendall": 100,
}
PER_MINUTE = {"/cgi-bin/stable_token": 10_000, "/cgi-bin/message/mass/send": 60, "/cgi-bin/message/mass/sendall": 60}


class Quotas:
    """Counts the calls; `daily` and `per_minute` may be lowered to test limits."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.daily = dict(DAILY)
        self.per_minute = dict(PER_MINUTE)
        self._now = now
        self._days: Counter[tuple[str, date]] = Counter()
        self._minutes: Counter[tuple[str, int]] = Counter()
        self._clears: Counter[str] = Counter()

    def count(self, path: str) -> None:
        """Count one call; raises ApiError 45009 over the daily limit, 45011 over the minute's."""
        now = self._now()
        today, minute = (path, platform_day(now)), (path, int(now.timestamp()) // 60)
        if path in self.daily and self._days[today] >= self.daily[path]:
            raise ApiError(45009)
        if path in self.per_minute and self._minutes[minute] >= self.per_minute[path]:
            raise ApiError(45011)
        self._days[today] += 1
        self._minutes[minute] += 1

    def told(self, path: str) -> Answer:
        """Handle `openapi/quota/get`: the daily limit, used and remaining calls."""
        if path not in self.daily:
            raise ApiError(76021)
        limit, used = self.daily[path], self._days[path, platform_day(self._now())]
        answer: Answer = {"quota": {"daily_limit": limit, "used": used, "remain": limit - used}}
        if path in self.per_minute:
            answer["rate_limit"] = {"call_count": self.per_minute[path], "refresh_second": 60}
        return answer

    def clear(self) -> None:
        """Reset every daily count; raises ApiError 48006 for the eleventh time in a month."""
        month = self._now().astimezone(BEIJING).strftime("%Y-%m")
        if self._clears[month] >= CLEARS_A_MONTH:
            raise ApiError(48006)
        self._clears[month] += 1
        self._days.clear()
