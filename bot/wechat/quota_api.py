"""How often an API may still be called today, and starting the count anew (protocol §2.12)."""

from dataclasses import dataclass

from bot.wechat.api_part import ApiPart, number_in

CLEAR_QUOTA = "/cgi-bin/clear_quota"


@dataclass(frozen=True, slots=True)
class Quota:
    """One API's calls of the day; `per_minute` is 0 where the platform names no such limit."""

    daily: int
    used: int
    left: int
    per_minute: int = 0


class QuotaApi(ApiPart):
    """The account's own counters, as the platform keeps them."""

    async def quota(self, path: str) -> Quota:
        """The counter of the API at this path, such as /cgi-bin/message/custom/send."""
        found = await self._change("/cgi-bin/openapi/quota/get", {"cgi_path": path}, "quota")
        day, minute = found["quota"], found.get("rate_limit")
        return Quota(
            number_in(day.get("daily_limit")),
            number_in(day.get("used")),
            number_in(day.get("remain")),
            number_in(minute.get("call_count")) if isinstance(minute, dict) else 0,
        )

    async def clear_quota(self) -> None:
        """Start every API's count anew; ten times a month, then refused with 48006. Never repeated in doubt."""
        await self._change(CLEAR_QUOTA, {"appid": self._calls.credentials.app_id}, is_send=True)
        self._calls.forget_spent_quotas()
