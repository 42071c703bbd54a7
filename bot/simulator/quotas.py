"""How often each API may be called, per day and per minute (protocol §2.12, statements 18 and 27)."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime

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
}
PER_MINUTE = {"/cgi-bin/stable_token": 10_000}


class Quotas:
    """Counts the calls; `daily` and `per_minute` may be lowered to see a limit reached."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.daily = dict(DAILY)
        self.per_minute = dict(PER_MINUTE)
        self._now = now
        self._today: Counter[str] = Counter()
        self._minute: Counter[str] = Counter()
        self._clears: Counter[str] = Counter()
        self._day = platform_day(now())
        self._minute_of = self._this_minute()

    def count(self, path: str) -> None:
        """Count one call; raises ApiError 45009 over the day's limit, 45011 over the minute's."""
        self._turn()
        if path in self.daily and self._today[path] >= self.daily[path]:
            raise ApiError(45009)
        if path in self.per_minute and self._minute[path] >= self.per_minute[path]:
            raise ApiError(45011)
        self._today[path] += 1
        self._minute[path] += 1

    def told(self, path: str) -> Answer:
        """`openapi/quota/get`: the day's limit, what is used and what remains."""
        self._turn()
        if path not in self.daily:
            raise ApiError(76021)
        limit, used = self.daily[path], self._today[path]
        answer: Answer = {"quota": {"daily_limit": limit, "used": used, "remain": limit - used}}
        if path in self.per_minute:
            answer["rate_limit"] = {"call_count": self.per_minute[path], "refresh_second": 60}
        return answer

    def clear(self) -> None:
        """Start every day's count anew; raises ApiError 48006 for the eleventh time in a month."""
        self._turn()
        month = self._now().astimezone(BEIJING).strftime("%Y-%m")
        if self._clears[month] >= CLEARS_A_MONTH:
            raise ApiError(48006)
        self._clears[month] += 1
        self._today.clear()

    def _turn(self) -> None:
        if self._day != platform_day(self._now()):
            self._day = platform_day(self._now())
            self._today.clear()
        if self._minute_of != self._this_minute():
            self._minute_of = self._this_minute()
            self._minute.clear()

    def _this_minute(self) -> int:
        return int(self._now().timestamp()) // 60
