"""API call limits, per day and per minute (protocol §2.12, statements 18 and 27)."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime

from bot.simulator.calls import Answer, ApiError
from bot.simulator.clock import BEIJING, platform_day

CLEARS_A_MONTH = 10
CLEARS_OF_ONE_A_MONTH = 50

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
# A test account has smaller limits.
TEST_DAILY = {
    **DAILY,
    "/cgi-bin/token": 200,
    "/cgi-bin/menu/create": 100,
    "/cgi-bin/menu/get": 1_000,
    "/cgi-bin/menu/delete": 100,
    "/cgi-bin/media/upload": 500,
    "/cgi-bin/media/get": 1_000,
    "/cgi-bin/message/custom/send": 50_000,
    "/cgi-bin/qrcode/create": 10_000,
    "/cgi-bin/user/get": 100,
    "/cgi-bin/user/info": 500_000,
}
PER_MINUTE = {
    "/cgi-bin/stable_token": 10_000,
    "/cgi-bin/message/mass/send": 60,
    "/cgi-bin/message/mass/sendall": 60,
}


class Quotas:
    """Counts the calls; `daily` and `per_minute` may be lowered to test limits."""

    def __init__(self, now: Callable[[], datetime], daily: Mapping[str, int] = DAILY) -> None:
        self.daily = dict(daily)
        self.per_minute = dict(PER_MINUTE)
        self._now = now
        self._today: Counter[str] = Counter()
        self._minute: Counter[str] = Counter()
        self._clears: Counter[str] = Counter()
        self._clears_of_one: Counter[str] = Counter()
        self._day = platform_day(now())
        self._minute_of = self._this_minute()

    def count(self, path: str) -> None:
        """Count one call; raises ApiError 45009 over the daily limit, 45011 over the minute's."""
        self._turn()
        if path in self.daily and self._today[path] >= self.daily[path]:
            raise ApiError(45009)
        if path in self.per_minute and self._minute[path] >= self.per_minute[path]:
            raise ApiError(45011)
        self._today[path] += 1
        self._minute[path] += 1

    def told(self, path: str) -> Answer:
        """Handle `openapi/quota/get`: the daily limit, used and remaining calls."""
        self._turn()
        if path not in self.daily:
            raise ApiError(76021)
        limit, used = self.daily[path], self._today[path]
        answer: Answer = {"quota": {"daily_limit": limit, "used": used, "remain": limit - used}}
        if path in self.per_minute:
            answer["rate_limit"] = {"call_count": self.per_minute[path], "refresh_second": 60}
        return answer

    def clear(self) -> None:
        """Reset every daily count; raises ApiError 48006 for the eleventh time in a month."""
        self._turn()
        month = self._month()
        if self._clears[month] >= CLEARS_A_MONTH:
            raise ApiError(48006)
        self._clears[month] += 1
        self._today.clear()

    def clear_one(self, path: str) -> None:
        """Reset one API's daily count; raises ApiError 76021, and 48006 for the 51st time in a month."""
        self._turn()
        if path not in self.daily:
            raise ApiError(76021)
        month = self._month()
        if self._clears_of_one[month] >= CLEARS_OF_ONE_A_MONTH:
            raise ApiError(48006)
        self._clears_of_one[month] += 1
        del self._today[path]

    def _turn(self) -> None:
        if self._day != platform_day(self._now()):
            self._day = platform_day(self._now())
            self._today.clear()
        if self._minute_of != self._this_minute():
            self._minute_of = self._this_minute()
            self._minute.clear()

    def _month(self) -> str:
        return self._now().astimezone(BEIJING).strftime("%Y-%m")

    def _this_minute(self) -> int:
        return int(self._now().timestamp()) // 60
